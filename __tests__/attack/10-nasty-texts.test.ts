import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { noStatement } from '../../source/protocol/rotate.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { writeSetting } from '../../source/store/settings.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import type { InTerminal } from '../support/pty.ts';
import { scanPty } from '../support/scan-pty.ts';
import { scanTerminal } from '../support/scan-terminal.ts';
import { post } from '../support/signed-post.ts';
import { startInTerminal } from '../support/terminal.ts';
import { attack, figure, pair } from './adapter.ts';
import type { NewHome } from './adapter.ts';
import { content, insideHome, nextSeqOf, sealRaw, slotKeyOf } from './forge.ts';
import type { Peer } from './peer.ts';

const texts = hostileStrings.filter((text) => text !== '');
const names = hostileStrings.filter((text) => Buffer.byteLength(text) <= limits.nameBytes);
/** Those that must be changed on the way out; a mark without a base gets one. */
const steering = hostileStrings.filter((text) =>
  scanTerminal(text).some((one) => /^(?:control|invis)/.test(one)),
);

/** The parts that must not move: the column borders, the input line and the hints below. */
function layoutOf(screen: InTerminal): readonly string[] {
  const rows = screen.rows();
  const corner = rows.findIndex((line) => line.includes('┴'));
  return [
    `${rows.length} rows, corner at ${corner}, ${rows[corner]?.indexOf('┴')}`,
    ...rows.slice(1, corner).map((line, n) => `${n}: ${line[25]}`),
    `${rows[0]?.includes('● listening on')}`,
    ...rows.slice(corner + 1).map((line) => line.slice(0, 12)),
  ];
}

function checkRaw(raw: string): void {
  expect(scanPty(raw)).toEqual([]);
  expect(steering.filter((text) => raw.includes(text))).toEqual([]);
}

/** Profiles with every nasty name and nasty texts in between, each followed by a marker that shows it was read. */
async function nasty(mallory: Peer, alice: Peer): Promise<ReadonlyArray<readonly Uint8Array[]>> {
  const sealKey = await insideHome(mallory, ({ context }) => currentIdentity(context.database).publicKey);
  const slotKey = new Uint8Array(32).fill(7);
  let seq = await nextSeqOf(mallory, alice);
  const all = Array.from({ length: Math.max(texts.length, names.length) }, (_, n) => {
    const profile = {
      name: names[n] ?? 'mallory',
      address: '',
      epoch: 1,
      chain: noStatement,
      sealKey,
      slotKey,
      abilities: null,
    };
    return [
      content(seq++, { kind: 'text', text: texts[n] ?? 'x' }),
      content(seq++, { kind: 'profile', profile }),
      content(seq++, { kind: 'text', text: `mark ${n}.` }),
    ];
  });
  const sealed = await sealRaw(mallory, alice, all.flat());
  return all.map((_, n) => sealed.slice(n * 3, n * 3 + 3));
}

async function inTerminal(peer: Peer, ...words: readonly string[]): Promise<string> {
  const command = startInTerminal([...words, '--home', peer.home], { cols: 100, rows: 30 });
  expect(await command.exited).toBe(0);
  return command.raw();
}

const patient = { timeout: 60_000 };

/** A person whose own name no program would accept. */
async function called(newHome: NewHome, n: number, name: string): Promise<Peer> {
  const peer = await newHome(`mallory${n}`);
  peer.lies();
  await insideHome(peer, ({ context }) => writeSetting(context.database, 'name', name));
  return peer;
}

test(
  'A41 nasty texts and names neither steer the terminal nor move anything on the screen',
  attack(async (newHome) => {
    const [alice, mallory] = [await newHome('alice'), await newHome('mallory')];
    await pair(alice, mallory);
    const key = await slotKeyOf(mallory, alice);
    const envelopes = await nasty(mallory, alice);
    const screen = await alice.tui();
    await screen.sees('write to mallory');
    const begun = screen.raw().length;
    const layout = layoutOf(screen);
    expect(layout[0]).toBe('30 rows, corner at 27, 25');
    for (const [n, some] of envelopes.entries()) {
      for (const envelope of some) expect((await post(alice.port, { key }, envelope)).status).toBe(202);
      await screen.sees(`mark ${n}.`);
      // The screen is drawn in pieces.
      await expect.poll(() => [names[n], ...layoutOf(screen)], patient).toEqual([names[n], ...layout]);
    }
    checkRaw(screen.raw().slice(begun));
    expect((await alice.lines()).filter(({ kind }) => kind === 'text')).toHaveLength(envelopes.length * 2);
    expect(await alice.status()).toMatchObject({ quarantined: 0 });
    await alice.quit();

    // Without a screen, and from people who join or are joined.
    for (const name of names.filter((one) => one.includes('\u001b')).slice(0, figure(10, 2))) {
      const [inviter, joiner] = [await called(newHome, 1, name), await called(newHome, 2, name)];
      checkRaw(await inTerminal(alice, 'join', await inviter.invite()));
      await joiner.join(await alice.invite());
    }
    for (const words of [['sync'], ['contacts'], ['keys'], ['read'], ['read', '--json']]) {
      checkRaw(await inTerminal(alice, ...words));
    }
  }),
);
