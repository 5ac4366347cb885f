import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import type { Bytes } from '../../source/core/types.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { toHex } from '../../source/core/bytes.ts';
import { concat } from '../../source/protocol/bytes.ts';
import type { Inner } from '../../source/protocol/envelope.ts';
import { jumpTo, readPlace } from '../../source/protocol/far.ts';
import { planDecryption } from '../../source/protocol/plan.ts';
import { bytesField, bytesIn, numberIn, readFields } from '../../source/protocol/protobuf.ts';
import { ratchetDecrypt } from '../../source/protocol/ratchet.ts';
import type { Allowance } from '../../source/protocol/ratchet.ts';
import { readStates } from '../../source/protocol/session-states.ts';
import { failedTries, forge, varint } from '../support/far-message.ts';
import { newPerson, twoFriends } from '../support/ratchet-person.ts';
import type { Person } from '../support/ratchet-person.ts';

const most = limits.ratchetKeys;

function recordOf(person: Person, other: Person): Bytes {
  return person.sessions.get(toHex(other.identity)) ?? new Uint8Array();
}

function statesOf(person: Person, other: Person): readonly Bytes[] {
  const states = readStates(recordOf(person, other));
  return states ? [...(states.current ? [states.current] : []), ...states.previous] : [];
}

/** The keys that libsignal was allowed to derive for each message. */
function counted(): Allowance & { readonly asked: number[] } {
  const asked: number[] = [];
  return { asked, take: (keys) => asked.push(keys) > 0, giveBack: () => undefined };
}

/** The outcome of a message, how many states libsignal tried in vain, and how many keys it may have derived. */
async function judge(reader: Person, from: Person, inner: Inner): Promise<[string, number, number]> {
  const allowance = counted();
  let kind = '';
  const { states } = await failedTries(async () => {
    ({ kind } = await ratchetDecrypt(reader.reads(from.identity), inner, allowance));
  });
  return [kind, states, allowance.asked.reduce((sum, keys) => sum + keys, 0)];
}

/** Alice has sent bob some texts in a session that has turned many times, and one more, which he has not read. */
async function conversation(): Promise<{ alice: Person; bob: Person; sent: Inner }> {
  const [alice, bob] = await twoFriends();
  for (let round = 0; round < 30; round += 1) {
    await bob.receive(alice, await alice.send(bob, String(round)));
    if (round % 3 === 0) await alice.receive(bob, await bob.send(alice, String(round)));
  }
  return { alice, bob, sent: await alice.send(bob, 'unread') };
}

describe('a message from far ahead', () => {
  const ratchetKey = makeKeyPair().publicKey;

  test.each([
    ['in a known chain', { counter: most + 100 }],
    ['in a new chain', { counter: most + 1, ratchetKey }],
    ['as far as libsignal goes', { counter: 25_000, ratchetKey }],
    ['as far as a number goes', { counter: 0xff_ff_ff_ff }],
    ['in the post-quantum ratchet', { pqIndex: most + 100 }],
    ['there as far as SPQR goes', { pqIndex: 25_000 }],
    ['there as far as a number goes', { pqIndex: 0xff_ff_ff_ff, ratchetKey }],
  ])('is not tried: %s', async (_, forged) => {
    const { alice, bob, sent } = await conversation();
    const before = bob.snapshot();
    expect(await judge(bob, alice, forge(sent, forged))).toEqual(['unreadable', 0, 0]);
    expect(bob.snapshot()).toEqual(before);
    expect(await bob.receive(alice, sent)).toBe('unread');
  });

  test.each([['counter'], ['pqIndex']])(
    'is not tried as the first message of a session: %s',
    async (field) => {
      const [alice, bob] = [newPerson(), newPerson()];
      await alice.begin(bob, bob.reserve());
      const [one, two] = [await alice.send(bob, 'one'), await alice.send(bob, 'two')];
      const far = { [field]: most + 10 };
      expect(await judge(bob, alice, forge(one, far))).toEqual(['unreadable', 0, 0]);
      expect(await bob.receive(alice, one)).toBe('one');
      expect(await judge(bob, alice, forge(two, far))).toEqual(['unreadable', 0, 0]);
      expect(await judge(bob, alice, forge(two, { ...far, baseKey: ratchetKey }))).toEqual([
        'unreadable',
        0,
        0,
      ]);
      expect(await bob.receive(alice, two)).toBe('two');
    },
  );

  test('is tried in one state only, if its chain is known', async () => {
    const { alice, bob, sent } = await conversation();
    for (let round = 0; round < 4; round += 1) await bob.begin(alice, alice.reserve());
    expect(statesOf(bob, alice)).toHaveLength(5);
    const [kind, tries, keys] = await judge(bob, alice, forge(sent, { counter: 1500 }));
    expect([kind, tries]).toEqual(['unreadable', 1]);
    expect(keys).toBeGreaterThan(1400);
    expect(keys).toBeLessThanOrEqual(1500);
  });

  test.each([
    [0, 6], [333, 6], [334, 5], [500, 4], [700, 2], [1001, 1], [most, 1],
  ])('of a new chain, with counter %d, is tried in %d states', async (counter, states) => {
    const [alice, bob] = await twoFriends();
    for (let round = 0; round < 7; round += 1) await bob.begin(alice, alice.reserve());
    const sent = await alice.send(bob, 'hi');
    const [kind, tries, keys] = await judge(bob, alice, forge(sent, { counter, ratchetKey }));
    expect([kind, tries]).toEqual(['unreadable', states]);
    expect(keys).toBeLessThanOrEqual(most);
  }); // prettier-ignore

  test('costs no more in a record from before there was a bound', async () => {
    const { alice, bob, sent } = await conversation();
    const state = statesOf(bob, alice)[0]!;
    const old = concat(bytesField(1, state).reduce((a, b) => concat(a, b)), ...Array.from({ length: 40 }, () => bytesField(2, state)).flat()); // prettier-ignore
    bob.sessions.set(toHex(alice.identity), old);
    const [, tries, keys] = await judge(bob, alice, forge(sent, { counter: 300, ratchetKey }));
    expect(tries).toBe(6);
    expect(keys).toBeLessThanOrEqual(most);
    expect(await bob.receive(alice, sent)).toBe('unread');
    expect(statesOf(bob, alice)).toHaveLength(6);
  });

  test('is paid for before it is tried, and unused keys of a valid one are given back', async () => {
    const [alice, bob] = await twoFriends();
    for (let round = 0; round < 3; round += 1) await bob.begin(alice, alice.reserve());
    const sent = await alice.send(bob, 'good');
    const none: Allowance = { take: () => false, giveBack: () => undefined };
    const { states } = await failedTries(async () => {
      const opened = await ratchetDecrypt(bob.reads(alice.identity), sent, none);
      expect(opened.kind).toBe('unreadable');
    });
    expect(states).toBe(0);
    const given: number[] = [];
    const allowance = { ...counted(), giveBack: (keys: number) => void given.push(keys) };
    await ratchetDecrypt(bob.reads(alice.identity), forge(sent, { counter: 100 }), allowance);
    expect(given).toEqual([]);
    await ratchetDecrypt(bob.reads(alice.identity), sent, allowance);
    expect(given).toHaveLength(1);
  });
});

