import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../../source/core/limits.ts';
import type { Conversation } from '../../../source/core/types.ts';
import type { Database } from '../../../source/store/database.ts';
import { lastRow } from '../../../source/store/messages.ts';
import { onScreen, type Shown } from '../../../source/ui/reading/paging.ts';
import { scrolled } from '../../../source/ui/reading/pane.ts';
import { goTo, scroll, select } from '../../../source/ui/reading/reading.ts';
import type { Anchor } from '../../../source/ui/model/view.ts';
import { add, conversation } from '../../support/conversation.ts';
import { readerOf, textsIn, wholeIn, type Reader } from '../support/reader.ts';
import { contactOf, noon } from '../support/samples.ts';

const hour = 3_600_000;

function text(seq: number): string {
  return `message ${seq} ${'of several words '.repeat(seq % 11)}`;
}

/** Came an hour after the one before, the seq of every tenth is missing. */
async function gappy(count: number): Promise<{ database: Database; contactId: number }> {
  const { database, contactId } = await conversation();
  database.run('BEGIN');
  for (let seq = 1; seq <= count; seq += 1) if (seq % 10 > 0) come(database, contactId, seq, count);
  database.run('COMMIT');
  return { database, contactId };
}

function come(database: Database, contactId: number, seq: number, count = seq): void {
  add(database, { contactId, seq, text: text(seq), sentAt: noon - (count - seq) * hour });
}

type Step = {
  readonly kind: 'rows' | 'pages' | 'come' | 'late' | 'oldest' | 'newest' | 'resize';
  readonly by: number;
};

function stepsOf(kind: Step['kind'], by: fc.Arbitrary<number>): fc.Arbitrary<readonly Step[]> {
  return by.map((amount) => [{ kind, by: amount }]);
}

/** One page after the other, far beyond what is in memory. */
const far = fc
  .record({ by: fc.constantFrom(-3, 3), times: fc.integer({ min: 15, max: 40 }) })
  .map(({ by, times }): readonly Step[] => Array.from({ length: times }, () => ({ kind: 'pages', by })));

/** Up a little, and more comes than the newest window holds; then far up. */
const up: readonly Step[] = [
  { kind: 'rows', by: -60 },
  { kind: 'come', by: 250 },
  ...Array.from({ length: 30 }, (): Step => ({ kind: 'pages', by: -3 })),
];

const walks = fc
  .array(
    fc.oneof(
      stepsOf('rows', fc.integer({ min: -90, max: 90 })),
      stepsOf('pages', fc.constantFrom(-2, -1, 1, 2)),
      far,
      stepsOf('come', fc.integer({ min: 1, max: 250 })),
      stepsOf('late', fc.nat(299)),
      stepsOf('oldest', fc.constant(0)),
      stepsOf('newest', fc.constant(0)),
      stepsOf('resize', fc.integer({ min: 12, max: 50 })),
    ),
    { minLength: 15, maxLength: 25 },
  )
  .map((parts) => [...up, ...parts.flat()]);

/** The same step over a conversation that is in memory as a whole. */
function naively(
  { frame, height }: Shown,
  whole: Conversation,
  anchor: Anchor | null,
  { kind, by }: Step,
): Anchor | null {
  const move = (delta: number): Anchor | null => scrolled(whole, frame, { height, anchor }, delta);
  if (kind === 'rows') return move(by);
  if (kind === 'pages') return move(by * (height - 2));
  if (kind === 'oldest') return scrolled(whole, frame, { height, anchor: { row: 1, at: -Infinity } }, 0);
  return kind === 'newest' ? null : anchor;
}

function perform({ desk, committed }: Reader, database: Database, contactId: number, step: Step): void {
  const { kind, by } = step;
  if (kind === 'rows' || kind === 'pages') return scroll(desk, by, kind);
  if (kind === 'oldest' || kind === 'newest') return goTo(desk, kind);
  if (kind === 'resize') return desk.view.update((view) => ({ ...view, columns: 20 + 2 * by, rows: by }));
  if (kind === 'come') comeNow(database, contactId, by);
  else comeLate(database, contactId, 10 + by * 10);
  committed();
}

function comeNow(database: Database, contactId: number, count: number): void {
  const sql = 'SELECT max(seq) AS seq FROM messages WHERE contact_id = ?';
  const { seq = 0 } = database.get<{ seq: number }>(sql, [contactId]) ?? {};
  for (let next = seq + 1; next <= seq + count; next += 1) come(database, contactId, next);
}

function comeLate(database: Database, contactId: number, seq: number): void {
  const sql = 'SELECT 1 AS found FROM messages WHERE contact_id = ? AND seq = ?';
  if (!database.get(sql, [contactId, seq])) come(database, contactId, seq);
}

function shownBy(reader: Reader): Shown {
  const shown = onScreen(reader.desk);
  if (!shown) throw new Error('nothing is on the screen');
  return shown;
}

async function compare(walk: readonly Step[]): Promise<void> {
  const { database, contactId } = await gappy(3000);
  const reader = readerOf(database, contactId);
  select(reader.desk, contactId);
  await reader.settled();
  let anchor: Anchor | null = null;
  let whole = wholeIn(database, contactId);
  for (const step of walk) {
    anchor = naively(shownBy(reader), whole, anchor, step);
    perform(reader, database, contactId, step);
    await reader.settled();
    if (step.kind === 'come' || step.kind === 'late') whole = wholeIn(database, contactId);
    const { frame, height } = shownBy(reader);
    expect([step, reader.drawn()]).toEqual([step, textsIn(whole, frame, height, anchor)]);
  }
  expect(reader.most()).toBeLessThanOrEqual(limits.windowRows);
}

