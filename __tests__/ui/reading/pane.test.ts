import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Conversation } from '../../../source/core/types.ts';
import type { Frame } from '../../../source/ui/reading/blocks.ts';
import { paneWindow, scrolled } from '../../../source/ui/reading/pane.ts';
import type { Anchor } from '../../../source/ui/model/view.ts';
import { bobsMessages, messageOf, noon, wholeOf } from '../support/samples.ts';

const frame: Frame = { columns: 40, now: noon, mark: null, picked: null, find: null };

function textOf(
  conversation: Conversation,
  anchor: Anchor | null,
  height: number,
  now: Frame = frame,
): string[] {
  return paneWindow(conversation, now, height, anchor).rows.map(({ spans }) =>
    spans.map(({ text }) => text).join(''),
  );
}

const bob: Conversation = wholeOf(bobsMessages(), 66);

function many(count: number): Conversation {
  const messages = Array.from({ length: count }, (_, at) => {
    return messageOf(at + 1, `message ${at + 1} ${'word '.repeat(at % 13)}`, { sentAt: noon - 1000 });
  });
  return wholeOf(messages, count);
}

test('follows the newest message when it is not anchored', () => {
  const rows = textOf(many(100), null, 5);
  expect(rows).toHaveLength(5);
  expect(rows.join('\n')).toContain('message 100');
});

test('draws days, gaps and the line of the new messages', () => {
  const rows = textOf(bob, null, 40, { ...frame, mark: 62 }).join('\n');
  expect(rows).toContain(' Yesterday ');
  expect(rows).toContain(' Today ');
  expect(rows).toContain('— 2 messages missing —');
  const lines = rows.split('\n');
  const mark = lines.findIndex((line) => line.includes('new messages'));
  expect(lines[mark + 1]).toContain('bob has a new key');
});

test('a gutter marks every row of the peer and no row of one’s own', () => {
  for (const line of textOf(bob, null, 60)) {
    if (/second line|numbers once|the address/.test(line)) expect(line).toContain('┃');
    if (/how are the new keys|on my way|station/.test(line)) expect(line).not.toContain('┃');
  }
});

test('an anchor keeps its place when messages come and when the width changes', () => {
  const conversation = many(60);
  const anchor = { row: 30, line: 0 };
  const grown = {
    ...conversation,
    messages: [...conversation.messages, messageOf(61, 'new', { sentAt: noon })],
  };
  for (const columns of [30, 40, 80]) {
    const { rows, atEnd } = paneWindow(grown, { ...frame, columns }, 8, anchor);
    expect(rows[0]?.row).toBe(30);
    expect(atEnd).toBe(false);
  }
});

test('an anchor whose message is gone falls back to the oldest in memory', () => {
  expect(paneWindow(many(60), frame, 5, { row: 9999, line: 3 }).rows[0]?.row).toBe(1);
});

test('scrolling down to the end follows again; at the top it stops', () => {
  const conversation = many(30);
  const top = scrolled(conversation, frame, { height: 10, anchor: null }, -10_000);
  expect(top).toEqual({ row: 1, line: 0 });
  expect(scrolled(conversation, frame, { height: 10, anchor: top }, 10_000)).toBeNull();
  expect(scrolled(conversation, frame, { height: 10, anchor: top }, -1)).toEqual(top);
});

test('a conversation that fits does not scroll', () => {
  expect(scrolled(many(2), frame, { height: 30, anchor: null }, -3)).toBeNull();
});

test('law: scrolling up and down by the same rows comes back, and pages are full', () => {
  const conversation = many(300);
  const height = 7;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }), (steps) => {
      let anchor = scrolled(conversation, frame, { height, anchor: null }, -150);
      const start = anchor;
      for (const step of steps)
        anchor = scrolled(conversation, frame, { height, anchor }, -Math.min(step, 20));
      const total = steps.reduce((sum, step) => sum + Math.min(step, 20), 0);
      expect(paneWindow(conversation, frame, height, anchor).rows).toHaveLength(height);
      if (total < 100) expect(scrolled(conversation, frame, { height, anchor }, total)).toEqual(start);
    }),
  );
});
