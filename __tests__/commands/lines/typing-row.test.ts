import { expect, test } from 'vitest';
import { createTypingRow } from '../../../source/commands/lines/typing-row.ts';

function rowWith(typed: string) {
  const state = { typed, shown: false };
  const written: string[] = [];
  const terminal = { write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  return { state, written, row: createTypingRow(terminal, () => state.typed) };
}

async function turn(): Promise<void> {
  await new Promise((done) => setImmediate(done));
}

test.each(['ended', 'emptied', 'close'] as const)(
  'shows waiting output only when the typed line is %s',
  async (how) => {
    const { state, written, row } = rowWith('half');
    row.print(() => written.push('news'), true);
    void row.shown().then(() => (state.shown = true));
    await turn();
    expect(written).toEqual([]);
    expect(state.shown).toBe(false);
    if (how !== 'close') state.typed = '';
    row[how]();
    expect(written).toContain('news');
    await turn();
    expect(state.shown).toBe(true);
  },
);

test('shows everything at once while no line is being typed', async () => {
  const { state, written, row } = rowWith('');
  row.print(() => written.push('one'), true);
  await row.shown();
  state.typed = 'half';
  row.close();
  row.print(() => written.push('two'), true);
  await row.shown();
  expect(written.filter((text) => /one|two/u.test(text))).toEqual(['one', 'two']);
});
