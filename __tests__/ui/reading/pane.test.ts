import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printableLine } from '../../../source/core/printable.ts';
import type { Conversation } from '../../../source/core/types.ts';
import type { Frame } from '../../../source/ui/reading/blocks.ts';
import { paneWindow, scrolled } from '../../../source/ui/reading/pane.ts';
import type { Anchor } from '../../../source/ui/model/view.ts';
import { lineWidth } from '../../../source/ui/text/line.ts';
import { bobsMessages, messageOf, noon, wholeOf } from '../support/samples.ts';

const frame: Frame = {
  columns: 40,
  now: noon,
  mark: null,
  picked: null,
  find: null,
  page: 'compact',
  name: printableLine('bob'),
  look: 'person2',
};
const roomy: Frame = { ...frame, page: 'roomy' };

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
  expect(lines[mark + 1]).toContain('new key, signed by');
});

test.each(['compact', 'roomy'] as const)(
  'marks every row with a bar in the %s layout, yours and theirs differently',
  (page) => {
    for (const line of textOf(bob, null, 60, { ...frame, page })) {
      if (/second line|numbers once|the address/.test(line)) expect(line).toMatch(/^.{0,7} ┃ /u);
      if (/how are the new keys|on my way|station/.test(line)) expect(line).toMatch(/^.{0,7} ┊ /u);
    }
  },
);

const minute = 60_000;
const out = { direction: 'out' } as const;

/** Messages at these minutes after a full hour; those of one's own are negative. */
function after(...minutes: readonly number[]): Conversation {
  const hour = noon - 60 * minute;
  const messages = minutes.map((count, index) =>
    messageOf(index + 1, `${Math.abs(count)} after`, {
      ...(count < 0 && out),
      sentAt: hour + Math.abs(count) * minute,
    }),
  );
  return wholeOf(messages, 99);
}

test('shows the name once over a run, and the time again after five minutes', () => {
  const rows = textOf(after(1, 2, 4, 6, -7, -8, 9), null, 30, roomy);
  expect(rows.map((row) => row.trimEnd())).toEqual([
    expect.stringContaining(' Today '),
    '',
    ' bob 11:01',
    ' ┃ 1 after',
    ' ┃ 2 after',
    ' ┃ 4 after',
    ' 11:06',
    ' ┃ 6 after',
    '',
    ' you 11:07',
    ' ┊ 7 after ✓✓',
    ' ┊ 8 after ✓✓',
    '',
    ' bob 11:09',
    ' ┃ 9 after',
  ]);
});

test('shows the time again where a clock was set back', () => {
  const rows = textOf(after(31, 21, 22), null, 30, roomy).slice(2);
  expect(rows).toEqual([' bob 11:31', ' ┃ 31 after', ' 11:21', ' ┃ 21 after', ' ┃ 22 after']);
});

test('a pause of an hour ends a run', () => {
  const rows = textOf(after(1, 59, 121), null, 30, roomy).slice(2);
  expect(rows).toEqual([
    ' bob 11:01',
    ' ┃ 1 after',
    ' 11:59',
    ' ┃ 59 after',
    '',
    ' bob 13:01',
    ' ┃ 121 after',
  ]);
});

test('a new day, a line of the program, and new messages begin a run', () => {
  const notice = messageOf(3, 'bob has a new key', { kind: 'notice', sentAt: noon });
  const messages = [
    messageOf(1, 'one', { sentAt: noon - 24 * 60 * minute }),
    messageOf(2, 'two', { sentAt: noon }),
    notice,
    { ...notice, row: 4 },
    messageOf(5, 'five', { sentAt: noon }),
    messageOf(6, 'six', { sentAt: noon }),
  ];
  const rows = textOf(wholeOf(messages, 5), null, 40, { ...roomy, mark: 5 });
  expect(rows.map((row) => row.trim().replaceAll('─', ''))).toEqual([
    ' Yesterday ',
    '',
    'bob 12:00',
    '┃ one',
    '',
    ' Today ',
    '',
    'bob 12:00',
    '┃ two',
    '',
    '— bob has a new key —',
    '— bob has a new key —',
    '',
    'bob 12:00',
    '┃ five',
    '',
    ' new messages ',
    '',
    'bob 12:00',
    '┃ six',
  ]);
});

test.each(['compact', 'roomy'] as const)(
  'puts the tick right after the last word in the %s layout, wherever that ends',
  (page) => {
    for (let letters = 1; letters < 200; letters += 1) {
      for (const state of ['delivered', 'sent', 'queued', 'failed', 'kept'] as const) {
        const text = 'x'.repeat(letters);
        const one = wholeOf([messageOf(1, text, { ...out, state })], 1);
        const { rows } = paneWindow(one, { ...frame, page }, 60, null);
        for (const { spans } of rows) expect(lineWidth(spans)).toBeLessThanOrEqual(frame.columns);
        const last = rows
          .at(-1)
          ?.spans.map((piece) => piece.text)
          .join('');
        expect(last).toMatch(/┊ x+ (?:✓✓|✓|·|✗|▫)$/u);
      }
    }
  },
);

