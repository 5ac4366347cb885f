import { expect, onTestFinished, test, vi } from 'vitest';
import { createStore } from '../../../source/core/types.ts';
import { framesOf } from '../../../source/ui/desk/frames.ts';
import type { View } from '../../../source/ui/model/view.ts';

/** A view that counts, and the numbers that were drawn of it. */
function counted() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const view = createStore({ columns: 0 } as View);
  const frames = framesOf(view);
  const drawn: number[] = [];
  const stop = frames.subscribe(() => drawn.push(view.get().columns));
  const set = (columns: number): void => view.update((now) => ({ ...now, columns }));
  return { frames, drawn, set, stop };
}

test('a change is drawn at once', () => {
  const { drawn, set } = counted();
  set(1);
  set(2);
  expect(drawn).toEqual([1, 2]);
});

test('changes that can wait are drawn with the next one', () => {
  const { frames, drawn, set } = counted();
  frames.later(() => set(1));
  expect(drawn).toEqual([]);
  set(2);
  vi.advanceTimersByTime(1000);
  expect(drawn).toEqual([2]);
});

test('changes that can wait are drawn together a moment later where none follow', () => {
  const { frames, drawn, set } = counted();
  frames.later(() => {
    set(1);
    set(2);
  });
  frames.later(() => set(3));
  vi.advanceTimersByTime(20);
  expect(drawn).toEqual([3]);
  vi.advanceTimersByTime(1000);
  expect(drawn).toEqual([3]);
});

test('a change that throws does not keep later ones from being drawn', () => {
  const { frames, drawn, set } = counted();
  expect(() => {
    frames.later(() => {
      throw new Error('a bug');
    });
  }).toThrow('a bug');
  set(1);
  expect(drawn).toEqual([1]);
});

test('nothing is drawn for who left', () => {
  const { drawn, set, stop } = counted();
  stop();
  set(1);
  expect(drawn).toEqual([]);
});
