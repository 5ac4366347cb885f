import { expect, test } from 'vitest';
import { createStore } from '../../source/core/types.ts';

test('every subscriber sees a change at once', () => {
  const store = createStore(1);
  const seen: string[] = [];
  store.subscribe(() => seen.push(`one ${store.get()}`));
  store.subscribe(() => seen.push(`two ${store.get()}`));
  store.update((value) => value + 1);
  expect([store.get(), seen]).toEqual([2, ['one 2', 'two 2']]);
});

test('the same value is no change', () => {
  const value = { text: 'a' };
  const store = createStore(value);
  let heard = 0;
  store.subscribe(() => (heard += 1));
  store.update((same) => same);
  expect(heard).toBe(0);
  store.update((before) => ({ ...before }));
  expect(heard).toBe(1);
  expect(store.get()).not.toBe(value);
});

test('a subscriber that has left hears nothing, even when a change made it leave', () => {
  const store = createStore(0);
  let heard = 0;
  const leave = store.subscribe(() => {
    heard += 1;
    leave();
  });
  store.update((value) => value + 1);
  store.update((value) => value + 1);
  expect(heard).toBe(1);
  leave();
});

test('one function subscribed twice is called once, as React expects', () => {
  const store = createStore(0);
  let heard = 0;
  const listener = (): void => void (heard += 1);
  store.subscribe(listener);
  store.subscribe(listener);
  store.update((value) => value + 1);
  expect(heard).toBe(1);
});

test('keeps a change made inside a change', () => {
  const store = createStore(0);
  const seen: number[] = [];
  store.subscribe(() => {
    if (store.get() === 1) store.update(() => 2);
  });
  store.subscribe(() => seen.push(store.get()));
  store.update(() => 1);
  expect(store.get()).toBe(2);
  expect(seen.at(-1)).toBe(2);
});

test('get returns the same reference until something changes', () => {
  const store = createStore({ list: [1] });
  expect(store.get()).toBe(store.get());
});
