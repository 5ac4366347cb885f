import { randomBytes, randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { revocationLength } from '../../source/protocol/revoke.ts';
import type { Bytes } from '../../source/core/types.ts';
import { post } from '../support/signed-post.ts';
import { attack, figure, pair } from './adapter.ts';
import { content, nextSeqOf, sealRaw, slotKeyOf } from './forge.ts';
import { cameTo } from './inbox-files.ts';
import { postedBodies } from './needles.ts';
import type { Peer } from './peer.ts';

const newer = 'something arrived that only a newer version of cryptochat can show';
const broken = 'something arrived that breaks the rules of the protocol; it was ignored';
const lastKind = 10;
/** The kinds that have no seq. */
const unordered: ReadonlySet<number> = new Set([2, 5, 6, 8, 10]);

/** Values that are not text, or text that other programs would stumble over. */
const texts: readonly string[] = [
  '['.repeat(30_000),
  '{"a":'.repeat(10_000),
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"kind":1,"kind":2,"text":null}',
  '[1e308,1e999,-0,NaN,Infinity,123456789012345678901234567890,18446744073709551616]',
  '{"text":7}',
  '{}',
  'null',
  '"',
  'x'.repeat(limits.textBytes),
];

/** The same things in CBOR. */
const binary: ReadonlyArray<readonly number[]> = [
  Array.from({ length: 30_000 }, () => 0x81),
  Array.from({ length: 30_000 }, () => 0x9f),
  [0xa1, 0x69, ...Buffer.from('__proto__'), 0xa1, 0x65, ...Buffer.from('admin'), 0xf5],
  [0xf9, 0x7e, 0x00],
  [0xf9, 0x80, 0x00],
  [0xfb, 0x7f, 0xe1, 0xcc, 0xf3, 0x85, 0xeb, 0xc8, 0xa0],
  [0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [],
];

/** A content with a valid head, and any bytes for its version, its kind and its body. */
function raw(seq: number, first: { version?: number; kind: number }, body: Uint8Array): Bytes {
  const whole = Buffer.concat([content(seq, { kind: 'void' }), body]);
  whole[0] = first.version ?? 1;
  whole[1] = first.kind;
  return new Uint8Array(whole);
}

/** Everything refused or unknown, each with the next seq; and how much of it is kept as unknown. */
function nonsense(from: number): { readonly contents: readonly Bytes[]; readonly next: number } {
  let next = from;
  const contents: Bytes[] = [];
  const bodies = [...texts.map((text) => Buffer.from(text)), ...binary.map((bytes) => Buffer.from(bytes))];
  const more = Array.from({ length: figure(1500, 20) }, () => randomBytes(randomInt(300)));
  for (const body of [...bodies, ...more]) {
    // Not text, and never of a length that has a meaning.
    const kind = [2, 3, 4, 5, 6, 7, 8, 9, 10][contents.length % 9]!;
    const wholeLength = { 6: 29, 10: revocationLength }[kind];
    const isMeant = body.length === 0 || body.length === wholeLength;
    if (!isMeant) contents.push(raw(unordered.has(kind) ? 0 : next++, { kind }, body));
  }
  for (const [n, body] of bodies.entries()) {
    const version = [0, 2, 255, 1][n % 4]!;
    contents.push(raw(next++, { version, kind: version === 1 ? lastKind + 1 + n : 1 }, body));
  }
  const good = content(next, { kind: 'text', text: 'x' });
  for (let length = 0; length < good.length; length += 7) contents.push(good.slice(0, length));
  const tooLong = Buffer.from('x'.repeat(limits.textBytes + 1));
  contents.push(raw(next++, { kind: 1 }, tooLong), raw(next++, { kind: 1 }, new Uint8Array()));
  contents.push(raw(0, { kind: 1 }, Buffer.from('without a seq')));
  for (const at of [18, 26, 42]) contents.push(good.map((byte, n) => (n === at ? 0xff : byte)));
  return { contents, next };
}

async function postAll(from: Peer, to: Peer, envelopes: readonly Uint8Array[]): Promise<void> {
  const key = await slotKeyOf(from, to);
  for (const envelope of envelopes) expect((await post(to.port, { key }, envelope)).status).toBe(202);
}

test(
  'A22 malformed contents leave nothing or a line that says so, and the next content is read',
  attack(async (newHome) => {
    const [alice, mallory] = [await newHome('alice'), await newHome('mallory')];
    await pair(alice, mallory);
    await alice.listen();
    const { contents, next } = nonsense(await nextSeqOf(mallory, alice));
    const last = 'still reading';
    const said = [...texts, last].map((text, n) => content(next + n, { kind: 'text', text }));
    // The one that claims the highest number of all comes behind a gap, and takes nothing from what follows.
    const far = content(
      Number.MAX_SAFE_INTEGER,
      { kind: 'text', text: 'far' },
      { ack: Number.MAX_SAFE_INTEGER },
    );
    const envelopes = await sealRaw(mallory, alice, [...contents, far, ...said]);
    const screen = await alice.tui();
    await postAll(mallory, alice, envelopes);
    await screen.sees(last, 60_000);
    expect(await cameTo(alice, mallory)).toEqual([...texts, last, 'far']);
    const notices = await cameTo(alice, mallory, 'notice');
    expect(notices).toHaveLength(2);
    expect(notices).toContain(`${newer} (${texts.length + binary.length} times)`);
    expect(notices).toContainEqual(expect.stringContaining(broken));
    expect((await alice.tries('send', 'mallory', 'an answer')).code).toBe(0);
    expect(await alice.status()).toMatchObject({ quarantined: 0 });
  }),
);

const notText: ReadonlyArray<readonly [bytes: readonly number[], shown: string]> = [
  [[0x61, 0xff, 0xfe, 0x62], 'a\ufffd\ufffdb'],
  [[0xed, 0xa0, 0x80], '\ufffd\ufffd\ufffd'],
  [[0xed, 0xb0, 0x80, 0x63], '\ufffd\ufffd\ufffdc'],
  [[0xc0, 0x80], '\ufffd\ufffd'],
  [[0x64, 0xe2, 0x82], 'd\ufffd'],
  [[0xf5, 0x80, 0x80, 0x80], '\ufffd\ufffd\ufffd\ufffd'],
  [[0xef, 0xbb, 0xbf, 0x65], '\ufeffe'],
  [[0x66, 0x00, 0x67], 'f\0g'],
];

test(
  'A23 shows invalid UTF-8 with replacement marks, keeps it, and acknowledges it once',
  attack(async (newHome) => {
    const alice = await newHome('alice');
    const mallory = await newHome('mallory', { tapFrom: '127.0.0.1' });
    await pair(alice, mallory);
    await alice.listen();
    const seq = await nextSeqOf(mallory, alice);
    const contents = notText.map(([bytes], n) => raw(seq + n, { kind: 1 }, Buffer.from(bytes)));
    const envelopes = await sealRaw(mallory, alice, contents);
    const counts = [postedBodies(mallory.wire!.asked()).length];
    for (let time = 0; time < 2; time += 1) {
      await postAll(mallory, alice, envelopes);
      await alice.tick();
      expect(await cameTo(alice, mallory)).toEqual(notText.map(([, shown]) => shown));
      counts.push(postedBodies(mallory.wire!.asked()).length);
    }
    // Receipts for the first arrivals, and none for the repeats.
    const [none = 0, once = 0, twice] = counts;
    expect(once - none).toBeGreaterThan(0);
    expect(once - none).toBeLessThanOrEqual(notText.length);
    expect(twice).toBe(once);
    const screen = await alice.tui();
    await screen.sees('a\ufffd\ufffdb');
    await screen.sees('f\u2400g');
    expect(await alice.status()).toMatchObject({ quarantined: 0 });
  }),
);
