import { describe, expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import { limits } from '../../source/core/limits.ts';
import type { Bytes } from '../../source/core/types.ts';
import { encodeContent } from '../../source/protocol/kinds/content.ts';
import { openEnvelope, sealEnvelope } from '../../source/protocol/envelope.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { beginSession, ratchetDecrypt, ratchetEncrypt } from '../../source/protocol/ratchet.ts';
import { utf8 } from '../../source/protocol/bytes.ts';
import { newPerson, twoFriends } from '../support/ratchet-person.ts';

describe('a conversation', () => {
  test('works in order, both ways', async () => {
    const [alice, bob] = await twoFriends();
    for (let round = 0; round < 20; round += 1) {
      expect(await bob.receive(alice, await alice.send(bob, `to bob ${round}`))).toBe(`to bob ${round}`);
      expect(await alice.receive(bob, await bob.send(alice, `to alice ${round}`))).toBe(`to alice ${round}`);
    }
  });

  test('begins with first messages until the other has answered', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    await alice.begin(bob);
    const sent = [await alice.send(bob, 'one'), await alice.send(bob, 'two')];
    expect(sent.map((inner) => inner.type)).toEqual([3, 3]);
    expect(await bob.receive(alice, sent[0]!)).toBe('one');
    const answer = await bob.send(alice, 'three');
    expect(answer.type).toBe(2);
    expect(await alice.receive(bob, answer)).toBe('three');
    expect((await alice.send(bob, 'four')).type).toBe(2);
    expect(await bob.receive(alice, sent[1]!)).toBe('two');
  });

  test('works out of order, over several turns', async () => {
    const [alice, bob] = await twoFriends();
    const sent = [];
    for (let index = 0; index < 30; index += 1) {
      sent.push(await alice.send(bob, String(index)));
      if (index % 5 === 0) await alice.receive(bob, await bob.send(alice, 'a turn'));
    }
    const order = Array.from({ length: 30 }, (_, index) => (index * 7 + 3) % 30);
    for (const index of order) expect(await bob.receive(alice, sent[index]!)).toBe(String(index));
  });

  test('works with first messages out of order', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    await alice.begin(bob);
    const [one, two, three] = [
      await alice.send(bob, 'one'),
      await alice.send(bob, 'two'),
      await alice.send(bob, 'three'),
    ];
    expect(await bob.receive(alice, three)).toBe('three');
    expect(await bob.receive(alice, one)).toBe('one');
    expect(await bob.receive(alice, two)).toBe('two');
  });

  test('needs a session', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    expect(await ratchetEncrypt(alice.reads(bob.identity), utf8('hi'))).toBeNull();
  });

  test('that both sides begin at once continues in one session', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    await alice.begin(bob);
    await bob.begin(alice);
    const [toBob, toAlice] = [await alice.send(bob, 'a1'), await bob.send(alice, 'b1')];
    expect(await bob.receive(alice, toBob)).toBe('a1');
    expect(await alice.receive(bob, toAlice)).toBe('b1');
    for (let round = 2; round < 12; round += 1) {
      const crossing = [await alice.send(bob, `a${round}`), await bob.send(alice, `b${round}`)] as const;
      expect(await bob.receive(alice, crossing[0])).toBe(`a${round}`);
      expect(await alice.receive(bob, crossing[1])).toBe(`b${round}`);
    }
    expect([(await alice.send(bob, '')).type, (await bob.send(alice, '')).type]).toEqual([2, 2]);
  });
});

describe('a repeat', () => {
  test('of a ratchet message counts as used', async () => {
    const [alice, bob] = await twoFriends();
    const sent = await alice.send(bob, 'once');
    expect(await bob.receive(alice, sent)).toBe('once');
    expect(await bob.receive(alice, sent)).toBe('used');
    await alice.receive(bob, await bob.send(alice, 'a turn'));
    await bob.receive(alice, await alice.send(bob, 'a turn'));
    expect(await bob.receive(alice, sent)).toBe('used');
  });

  test('of a first message counts as used', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    await alice.begin(bob);
    const sent = await alice.send(bob, 'once');
    expect(await bob.receive(alice, sent)).toBe('once');
    expect(await bob.receive(alice, sent)).toBe('used');
    expect(bob.preKeys.has('one-time 3')).toBe(false);
  });
});

