// The mail that a client leaves to its listener, and its trust in the listener's reports.

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeParcel, type Parcel } from '../../../source/core/parcel.ts';
import { limits } from '../../../source/core/limits.ts';
import type { Envelope } from '../../../source/core/types.ts';
import { markDone, parcelName, readParcel, writeCarry, writeParcels } from '../../../source/inbox/parcels.ts';
import { isHeld } from '../../../source/inbox/holder.ts';
import { changeContact, contactOf } from '../../../source/store/contacts.ts';
import { addToOutbox, outgoingTo, putLast, removeFromOutbox } from '../../../source/store/outbox.ts';
import { aliceAlone, bobAnswers, fillOutbox, statesOf, withParcels } from '../../support/alice-alone.ts';
import { carrying, numbersIn } from '../../support/left-parcels.ts';
import { canMakeDisks } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';

describe('a message', () => {
  test('is left to the listener before it is reported as kept, if the contact does not answer', async () => {
    const alice = await aliceAlone();
    const session = await alice.open();
    for (let n = 1; n <= 3; n += 1) {
      await session.send({ contact: 'bob', text: `number ${n}` });
      expect(await numbersIn(alice.inbox, 'parcel')).toHaveLength(n);
    }
    expect((await session.status()).carried).toBe(3);
  });

  test('is not left to the listener while the contact answers within a second', async () => {
    const alice = await aliceAlone();
    let isHere = true;
    const { came } = await bobAnswers(alice, () => isHere);
    const session = await alice.open();
    await session.send({ contact: 'bob', text: 'first' });
    await until('it is settled', async () => (await statesOf(session)).join() === 'sent');
    expect(await numbersIn(alice.inbox, 'parcel')).toEqual([]);
    for (let n = 2; n <= 20; n += 1) {
      await session.send({ contact: 'bob', text: `number ${n}` });
      expect(await numbersIn(alice.inbox, 'parcel')).toEqual([]);
    }
    await until('all are settled', async () => new Set(await statesOf(session)).size === 1);
    expect(came()).toBe(20);
    isHere = false;
    await session.send({ contact: 'bob', text: 'into silence' });
    await until('it is left', async () => (await numbersIn(alice.inbox, 'parcel')).length === 1);
    isHere = true;
    await session.retry();
    await until('it came', async () => (await statesOf(session)).every((state) => state === 'sent'));
    expect(await readdir(join(alice.inbox, 'out'))).toEqual([]);
  });

  test('stays with the listener when the client ends, and is removed when the listener ends as well', async () => {
    const alice = await aliceAlone();
    const first = await alice.open();
    await first.send({ contact: 'bob', text: 'stays' });
    await first.close({ keepListening: true });
    expect(await numbersIn(alice.inbox, 'parcel')).toHaveLength(1);
    const second = await alice.open();
    expect(await numbersIn(alice.inbox, 'parcel')).toHaveLength(1);
    await second.close({ keepListening: false });
    expect(await readdir(join(alice.inbox, 'out'))).toEqual([]);
    const third = await alice.open();
    await until('it is left again', async () => (await numbersIn(alice.inbox, 'parcel')).length === 1);
    await third.close({ keepListening: true });
    expect(await numbersIn(alice.inbox, 'parcel')).toHaveLength(1);
  });
});

test('the listener is told about the proxy, and that a client has the home', async () => {
  const alice = await aliceAlone();
  const at = { listen: '127.0.0.1:1', address: '127.0.0.1:1' };
  const said = async (): Promise<unknown> =>
    JSON.parse(await readFile(join(alice.inbox, 'carry.json'), 'utf8'));
  for (const proxy of ['socks5://127.0.0.1:1', '', 'http://a:b@127.0.0.1:2']) {
    const session = await alice.open(proxy);
    expect([await said(), await isHeld(alice.inbox)]).toEqual([{ version: 1, proxy, ...at }, true]);
    await session.close();
    expect(await isHeld(alice.inbox)).toBe(false);
    // A tool that copies the home would block on reading a pipe.
    expect(await readdir(alice.inbox)).not.toContain('holder');
  }
});

