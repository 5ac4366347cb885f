import { writeFile } from 'node:fs/promises';
import { admitIn, crowd } from './contacts.ts';
import { historyIn, type HistoryCost } from './history.ts';
import type { Pair } from './pair.ts';
import { plot } from './plot.ts';
import { both, note, timesOf } from './rows.ts';
import { keyCpuMs } from './screens.ts';
import { streamIn } from './stream.ts';

const lengths = [100, 10_000, 1_000_000] as const;

/** Measures the cost of a growing conversation; draws it, if the plot is to be kept. */
export async function measureHistory(folder: string, isKept: boolean): Promise<void> {
  const costs: HistoryCost[] = [];
  for (const length of lengths) costs.push(await historyIn(folder, length));
  const [few, some, many] = costs as [HistoryCost, HistoryCost, HistoryCost];
  note('a window of 600 messages, among 1,000,000', both(many.page));
  note('… of that among 10,000', timesOf(many.page.p50, some.page.p50), '1.5 times');
  note('one more message to 1,000,000, committed', both(many.arrival));
  note('… of that to 100', timesOf(many.arrival.p50, few.arrival.p50), '1.5 times');
  note('search 1,000,000 messages for a word', both(many.word), '50 ms');
  note('search 1,000,000 messages for two letters that only the oldest has', both(many.letters), '50 ms');
  note('deleting one of 10,000 messages', `${Math.round(some.eraseMs)} ms`, '50 ms');
  note(
    'deleting one of 1,000,000 messages (cleared at the next start)',
    `${Math.round(many.eraseMs)} ms`,
    '50 ms',
  );
  if (!isKept) return;
  const series = Object.entries({
    'a window of 600 messages': (cost: HistoryCost) => cost.page.p50,
    'one more message': (cost: HistoryCost) => cost.arrival.p50,
    'a search for a word': (cost: HistoryCost) => cost.word.p50,
    'a search for two letters': (cost: HistoryCost) => cost.letters.p50,
    'deleting a message': (cost: HistoryCost) => cost.eraseMs,
  }).map(([name, of]) => ({
    name,
    points: lengths.map((size, at) => [size, of(costs[at] ?? few)] as const),
  }));
  const file = new URL('../docs/growth.svg', import.meta.url);
  await writeFile(file, plot('Cost of a conversation, by its number of messages', series));
}

type ContactsCost = { readonly admitMs: number; readonly messageMs: number; readonly keyMs: number };

/** Measures all costs with a thousand contacts, compared with one. Leaves the contacts in the home. */
export async function measureContacts(pair: Pair): Promise<void> {
  const few = await withContacts(pair);
  for (const home of [pair.alice, pair.bob]) await crowd(home, 1000);
  const many = await withContacts(pair);
  const what = {
    admitMs: 'the listener admits a POST',
    messageMs: 'processor time for one message, all programs',
    keyMs: 'processor time for a key',
  } as const;
  for (const name of ['admitMs', 'messageMs', 'keyMs'] as const)
    note(`1,000 contacts: ${what[name]}`, timesOf(many[name], few[name]), '1.5 times');
}

async function withContacts(pair: Pair): Promise<ContactsCost> {
  const { cpuMs } = await streamIn(pair, { count: 1000, atOnce: 25 });
  const messageMs = cpuMs.reduce((all, one) => all + one, 0);
  return { admitMs: (await admitIn(pair.alice)).p50, messageMs, keyMs: await keyCpuMs(pair.alice) };
}
