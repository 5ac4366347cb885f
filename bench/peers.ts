import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { InTerminal } from '../__tests__/support/pty.ts';
import { spread } from './floor.ts';
import { command, controlOf, cpuOf, listenerOf, messenger, quit, residentMb, type Pair } from './pair.ts';
import { missing, type Peer, type PeerKind } from './peer.ts';
import { profanity } from './profanity.ts';
import { both, compare, note } from './rows.ts';
import { keysEcho, linesAtPace, upAndReady } from './screens.ts';
import { toxic } from './toxic.ts';

const kinds = [toxic, profanity];
const [paints, lineCount] = [5, 1000];

/** The figures of one program, by what they are. */
type Figures = Readonly<Record<string, string>>;

/** Measures the same with the messenger and with each peer that is found on this machine; nothing is installed. */
export async function measurePeers(pair: Pair): Promise<void> {
  const lacking = kinds.filter(({ programs }) => missing(programs).length > 0);
  for (const { name, programs } of lacking)
    note(`peer ${name}`, `not found here: ${missing(programs).join(', ')}`);
  if (lacking.length === kinds.length) return;
  const columns: Record<string, Figures> = { cryptochat: await figuresOf(ourselves(pair)) };
  for (const kind of kinds.filter((one) => !lacking.includes(one))) {
    try {
      Object.assign(columns, await columnOf(kind, join(pair.folder, kind.name)));
    } catch (error) {
      // Another version may ask or say something else; the figures of the others are still good.
      note(`peer ${kind.name}`, `did not work here: ${String(error).split('\n')[0]}`);
    }
  }
  compare(columns);
}

async function columnOf(kind: PeerKind, folder: string): Promise<Record<string, Figures>> {
  await mkdir(folder);
  const peer = await kind.make(folder);
  try {
    return { [peer.name]: await figuresOf(peer) };
  } finally {
    await peer.end();
  }
}

async function figuresOf(peer: Peer): Promise<Figures> {
  const [a, b] = [peer.open('a'), peer.open('b')];
  try {
    await peer.meet(a, b);
    const echo = await keysEcho(a);
    a.type('\u0015');
    const lines = await linesAtPace(a, b, 20);
    const stream = await streamOf(peer, a, b);
    await Promise.all([a, b].map(peer.leave));
    const kept = new Set((await peer.kept()).match(/line \d+ of the stream/gu));
    return {
      'exec → first paint': both(spread(await firstPaints(peer))),
      'key → echo': both(spread(echo)),
      'Enter in A → drawn on B’s screen': both(spread(lines)),
      ...stream,
      [`lost of ${lineCount} lines`]: String(lineCount - kept.size),
    };
  } finally {
    for (const screen of [a, b]) screen.kill('SIGKILL');
  }
}

async function firstPaints(peer: Peer): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < paints; round += 1) {
    const start = performance.now();
    const screen = peer.open('a');
    times.push((await screen.drawn('first paint', () => screen.screen().trim() !== '')) - start);
    await peer.leave(screen);
  }
  return times;
}

/** A stream of lines until the last one is drawn at B. */
async function streamOf(peer: Peer, a: InTerminal, b: InTerminal): Promise<Figures> {
  const { ofA, rest } = await peer.helpers();
  const ofBoth = [a.pid, b.pid, ...ofA, ...rest];
  const cpu = async (): Promise<number> =>
    (await Promise.all(ofBoth.map(cpuOf))).reduce((all, one) => all + one, 0);
  const lines = Array.from({ length: lineCount }, (_, at) => `line ${at + 1} of the stream`);
  const last = lines.at(-1) ?? '';
  const before = await cpu();
  const start = performance.now();
  const [end] = await Promise.all([
    b.drawn('the last line', () => b.screen().includes(last), 300_000),
    peer.write(a, lines),
  ]);
  await pause(1000);
  const cpuMs = ((await cpu()) - before) / lineCount;
  const memory = await Promise.all([a.pid, ...ofA].map(residentMb));
  return {
    [`${lineCount} lines until the last is drawn at B`]: `${Math.round((1000 * lineCount) / (end - start))} messages/s`,
    'processor time for one of them, of all programs': `${cpuMs.toFixed(2)} ms`,
    'resident memory of A afterwards': `${memory.join(' + ')} MB`,
  };
}

function ourselves({ alice, bob }: Pair): Peer {
  const home = { a: alice, b: bob };
  return {
    name: 'cryptochat',
    open: (person) => messenger(home[person]),
    leave: quit,
    async meet(...screens) {
      for (const screen of screens) await screen.sees(upAndReady);
    },
    // Lines that are typed at once are one paste, and one message; commands hand theirs to the open messenger.
    async write(_, lines) {
      const control = await controlOf(alice);
      await Promise.all(lines.map((text) => control.calls.send({ contact: 'bob', text })));
      control.end();
    },
    async helpers() {
      const [ofA, ofB] = await Promise.all([alice, bob].map(listenerOf));
      return { ofA: [ofA ?? 0], rest: [ofB ?? 0] };
    },
    kept: () => command(bob, 'read', 'alice', '--peek', '--last', String(2 * lineCount)),
    end: async () => undefined,
  };
}