describe('an honest schedule', () => {
  test('of as many messages as a slot holds is read in any order', { timeout: 120_000 }, async () => {
    const { alice, bob } = await conversation();
    const sent: Inner[] = [];
    for (let n = 0; n < limits.slotFiles - 1; n += 1) sent.push(await alice.send(bob, String(n)));
    expect(await bob.receive(alice, sent.at(-1)!)).toBe(String(limits.slotFiles - 2));
    for (const n of [0, 1000, 1500, 7, limits.slotFiles - 3]) expect(await bob.receive(alice, sent[n]!)).toBe(String(n)); // prettier-ignore
    expect(recordOf(bob, alice).length).toBeLessThan(limits.sessionBytes);
  });

  test('of 500 shuffled first messages is read, and of 500 in a new chain of a session with five before it', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    const shuffled = Array.from({ length: 500 }, (_, n) => (n * 387 + 499) % 500);
    const readAll = async (): Promise<void> => {
      const sent: Inner[] = [];
      for (let n = 0; n < 500; n += 1) sent.push(await alice.send(bob, String(n)));
      for (const n of shuffled) expect(await bob.receive(alice, sent[n]!)).toBe(String(n));
    };
    await alice.begin(bob);
    await readAll();
    for (let round = 0; round < 5; round += 1) {
      await alice.begin(bob, bob.reserve());
      await bob.receive(alice, await alice.send(bob, 'hello'));
    }
    expect(await alice.receive(bob, await bob.send(alice, 'a turn'))).toBe('a turn');
    await readAll();
  });

  test('with a message of a replaced session continues as libsignal would', async () => {
    const [alice, bob] = await twoFriends();
    const late = [await alice.send(bob, 'late'), await alice.send(bob, 'later')];
    await bob.begin(alice, alice.reserve());
    await bob.send(alice, 'in a new session');
    const keys = statesOf(bob, alice).map(baseKeyOf);
    expect(await bob.receive(alice, late[1]!)).toBe('later');
    expect(statesOf(bob, alice).map(baseKeyOf)).toEqual(keys.toReversed());
    // The data for the new session's first messages is not written into its later ones.
    expect(numberOfFields(statesOf(bob, alice)[1]!, [9, 14])).toBe(0);
    expect(await bob.receive(alice, late[0]!)).toBe('late');
    expect((await bob.send(alice, 'in the first')).type).toBe(2);
  });

  test('counts the jumps as libsignal makes them', async () => {
    const { alice, bob, sent: unread } = await conversation();
    await bob.receive(alice, unread);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 6 }), async (losses) => {
        for (const lost of losses) {
          for (let n = 0; n < lost; n += 1) await alice.send(bob, 'lost');
          const sent = await alice.send(bob, 'read');
          // SPQR counts from 1, so even the very next message costs one key.
          expect(jumpTo(readPlace(sent)!, statesOf(bob, alice)[0]!)).toEqual({
            isKnown: true,
            keys: lost + 1,
          });
          expect(await bob.receive(alice, sent)).toBe('read');
        }
      }),
      { numRuns: 10 },
    );
  });
});