describe('a recorded first message', () => {
  /** Bob has read one first message under his last-resort Kyber key, and then 45 others: libsignal has forgotten the first. */
  async function recorded() {
    const [alice, bob] = [newPerson(), newPerson()];
    const first = bob.bundle(true);
    const oneTime = bob.preKeys.get(`one-time ${first.oneTime!.id}`)!;
    await alice.begin(bob, first);
    const sent = await alice.send(bob, 'recorded');
    expect(await bob.receive(alice, sent)).toBe('recorded');
    for (let round = 0; round < 45; round += 1) {
      await alice.begin(bob, bob.bundle(true));
      expect(await bob.receive(alice, await alice.send(bob, String(round)))).toBe(String(round));
    }
    return { alice, bob, sent, restore: () => bob.preKeys.set(`one-time ${first.oneTime!.id}`, oneTime) };
  }

  test('is refused after many newer sessions, because its one-time prekey is gone', async () => {
    const { alice, bob, sent } = await recorded();
    expect(await bob.receive(alice, sent)).toBe('unreadable');
  });

  test('is refused although its prekeys are there, because its base key was used', async () => {
    const { alice, bob, sent, restore } = await recorded();
    restore();
    expect(bob.baseKeys.size).toBe(46);
    expect(await bob.receive(alice, sent)).toBe('unreadable');
    bob.baseKeys.clear();
    expect(await bob.receive(alice, sent)).toBe('recorded');
  });
});

describe('prekeys', () => {
  test('for one use are removed by it; signed and last-resort ones are kept', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    const once = bob.bundle();
    await alice.begin(bob, once);
    await bob.receive(alice, await alice.send(bob, 'hi'));
    expect([...bob.preKeys.keys()]).toEqual(['signed 1', 'kyber 2']);
    await alice.begin(bob, bob.bundle(true));
    await bob.receive(alice, await alice.send(bob, 'hi'));
    expect([...bob.preKeys.keys()]).toEqual(['signed 1', 'kyber 2']);
  });

  test.each(['one-time', 'signed', 'kyber'] as const)(
    'without the %s key make a first message unreadable',
    async (kind) => {
      const [alice, bob] = [newPerson(), newPerson()];
      await alice.begin(bob);
      const sent = await alice.send(bob, 'hi');
      for (const name of bob.preKeys.keys()) if (name.startsWith(kind)) bob.preKeys.delete(name);
      const before = bob.snapshot();
      expect(await bob.receive(alice, sent)).toBe('unreadable');
      expect(bob.snapshot()).toEqual(before);
    },
  );

  test('of a bundle are used by one joiner only', async () => {
    const [alice, mallory, bob] = [newPerson(), newPerson(), newPerson()];
    const bundle = bob.bundle();
    await alice.begin(bob, bundle);
    await mallory.begin(bob, bundle);
    expect(await bob.receive(alice, await alice.send(bob, 'first'))).toBe('first');
    expect(await bob.receive(mallory, await mallory.send(bob, 'second'))).toBe('unreadable');
  });

  test('of a bundle without a one-time key are used again and again, and none is removed', async () => {
    const [alice, carol, bob] = [newPerson(), newPerson(), newPerson()];
    const reserve = bob.reserve();
    for (const [from, text] of [[alice, 'one'], [carol, 'two'], [alice, 'three']] as const) {
      await from.begin(bob, reserve);
      expect(await bob.receive(from, await from.send(bob, text))).toBe(text);
    } // prettier-ignore
    expect([...bob.preKeys.keys()]).toEqual(['signed 1', 'kyber 2']);
    expect(bob.baseKeys.size).toBe(3);
  });

  test('of such a bundle never begin two sessions with the same first message', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    const reserve = bob.reserve();
    await alice.begin(bob, reserve);
    const sent = await alice.send(bob, 'recorded');
    expect(await bob.receive(alice, sent)).toBe('recorded');
    bob.sessions.clear();
    expect(await bob.receive(alice, sent)).toBe('unreadable');
    bob.baseKeys.clear();
    expect(await bob.receive(alice, sent)).toBe('recorded');
  });

  test('of such a bundle begin a new session over a lost one', async () => {
    const [alice, bob] = await twoFriends();
    alice.sessions.clear();
    expect(await alice.receive(bob, await bob.send(alice, 'lost'))).toBe('unreadable');
    await alice.begin(bob, bob.reserve());
    expect(await bob.receive(alice, await alice.send(bob, 'a new session'))).toBe('a new session');
    expect(await alice.receive(bob, await bob.send(alice, 'in it'))).toBe('in it');
  });
});