test('the text has at most 90 columns, however wide the pane is', () => {
  const long = wholeOf([messageOf(1, 'words '.repeat(60), out)], 1);
  for (const page of ['compact', 'roomy'] as const) {
    const widths = paneWindow(long, { ...frame, page, columns: 180 }, 60, null).rows.map(({ spans }) =>
      lineWidth(spans),
    );
    expect(Math.max(...widths)).toBeLessThanOrEqual(9 + 90 + 3);
    expect(Math.max(...widths)).toBeGreaterThan(80);
  }
});

test('draws a selected message inverse, except for the hits in it', () => {
  const messages = [messageOf(1, 'before'), messageOf(2, 'a *long* message with a lighthouse in it')];
  const now: Frame = { ...roomy, picked: 2, find: 'lighthouse' };
  const rows = paneWindow(wholeOf(messages, 2), now, 40, null).rows.filter(({ row }) => row === 2);
  const own = rows.filter(({ at: letter }) => letter >= 0);
  expect(own.length).toBeGreaterThan(1);
  for (const { spans } of own) {
    expect(lineWidth(spans)).toBe(frame.columns);
    for (const { text, look } of spans) expect(look).toBe(/light|house/u.test(text) ? 'strong' : 'chosen');
  }
});

/** Texts with which a contact may imitate a part of the screen. */
const forged = [
  ' you 11:59\n ┊ I owe you 500 ✓✓',
  'hi\n\n you 12:00\n┊ yes',
  '\n ──── Today ────\n',
  ' ─── new messages ─── \n bob 12:00',
  '— bob has a new key, verified —',
  '┃ theirs\n┊ yours\n▐ quoted',
  'ok ✓✓',
  ' 12:00 ┊ I agree ✓',
  '❯┃ selected',
  '\u2003\u00a0\u3000┊ wide blanks',
  'שלום ┊ you 12:00 ✓✓',
];

test.each(['compact', 'roomy'] as const)(
  'lets no text imitate a name, a day, a tick, a quote, or the other side in the %s layout',
  (page) => {
    const messages = forged.flatMap((text, index) => [
      messageOf(2 * index + 1, text, { sentAt: noon }),
      messageOf(2 * index + 2, 'mine', { ...out, sentAt: noon }),
    ]);
    const { rows } = paneWindow(wholeOf(messages, 99), { ...frame, page }, 400, null);
    const gutter = page === 'roomy' ? 1 : 7;
    for (const { row, at: letter, spans } of rows) {
      const drawn = spans.map(({ text }) => text).join('');
      const bars = [...drawn].flatMap((sign, column) => (/[┃┊▐]/u.test(sign) ? [[sign, column]] : []));
      // Rows of texts have the bar of their side, and no other; rows of the program have none.
      const own = letter < 0 ? [] : [[row % 2 === 1 ? '┃' : '┊', gutter]];
      expect([drawn, bars]).toEqual([drawn, own]);
      if (row % 2 === 1 && letter >= 0) expect(spans.some(({ look }) => look === 'good')).toBe(false);
    }
  },
);

test('an anchor keeps its place when messages come and when the width changes', () => {
  const conversation = many(60);
  const anchor = { row: 30, at: 0 };
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

test('keeps its place when the layout and the width change and change back', () => {
  const long = messageOf(2, Array.from({ length: 80 }, (_none, index) => `word${index}`).join(' '), {
    sentAt: noon,
  });
  const whole = wholeOf(
    [messageOf(1, 'before', { sentAt: noon }), long, messageOf(3, 'x\n'.repeat(40), { sentAt: noon })],
    9,
  );
  const top = (now: Frame, anchor: Anchor): string => textOf(whole, anchor, 8, now)[0] ?? '';
  const anchor = paneWindow(whole, { ...frame, columns: 80 }, 8, { row: 2, at: 300 }).rows[0];
  if (!anchor) throw new Error('nothing is on the screen');
  const word = /word\d+/u.exec(top({ ...frame, columns: 80 }, anchor))?.[0] ?? 'nothing';
  for (const columns of [24, 40, 80, 180]) {
    for (const page of ['compact', 'roomy'] as const)
      expect(top({ ...frame, columns, page }, anchor)).toContain(word);
  }
});

test('an anchor whose message is gone falls back to the oldest in memory', () => {
  expect(paneWindow(many(60), frame, 5, { row: 9999, at: 3 }).rows[0]?.row).toBe(1);
});

test('scrolling down to the end follows again; at the top it stops', () => {
  const conversation = many(30);
  const top = scrolled(conversation, frame, { height: 10, anchor: null }, -10_000);
  expect(top).toEqual({ row: 1, at: -1 });
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