describe('mail that the listener reports as taken', () => {
  test('is settled with its proof when a client opens, once', async () => {
    const alice = await aliceAlone();
    const first = await alice.open();
    const ids = [];
    for (const text of ['one', 'two']) ids.push((await first.send({ contact: 'bob', text })).id);
    await first.close({ keepListening: true });
    const { address, came } = await bobAnswers(alice);
    await alice.within(({ context }) => changeContact(context.database, 1, { address }));
    // The address is another one now, so the client has to write them again.
    await (await alice.open('socks5://127.0.0.1:1')).close({ keepListening: true });
    await writeCarry(alice.inbox, { proxy: '', listen: '', address: '' });
    const carried = carrying(alice.inbox);
    await until('both are taken', async () => (await numbersIn(alice.inbox, 'done')).length === 2);
    await carried.close();
    const second = await alice.open();
    expect(await statesOf(second)).toEqual(['sent', 'sent']);
    expect(await readdir(join(alice.inbox, 'out'))).toEqual([]);
    const wire = await second.wire({ id: ids[0]! });
    expect(JSON.stringify(wire)).toContain(`Host: ${address}`);
    expect(came()).toBe(2);
    expect((await second.status()).carried).toBe(0);
  });

  test('is not believed without the proof of the contact’s listener', async () => {
    const alice = await aliceAlone();
    const first = await alice.open();
    await first.send({ contact: 'bob', text: 'not taken' });
    await first.close({ keepListening: true });
    const [name = ''] = await readdir(join(alice.inbox, 'out'));
    const [lane = '', number = ''] = name.split('.');
    const at = { lane, number: Number(number) };
    const [door] = (await readParcel(alice.inbox, at))!.doors;
    const said = { at: Date.now(), tries: 1, place: door!.place, nonce: door!.nonce, head: 'POST' };
    for (const done of [
      { ...said, kept: new Uint8Array(16) },
      { ...said, kept: door!.check.slice(0, 16) },
    ]) {
      await markDone(alice.inbox, at, done);
      await writeFile(join(alice.inbox, 'out', parcelName({ ...at, number: 99, kind: 'done' })), 'x');
      const session = await alice.open();
      expect(await statesOf(session)).toEqual(['queued']);
      await until('it is left again', async () => (await numbersIn(alice.inbox, 'parcel')).length === 1);
      expect(await numbersIn(alice.inbox, 'done')).toEqual([]);
      await session.close({ keepListening: true });
    }
  });
});

async function parcelAt(inbox: string, number: number): Promise<Parcel | null> {
  const name = (await readdir(join(inbox, 'out'))).find((one) => Number(one.split('.')[1]) === number);
  return name ? decodeParcel(new Uint8Array(await readFile(join(inbox, 'out', name)))) : null;
}