function baseKeyOf(state: Bytes): string {
  return toHex(bytesIn(readFields(state) ?? [], 13)[0] ?? new Uint8Array());
}

function numberOfFields(state: Bytes, numbers: readonly number[]): number {
  return (readFields(state) ?? []).filter(({ number }) => numbers.includes(number)).length;
}

describe('a session record', () => {
  test('keeps six states', async () => {
    const [alice, bob] = await twoFriends();
    for (let round = 0; round < 10; round += 1) await bob.begin(alice, alice.reserve());
    expect(statesOf(bob, alice)).toHaveLength(limits.sessionStates);
    for (let round = 0; round < 10; round += 1) {
      await alice.begin(bob, bob.reserve());
      expect(await bob.receive(alice, await alice.send(bob, 'hi'))).toBe('hi');
      expect(statesOf(bob, alice)).toHaveLength(limits.sessionStates);
    }
  });

  test('does not grow beyond its bound: a message that would grow it is unreadable, and the session continues', { timeout: 120_000 }, async () => {
    const { alice, bob } = await conversation();
    const lose = async (count: number): Promise<Inner> => {
      for (let n = 0; n < count; n += 1) await alice.send(bob, 'lost');
      return alice.send(bob, 'after a gap');
    };
    const answers: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      answers.push(await bob.receive(alice, await lose(1500)));
      await alice.receive(bob, await bob.send(alice, 'a turn'));
      await bob.receive(alice, await alice.send(bob, 'a turn'));
      expect(recordOf(bob, alice).length).toBeLessThanOrEqual(limits.sessionBytes);
    }
    expect(answers[0]).toBe('after a gap');
    expect(answers).toContain('unreadable');
    // A new session takes the room of what it replaces.
    await alice.begin(bob, bob.reserve());
    expect(await bob.receive(alice, await alice.send(bob, 'anew'))).toBe('anew');
    expect(recordOf(bob, alice).length).toBeLessThanOrEqual(limits.sessionBytes);
  }); // prettier-ignore
});

describe('bytes that are not a plain message', () => {
  test.each([
    ['a field twice', (bytes: Bytes) => concat(bytes.subarray(0, -8), varint(16), varint(1), bytes.subarray(-8))],
    ['a group', (bytes: Bytes) => concat(bytes.subarray(0, -8), varint(8 * 9 + 3), bytes.subarray(-8))],
    ['field 0', (bytes: Bytes) => concat(bytes.subarray(0, -8), varint(0), varint(1), bytes.subarray(-8))],
    ['a number without an end', (bytes: Bytes) => concat(bytes.subarray(0, -8), varint(72), new Uint8Array(11).fill(255), bytes.subarray(-8))],
    ['a length beyond the end', (bytes: Bytes) => concat(bytes.subarray(0, -8), varint(74), varint(99), bytes.subarray(-8))],
    ['more fields than any message has', (bytes: Bytes) => concat(bytes.subarray(0, -8), ...Array.from({ length: 16 }, (_, n) => concat(varint((20 + n) * 8), varint(1))), bytes.subarray(-8))],
    ['nothing', () => new Uint8Array()],
    ['a version alone', () => Uint8Array.of(0x44)],
  ])('are unreadable and not tried: %s', async (_, change) => {
    const { alice, bob, sent } = await conversation();
    expect(readPlace(sent)).not.toBeNull();
    const broken = { ...sent, ciphertext: change(sent.ciphertext) };
    expect(await judge(bob, alice, broken)).toEqual(['unreadable', 0, 0]);
  }); // prettier-ignore

  test('never make a plan that is over the bound, and never throw', async () => {
    const { alice, bob, sent } = await conversation();
    const stored = recordOf(bob, alice);
    const at = fc.nat({ max: sent.ciphertext.length - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(at, fc.nat({ max: 255 })), { maxLength: 4 }), (changes) => {
        const ciphertext = sent.ciphertext.slice();
        for (const [where, byte] of changes) ciphertext[where] = byte;
        for (const type of [2, 3] as const)
          expect(planDecryption({ ...sent, type, ciphertext }, stored)?.keys ?? 0).toBeLessThanOrEqual(most);
      }),
      { numRuns: 2000 },
    );
  });

  test('are read as they were written', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 29 - 2 }), fc.maxSafeNat(), fc.uint8Array(), (number, value, bytes) => {
        const fields = readFields(concat(varint((number + 1) * 8), varint(value), ...bytesField(number + 2, Uint8Array.from(bytes))));
        expect(numberIn(fields ?? [], number + 1)).toBe(value);
        expect(bytesIn(fields ?? [], number + 2)).toEqual([Uint8Array.from(bytes)]);
      }),
    ); // prettier-ignore
  });
});