describe('a failure', () => {
  test('leaves nothing behind, and the valid message is still readable', async () => {
    const [alice, bob] = await twoFriends();
    const sent = await alice.send(bob, 'good');
    const before = bob.snapshot();
    for (const at of [0, 1, 10, 40, sent.ciphertext.length - 1]) {
      const ciphertext = sent.ciphertext.map((byte, index) => (index === at ? byte ^ 1 : byte));
      const opened = await ratchetDecrypt(bob.reads(alice.identity), { ...sent, ciphertext });
      expect(opened.kind).toBe('unreadable');
    }
    expect(bob.snapshot()).toEqual(before);
    expect(await bob.receive(alice, sent)).toBe('good');
  });

  test('of a first message leaves nothing behind either, and no bit changes what it says', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    await alice.begin(bob);
    const sent = await alice.send(bob, 'good');
    const before = bob.snapshot();
    let opened = 0;
    for (let bit = 0; bit < sent.ciphertext.length * 8; bit += 13) {
      const ciphertext = sent.ciphertext.slice();
      ciphertext[bit >> 3] = (ciphertext[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const answer = await ratchetDecrypt(bob.reads(alice.identity), { ...sent, ciphertext });
      if (answer.kind === 'opened') {
        expect(Buffer.from(answer.plaintext).toString()).toBe('good');
        opened += 1;
      }
    }
    // Half of the version byte and the registration id carry no meaning, and libsignal's MAC does not cover them.
    expect(opened).toBeLessThan(12);
    expect(bob.snapshot()).toEqual(before);
    expect(await bob.receive(alice, sent)).toBe('good');
  });

  test('happens when one type comes under the number of the other', async () => {
    const [alice, bob] = await twoFriends();
    const sent = await alice.send(bob, 'good');
    expect(await bob.receive(alice, { ...sent, type: 3 })).toBe('unreadable');
    const [carol, dave] = [newPerson(), newPerson()];
    await carol.begin(dave);
    expect(await dave.receive(carol, { ...(await carol.send(dave, 'good')), type: 2 })).toBe('unreadable');
  });

  test('is thrown on when it is one of the disk', async () => {
    const [alice, bob] = await twoFriends();
    const sent = await alice.send(bob, 'good');
    const broken = new ChatError('database-damaged');
    const fail = (): never => {
      throw broken;
    };
    await expect(ratchetDecrypt({ ...bob.reads(alice.identity), session: fail }, sent)).rejects.toBe(broken);
    await expect(ratchetEncrypt({ ...bob.reads(alice.identity), session: fail }, utf8('hi'))).rejects.toBe(
      broken,
    );
    let reads = 0;
    const session = (): Bytes | null => {
      reads += 1;
      return reads > 1 ? fail() : bob.reads(alice.identity).session();
    };
    const failsLater = ratchetEncrypt({ ...bob.reads(alice.identity), session }, utf8('hi'));
    await expect(failsLater).rejects.toBe(broken);
    const [carol, dave] = [newPerson(), newPerson()];
    await carol.begin(dave);
    const first = await carol.send(dave, 'good');
    for (const part of ['session', 'preKey', 'baseKeyUsed'] as const) {
      await expect(ratchetDecrypt({ ...dave.reads(carol.identity), [part]: fail }, first)).rejects.toBe(
        broken,
      );
    }
    const bundle = dave.bundle();
    await expect(beginSession({ ...carol.reads(dave.identity), session: fail }, bundle)).rejects.toBe(broken);
  });
});

describe('a crash before the commit', () => {
  test('lets the same message be read again', async () => {
    const [alice, bob] = await twoFriends();
    const sent = await alice.send(bob, 'again');
    const lost = await ratchetDecrypt(bob.reads(alice.identity), sent);
    expect(lost.kind).toBe('opened');
    expect(await bob.receive(alice, sent)).toBe('again');
  });

  test('lets the same first message be read again', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    await alice.begin(bob);
    const sent = await alice.send(bob, 'again');
    for (let crash = 0; crash < 3; crash += 1) {
      expect(await ratchetDecrypt(bob.reads(alice.identity), sent)).toMatchObject({ kind: 'opened' });
    }
    expect(await bob.receive(alice, sent)).toBe('again');
  });

  test('lets an unposted message be encrypted again', async () => {
    const [alice, bob] = await twoFriends();
    await ratchetEncrypt(alice.reads(bob.identity), utf8('lost'));
    expect(await bob.receive(alice, await alice.send(bob, 'found'))).toBe('found');
  });

  test('lets a session be begun again', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    const bundle = bob.bundle();
    await beginSession(alice.reads(bob.identity), bundle);
    await alice.begin(bob, bundle);
    expect(await bob.receive(alice, await alice.send(bob, 'hi'))).toBe('hi');
  });
});

