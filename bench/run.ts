// `npm run bench`: measures the built program in ptys and over loopback with every fsync on, beside the floor of the
// same run. `npm run bench -- --write` puts the table into docs/PERFORMANCE.md and the plot into docs/growth.svg, `--json`
// prints the table as JSON, and names of measures (`npm run bench -- stream keys`) take these and the floor.

import { join } from 'node:path';
import { bareChain } from './bare-chain.ts';
import { measureBox, measureHost } from './boxes.ts';
import { measureContacts, measureHistory } from './growth.ts';
import { bareNode, loopbackPost, syncedWrite } from './floor.ts';
import { measureIdle, openIdle } from './idle.ts';
import { makePair } from './pair.ts';
import type { Pair } from './pair.ts';
import { measurePeers } from './peers.ts';
import { allRows, both, note, writeTable } from './rows.ts';
import { measureKeys, measureStart, measureTalk } from './screens.ts';
import { measureStream } from './stream.ts';
import { measureSyncs } from './syncs.ts';
import { measureWaiting } from './waiting.ts';

const measures: Readonly<Record<string, (pair: Pair) => Promise<void>>> = {
  floor: measureFloor,
  start: measureStart,
  talk: measureTalk,
  keys: measureKeys,
  stream: measureStream,
  syncs: measureSyncs,
  waiting: measureWaiting,
  peers: measurePeers,
  box: measureBox,
  host: measureHost,
  history: ({ folder }) => measureHistory(folder, process.argv.includes('--write')),
  idle: measureIdle,
  // The last one, because it leaves both homes with a thousand contacts.
  contacts: measureContacts,
};

const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = asked.find((name) => !(name in measures));
if (unknown !== undefined)
  throw new Error(`no measure ${unknown}; there are ${Object.keys(measures).join(', ')}`);
if (asked.length > 0 && process.argv.includes('--write'))
  throw new Error('--write puts down a whole run: name no measures');
const homes = await makePair();
try {
  for (const [name, measure] of Object.entries(measures)) {
    if (name === 'host' && (asked.length === 0 || asked.includes('idle'))) await openIdle(homes);
    if (asked.length === 0 || name === 'floor' || asked.includes(name))
      await timed(name, () => measure(homes));
  }
} finally {
  await homes.end();
}
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(allRows(), null, 2)}\n`);
if (process.argv.includes('--write')) await writeTable();

async function measureFloor({ folder }: Pair): Promise<void> {
  note('floor: bare node, start to end (p50 / p95)', both(await bareNode()));
  note('floor: write 4 KiB and fsync', both(await syncedWrite(folder)));
  note('floor: POST of 4 KiB over loopback, kept alive', both(await loopbackPost()));
  note(
    'floor: key → POST → synced file → terminal, three bare programs',
    both(await bareChain(join(folder, 'chain'))),
  );
}

/** Says on stderr how long a measure takes: a whole run without peers is to take less than five minutes. */
async function timed(name: string, measure: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await measure();
  process.stderr.write(`(${name}: ${Math.round((performance.now() - start) / 1000)} s)\n`);
}