test('law: the screen shows the same as if everything were in memory', { timeout: 60_000 }, () =>
  fc.assert(fc.asyncProperty(walks, compare), { numRuns: 4 }),
);

test('paging far stops at the end of memory, and continues once more is loaded', async () => {
  const { database, contactId } = await gappy(3000);
  const reader = readerOf(database, contactId);
  select(reader.desk, contactId);
  await reader.settled();
  for (let turn = 0; turn < 40; turn += 1) {
    scroll(reader.desk, -30, 'pages');
    await reader.settled();
  }
  expect(reader.drawn().join('\n')).toContain('message 1 ');
  for (let turn = 0; turn < 40; turn += 1) {
    scroll(reader.desk, 30, 'pages');
    await reader.settled();
  }
  expect(reader.drawn().join('\n')).toContain('message 2999 ');
  expect(reader.desk.view.get().anchor).toBeNull();
});

test('messages that come while the person reads elsewhere are not loaded', async () => {
  const { database, contactId } = await gappy(3000);
  const reader = readerOf(database, contactId);
  select(reader.desk, contactId);
  await reader.settled();
  goTo(reader.desk, 'oldest');
  await reader.settled();
  const before = onScreen(reader.desk)?.conversation.messages;
  expect(before?.[0]?.row).toBe(1);
  comeNow(database, contactId, 50);
  reader.committed();
  expect(onScreen(reader.desk)?.conversation.messages).toBe(before);
  goTo(reader.desk, 'newest');
  await reader.settled();
  expect(reader.drawn().join('\n')).toContain('message 3049 ');
});

describe('a conversation with unread messages', () => {
  const isRead = ({ asked }: Reader): boolean => asked.some(([name]) => name === 'markRead');

  test('opens at the first of them when they do not fit, and is read when the end was seen', async () => {
    const { database, contactId } = await gappy(3000);
    const reader = readerOf(database, contactId, 900);
    select(reader.desk, contactId);
    await reader.settled();
    expect(reader.drawn()[0]).toContain(' new messages ');
    expect(reader.drawn()[4]).toContain('message 1001 ');
    scroll(reader.desk, 1, 'pages');
    await reader.settled();
    expect(isRead(reader)).toBe(false);
    goTo(reader.desk, 'newest');
    await reader.settled();
    expect(isRead(reader)).toBe(true);
  });

  test('is at its end at once, below the line, when they fit', async () => {
    const { database, contactId } = await gappy(3000);
    const reader = readerOf(database, contactId, lastRow(database) - 2);
    select(reader.desk, contactId);
    await reader.settled();
    const drawn = reader.drawn().join('\n');
    expect(drawn.indexOf(' new messages ')).toBeGreaterThan(drawn.indexOf('message 2997 '));
    expect(drawn).toContain('message 2999 ');
    expect([reader.desk.view.get().anchor, isRead(reader)]).toEqual([null, true]);
  });

  test('does not count messages as read that come while it is being opened', async () => {
    const { database, contactId } = await gappy(3000);
    const reader = readerOf(database, contactId, 900);
    select(reader.desk, contactId);
    comeNow(database, contactId, 1);
    reader.committed();
    await reader.settled();
    expect(isRead(reader)).toBe(false);
    expect(reader.drawn()[0]).toContain(' new messages ');
  });

  test('opens at the first one, too, when nothing was ever read; sent messages are above the line', async () => {
    const { database, contactId } = await conversation();
    add(database, { contactId, seq: 1, direction: 'out', text: 'the first word' });
    for (let seq = 1; seq <= 300; seq += 1) come(database, contactId, seq, 300);
    const reader = readerOf(database, contactId, 0);
    select(reader.desk, contactId);
    await reader.settled();
    expect(reader.drawn().slice(0, 5).join('\n')).toMatch(/ new messages [^]*message 1 /u);
    scroll(reader.desk, -50);
    await reader.settled();
    expect(reader.drawn().join('\n')).toMatch(/the first word[^]* new messages /u);
  });

  test('stays in place while the inbox comes in, and is then at the first of those messages', async () => {
    const { database, contactId } = await gappy(3000);
    const reader = readerOf(database, contactId);
    reader.tell({ caughtUp: false });
    select(reader.desk, contactId);
    await reader.settled();
    const before = reader.drawn();
    expect(before.join('\n')).toContain('message 2999 ');
    for (let part = 0; part < 3; part += 1) {
      comeNow(database, contactId, 30);
      reader.tell({ contacts: [contactOf(contactId, 'bob', { unread: 30 * (part + 1) })] });
      reader.committed();
      await reader.settled();
      expect(reader.drawn()).toEqual(before);
    }
    expect(isRead(reader)).toBe(false);
    reader.tell({ caughtUp: true });
    await reader.settled();
    expect(reader.drawn()[0]).toContain(' new messages ');
    expect(reader.drawn().join('\n')).toContain('message 3000 ');
    expect(isRead(reader)).toBe(false);
  });

  test.each(['before', 'after'])('is where the person goes, %s everything is there', async (order) => {
    const { database, contactId } = await gappy(3000);
    const reader = readerOf(database, contactId);
    reader.tell({ caughtUp: false });
    select(reader.desk, contactId);
    await reader.settled();
    comeNow(database, contactId, 30);
    goTo(reader.desk, 'oldest');
    // The key was pressed; the window is on its way there.
    if (order === 'before') await reader.settled();
    reader.tell({ caughtUp: true, contacts: [contactOf(contactId, 'bob', { unread: 30 })] });
    reader.committed();
    await reader.settled();
    expect(reader.drawn().join('\n')).toContain('message 1 ');
  });
});