describe('another pair of identities', () => {
  test('does not read a ratchet message, although the session is the same', async () => {
    const [alice, bob] = await twoFriends();
    const mallory = newPerson();
    const sent = await alice.send(bob, 'for bob');
    const session = bob.reads(alice.identity).session;
    expect(await ratchetDecrypt({ ...bob.reads(mallory.identity), session }, sent)).toMatchObject({
      kind: 'unreadable',
    });
  });

  test('does not read a first message under another sender', async () => {
    const [alice, bob, mallory] = [newPerson(), newPerson(), newPerson()];
    await alice.begin(bob);
    const sent = await alice.send(bob, 'for bob');
    expect(await bob.receive(mallory, sent)).toBe('unreadable');
    expect(await bob.receive(alice, sent)).toBe('for bob');
  });

  test('does not read a first message with another key of the same receiver', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    await alice.begin(bob);
    const sent = await alice.send(bob, 'for bob');
    const other = makeKeyPair();
    const reads = { ...bob.reads(alice.identity), myIdentity: other.publicKey, myPrivate: other.privateKey };
    expect(await ratchetDecrypt(reads, sent)).toMatchObject({ kind: 'unreadable' });
  });

  test('does not begin a session from another identity’s bundle', async () => {
    const [alice, bob, mallory] = [newPerson(), newPerson(), newPerson()];
    await expect(beginSession(alice.reads(mallory.identity), bob.bundle())).rejects.toThrow('ignature');
  });
});

describe('sizes', () => {
  const head = { id: new Uint8Array(16), seq: 1, ack: 0, mark: new Uint8Array(8), sentAt: 0 };

  test('the longest text fits the largest bucket, even as a first message', async () => {
    const [alice, bob] = [newPerson(), newPerson()];
    const seal = makeKeyPair();
    await alice.begin(bob);
    const content = encodeContent(head, { kind: 'text', text: 'x'.repeat(limits.textBytes) });
    const sealed = await ratchetEncrypt(alice.reads(bob.identity), content);
    const inner = sealed!.inner;
    expect(inner.type).toBe(3);
    expect(inner.ciphertext.length - content.length).toBeLessThan(1900);
    const envelope = sealEnvelope(inner, seal.publicKey);
    expect(envelope.length).toBe(65_536);
    expect(openEnvelope(envelope, seal.privateKey)).toEqual(inner);
    expect(await bob.receive(alice, inner)).toContain('x'.repeat(limits.textBytes));
  });

  test('a line of chat fits the smallest', async () => {
    const [alice, bob] = await twoFriends();
    const content = encodeContent(head, { kind: 'text', text: 'x'.repeat(1500) });
    const sealed = await ratchetEncrypt(alice.reads(bob.identity), content);
    expect(sealEnvelope(sealed!.inner, makeKeyPair().publicKey).length).toBe(4096);
  });

  test('a message that does not fit is a bug', () => {
    const inner = { type: 2, sender: makeKeyPair().publicKey, ciphertext: new Uint8Array(65_536) } as const;
    expect(() => sealEnvelope(inner, makeKeyPair().publicKey)).toThrow('does not fit');
  });
});
