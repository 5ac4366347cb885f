import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { InputEvent } from '../../../source/ui/input/events.ts';
import { createTerminalInput } from '../../../source/ui/input/terminal-input.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function keyboard(): {
  readonly send: (text: string) => void;
  readonly events: InputEvent[];
  readonly modes: boolean[];
} {
  const modes: boolean[] = [];
  const source = Object.assign(new PassThrough(), { setRawMode: (isRaw: boolean) => modes.push(isRaw) });
  const events: InputEvent[] = [];
  createTerminalInput(source, (event) => events.push(event)).take();
  return { send: (text) => source.emit('data', Buffer.from(text)), events, modes };
}

test('a lone Escape is told when nothing follows it', () => {
  const { send, events, modes } = keyboard();
  send('\u001b');
  expect(events).toEqual([]);
  vi.advanceTimersByTime(40);
  expect(events).toEqual([{ type: 'key', name: 'escape', text: '' }]);
  expect(modes).toEqual([true]);
});

test('the rest of a sequence may come a little later', () => {
  const { send, events } = keyboard();
  send('\u001b');
  vi.advanceTimersByTime(39);
  send('[A');
  vi.advanceTimersByTime(1000);
  expect(events).toEqual([{ type: 'key', name: 'up', text: '' }]);
});

test('a paste without an end gives the keyboard back', () => {
  const { send, events } = keyboard();
  send('\u001b[200~one ');
  vi.advanceTimersByTime(900);
  send('two');
  vi.advanceTimersByTime(999);
  expect(events).toEqual([]);
  vi.advanceTimersByTime(1);
  send('x');
  expect(events).toEqual([
    { type: 'paste', text: 'one two' },
    { type: 'key', name: 'x', text: 'x' },
  ]);
});