describe('out/ matches the database', () => {
  test('after a start, whatever was in it: without parcels for nobody, damaged ones, or ones of another life', async () => {
    const alice = await aliceAlone();
    let numbers: readonly number[] = [];
    await withParcels(alice, async ({ client, follow }) => {
      numbers = fillOutbox(client, 5);
      await follow();
    });
    expect(await numbersIn(alice.inbox, 'parcel')).toEqual(numbers);
    const out = join(alice.inbox, 'out');
    const before = await Promise.all(numbers.map((number) => parcelAt(alice.inbox, number)));
    const [names, parcels] = [(await readdir(out)).toSorted(), before as readonly Parcel[]];
    const [lane = ''] = names[0]!.split('.');
    await writeParcels(alice.inbox, [
      { lane, number: 1_000_000, parcel: parcels[0]! },
      { lane: 'f'.repeat(32), number: numbers[0]!, parcel: parcels[0]! },
      { lane, number: numbers[1]!, parcel: parcels[2]! },
    ]);
    await writeFile(join(out, names[3]!), (await readFile(join(out, names[3]!))).subarray(0, 100));
    await rm(join(out, names[4]!));
    await withParcels(alice, async ({ parcels: opened }) => opened.idle());
    expect((await readdir(out)).toSorted()).toEqual(names);
    const after = await Promise.all(numbers.map((number) => parcelAt(alice.inbox, number)));
    expect(after.map((parcel) => parcel?.envelope)).toEqual(parcels.map(({ envelope }) => envelope));
    expect([0, 2].map((at) => after[at])).toEqual([0, 2].map((at) => parcels[at]));
  });

  test('after a new address, a new slot, a block, and when something was taken', async () => {
    const alice = await aliceAlone();
    await withParcels(alice, async ({ client: { context }, client, follow }) => {
      const numbers = fillOutbox(client, 3);
      const places = async (): Promise<unknown> =>
        (await parcelAt(alice.inbox, numbers[1]!))?.doors.map(({ place }) => place);
      await follow();
      expect(await places()).toEqual(['127.0.0.1:1']);
      const lanes = [await readdir(join(alice.inbox, 'out'))];
      changeContact(context.database, 1, { address: 'a.example:1 https://b.example:2/c' });
      await follow();
      expect(await places()).toEqual(['a.example:1', 'https://b.example:2/c']);
      lanes.push(await readdir(join(alice.inbox, 'out')));
      changeContact(context.database, 1, { theirSlot: new Uint8Array(randomBytes(32)) });
      await follow();
      lanes.push(await readdir(join(alice.inbox, 'out')));
      expect(new Set(lanes.flat()).size).toBe(9);
      removeFromOutbox(context.database, numbers[0]!);
      putLast(context.database, numbers[1]!);
      await follow();
      expect(await numbersIn(alice.inbox, 'parcel')).toEqual([numbers[2], numbers[2]! + 1]);
      for (const state of ['blocked', 'conflict', 'revoked'] as const) {
        changeContact(context.database, 1, { state });
        await follow();
        expect(await readdir(join(alice.inbox, 'out'))).toEqual([]);
        changeContact(context.database, 1, { state: 'not-compared' });
        await follow();
        expect(await numbersIn(alice.inbox, 'parcel')).toHaveLength(2);
      }
      changeContact(context.database, 1, { address: '' });
      await follow();
      expect(await readdir(join(alice.inbox, 'out'))).toEqual([]);
    });
  });

  test('with a lane and a few days for what goes to a contact’s earlier place', async () => {
    const alice = await aliceAlone();
    await withParcels(alice, async ({ client, follow }) => {
      fillOutbox(client, 1);
      const { database } = client.context;
      const place = { address: 'old.example:1', slotKey: contactOf(database, 1).theirSlot };
      const envelope = new Uint8Array(4096) as Envelope;
      addToOutbox(database, {
        contactId: 1,
        messageRow: null,
        envelope,
        ratchet: 2,
        createdAt: 5,
        what: 'answer',
        place,
      });
      await follow();
      const [here, there] = outgoingTo(database, 1, 9);
      const found = [await parcelAt(alice.inbox, here!.id), await parcelAt(alice.inbox, there!.id)];
      expect(found.map((parcel) => [parcel?.notAfter, parcel?.doors[0]?.place])).toEqual([
        [0, '127.0.0.1:1'],
        [5 + limits.elsewhereLifeMs, 'old.example:1'],
      ]);
      const names = await readdir(join(alice.inbox, 'out'));
      expect(new Set(names.map((name) => name.split('.')[0])).size).toBe(2);
    });
  });

  test('as far as a slot of the contact holds: of more, the oldest', async () => {
    const alice = await aliceAlone();
    await withParcels(alice, async ({ client, follow, parcels }) => {
      const numbers = fillOutbox(client, limits.parcels + 100);
      await follow();
      expect(await numbersIn(alice.inbox, 'parcel')).toEqual(numbers.slice(0, limits.parcelsAtOnce));
      await parcels.idle();
      expect(await numbersIn(alice.inbox, 'parcel')).toEqual(numbers.slice(0, limits.parcels));
      for (const number of numbers.slice(0, 50)) removeFromOutbox(client.context.database, number);
      await follow();
      await parcels.idle();
      expect(await numbersIn(alice.inbox, 'parcel')).toEqual(numbers.slice(50, limits.parcels + 50));
    });
  });
});

test.skipIf(!canMakeDisks)(
  'a full disk keeps nobody from writing; waiting mail is left when there is room (needs root)',
  async () => {
    const alice = await aliceAlone();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'none', alice.inbox]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', alice.inbox]));
    const session = await alice.open();
    const ballast = join(alice.inbox, 'ballast');
    await writeFile(ballast, new Uint8Array(200 * 1024)).catch(() => undefined);
    await session.send({ contact: 'bob', text: 'on a full disk' });
    expect([await numbersIn(alice.inbox, 'parcel'), await statesOf(session)]).toEqual([[], ['queued']]);
    expect(await readdir(join(alice.inbox, 'tmp'))).toEqual([]);
    await rm(ballast);
    await session.send({ contact: 'bob', text: 'with room' });
    await until('both are left', async () => (await numbersIn(alice.inbox, 'parcel')).length === 2);
  },
);
