// How parcels survive a failing disk, a listener that was taken over, and kills in between.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../../source/core/limits.ts';
import type { Envelope } from '../../../source/core/types.ts';
import { writeCarry } from '../../../source/inbox/parcels.ts';
import { recall } from '../../../source/session/sending/acks.ts';
import { block } from '../../../source/session/trust/block.ts';
import { turn } from '../../../source/session/work/work.ts';
import { changeContact, contactOf } from '../../../source/store/contacts.ts';
import { addToOutbox, outgoingTo } from '../../../source/store/outbox.ts';
import { aliceAlone, bobAnswers, fillOutbox, statesOf, withParcels } from '../../support/alice-alone.ts';
import { carrying, numbersIn } from '../../support/left-parcels.ts';
import { canMakeDisks } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';

/** Faults to cause, and calls to count, in the modules below. */
const fault = vi.hoisted(() => ({
  unreadable: '',
  listings: [] as Array<() => Promise<void>>,
  /** Called behind a commit that took envelopes back. */
  behindCommit: async (): Promise<void> => undefined,
  rows: 0,
}));

vi.mock('../../../source/disk/files.ts', async (actual) => {
  const files = await actual<typeof import('../../../source/disk/files.ts')>();
  const readBounded: typeof files.readBounded = (path, most) => {
    if (fault.unreadable === '' || !path.includes(fault.unreadable)) return files.readBounded(path, most);
    return Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'read', path }));
  };
  return { ...files, readBounded };
});

vi.mock('../../../source/inbox/parcels.ts', async (actual) => {
  const parcels = await actual<typeof import('../../../source/inbox/parcels.ts')>();
  const listParcels: typeof parcels.listParcels = async (inbox) => {
    await fault.listings.shift()?.();
    return parcels.listParcels(inbox);
  };
  return { ...parcels, listParcels };
});

vi.mock('../../../source/session/effects.ts', async (actual) => {
  const effects = await actual<typeof import('../../../source/session/effects.ts')>();
  const haveEffects: typeof effects.haveEffects = async (context, work) => {
    if (work.recalled.size > 0) await fault.behindCommit();
    return effects.haveEffects(context, work);
  };
  return { ...effects, haveEffects };
});

vi.mock('../../../source/store/outbox.ts', async (actual) => {
  const outbox = await actual<typeof import('../../../source/store/outbox.ts')>();
  const counted: typeof outbox.outgoingTo = (...given) => {
    const found = outbox.outgoingTo(...given);
    fault.rows += found.length;
    return found;
  };
  return { ...outbox, outgoingTo: counted };
});

afterEach(() => {
  vi.restoreAllMocks();
  Object.assign(fault, { unreadable: '', listings: [], behindCommit: async () => undefined, rows: 0 });
});

describe('a client opens', () => {
  test.each(['.parcel', '.done', 'carry.json'])('although %s cannot be read', async (name) => {
    const alice = await aliceAlone();
    const first = await alice.open();
    for (const text of ['one', 'two', 'three']) await first.send({ contact: 'bob', text });
    await first.close({ keepListening: true });
    const numbers = await numbersIn(alice.inbox, 'parcel');
    const [parcel = ''] = await readdir(join(alice.inbox, 'out'));
    await writeFile(join(alice.inbox, 'out', parcel.replace('.parcel', '.done')), 'x');
    fault.unreadable = name;
    const second = await alice.open();
    await until('all are left', async () => (await numbersIn(alice.inbox, 'parcel')).length === 3);
    expect(await numbersIn(alice.inbox, 'parcel')).toEqual(numbers);
    expect(await numbersIn(alice.inbox, 'done')).toEqual([]);
    expect(await statesOf(second)).toEqual(['queued', 'queued', 'queued']);
  });

  test.each([
    'slots.json',
    'carry.json',
    'vouchers.json',
    'mailboxes.json',
    'reach.json',
    'trouble.json',
    'listener.json',
    'holder',
    'out/PARCEL',
    'out/DONE',
    `out/${'f'.repeat(32)}.0000000009.parcel`,
    `invites/ready/${'a'.repeat(64)}`,
    `invites/taken/${'a'.repeat(64)}.${'b'.repeat(32)}`,
    `invites/cards/CARD`,
    `invites/used/${'a'.repeat(64)}`,
    `invites/tried/${'a'.repeat(64)}`,
    'new/junk',
    'bad/junk',
  ])('although a folder with something in it is where %s belongs', async (place) => {
    const alice = await aliceAlone();
    const first = await alice.open();
    await first.send({ contact: 'bob', text: 'one' });
    await first.invite({ card: true });
    await first.close({ keepListening: true });
    const [parcel = ''] = await readdir(join(alice.inbox, 'out'));
    const [card = ''] = await readdir(join(alice.inbox, 'invites', 'cards'));
    const named = place.replace('PARCEL', parcel).replace('DONE', parcel.replace('.parcel', '.done'));
    const path = join(alice.inbox, named.replace('CARD', card));
    await rm(path, { force: true });
    await mkdir(join(path, 'deeper'), { recursive: true });
    await writeFile(join(path, 'deeper', 'file'), 'x');
    execFileSync('chmod', ['-R', '000', path]);
    const second = await alice.open();
    await until('it is left', async () => (await readdir(join(alice.inbox, 'out'))).join() === parcel);
    expect(await statesOf(second)).toEqual(['queued']);
    await second.close({ keepListening: true });
  });

  test.skipIf(!canMakeDisks)(
    'although something in out/ cannot be removed, which is reported and tried again (needs root)',
    async () => {
      const alice = await aliceAlone();
      const stays = join(alice.inbox, 'out', `${'f'.repeat(32)}.0000000009.parcel`);
      await mkdir(stays);
      execFileSync('mount', ['-t', 'tmpfs', 'none', stays]);
      onTestFinished(() => void spawnSync('umount', ['--lazy', stays]));
      const said: unknown[] = [];
      await withParcels(
        alice,
        async ({ client, follow, parcels }) => {
          expect(said[0]).toMatchObject({ code: 'disk-failed' });
          fillOutbox(client, 2);
          await follow();
          expect(await numbersIn(alice.inbox, 'parcel')).toHaveLength(3);
          execFileSync('umount', [stays]);
          await parcels.close({ keep: true });
          expect(await numbersIn(alice.inbox, 'parcel')).toHaveLength(2);
        },
        (error) => said.push(error),
      );
    },
  );
});

describe('mail that may no longer be sent', () => {
  test.each(['block', 'forget'] as const)('is gone before that is committed: %s', async (how) => {
    const alice = await aliceAlone();
    const session = await alice.open();
    for (const text of ['one', 'two']) await session.send({ contact: 'bob', text });
    const found: unknown[] = [];
    fault.behindCommit = async () => void found.push(await readdir(join(alice.inbox, 'out')));
    await session[how]({ contact: 'bob' });
    expect(found).toEqual([[]]);
    expect(await readdir(join(alice.inbox, 'out'))).toEqual([]);
  });

  test('is gone when the client dies behind the commit, and there again when nothing was committed', async () => {
    const alice = await aliceAlone();
    await withParcels(alice, async ({ client: { context }, client, follow, parcels }) => {
      const numbers = fillOutbox(client, 3);
      await follow();
      const failing = {
        ...context,
        async prepare(work: Parameters<typeof parcels.withdraw>[0]) {
          await parcels.withdraw(work);
          expect(await readdir(join(alice.inbox, 'out'))).toEqual([]);
          throw new Error('not committed');
        },
      };
      await expect(block(failing, { contact: '1' })).rejects.toThrow('not committed');
      await parcels.idle();
      expect(await numbersIn(alice.inbox, 'parcel')).toEqual(numbers);
      const killed = {
        ...context,
        prepare: parcels.withdraw,
        finish: () => Promise.reject(new Error('killed')),
      };
      await expect(block(killed, { contact: '1' })).rejects.toThrow('killed');
      expect(await readdir(join(alice.inbox, 'out'))).toEqual([]);
    });
  });

  test.skipIf(!canMakeDisks)(
    'is reported as there while it cannot be removed, and is removed when the client ends (needs root)',
    async () => {
      const alice = await aliceAlone();
      await withParcels(
        alice,
        async ({ client: { context }, client, follow, parcels }) => {
          fillOutbox(client, 3);
          await follow();
          const [name = ''] = await readdir(join(alice.inbox, 'out'));
          const path = join(alice.inbox, 'out', name);
          execFileSync('mount', ['--bind', path, path]);
          onTestFinished(() => void spawnSync('umount', ['--lazy', path]));
          const work = { ...context, prepare: parcels.withdraw };
          const finish = (): Promise<void> => context.takeTurn(() => parcels.follow([1]));
          await block({ ...work, finish: () => Promise.resolve() }, { contact: '1' });
          await expect(finish()).rejects.toMatchObject({ code: 'disk-failed' });
          expect(await readdir(join(alice.inbox, 'out'))).toEqual([name]);
          execFileSync('umount', [path]);
          await parcels.close({ keep: true });
          expect(await readdir(join(alice.inbox, 'out'))).toEqual([]);
        },
        () => undefined,
      );
    },
  );
});

describe('when a client ends', () => {
  test('it leaves all waiting mail, including mail without an envelope yet', async () => {
    const alice = await aliceAlone();
    await withParcels(alice, async ({ client, parcels }) => {
      const finish = (): Promise<void> => Promise.resolve();
      for (let n = 0; n < 40; n += 1) await client.send(`number ${n}`);
      await turn({ ...client.context, finish }, (work) => recall(work, 1));
      fillOutbox(client, 100);
      await parcels.close({ keep: true });
      expect(outgoingTo(client.context.database, 1, 999)).toHaveLength(140);
      expect(await numbersIn(alice.inbox, 'parcel')).toHaveLength(140);
    });
  });

  test('and has no time, existing envelopes go first, and none are made', async () => {
    const alice = await aliceAlone();
    await withParcels(alice, async ({ client, parcels }) => {
      const finish = (): Promise<void> => Promise.resolve();
      for (let n = 0; n < 40; n += 1) await client.send(`number ${n}`);
      await turn({ ...client.context, finish }, (work) => recall(work, 1));
      fillOutbox(client, 5 * limits.parcelsAtOnce);
      let now = performance.now();
      // Each look at the clock costs a second.
      vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
      await parcels.close({ keep: true });
      vi.restoreAllMocks();
      const left = await numbersIn(alice.inbox, 'parcel');
      expect(left.length).toBeGreaterThanOrEqual(limits.parcelsAtOnce);
      expect(left.length).toBeLessThan(5 * limits.parcelsAtOnce);
      expect(outgoingTo(client.context.database, 1, 999)).toHaveLength(5 * limits.parcelsAtOnce);
    });
  });
});

describe('a listener’s report', () => {
  test('that comes while the client opens is settled, not thrown away', async () => {
    const alice = await aliceAlone();
    const first = await alice.open();
    await first.send({ contact: 'bob', text: 'one' });
    await first.close({ keepListening: true });
    const { came, address } = await bobAnswers(alice);
    await alice.within(({ context }) => changeContact(context.database, 1, { address }));
    await (await alice.open('socks5://127.0.0.1:1')).close({ keepListening: true });
    await writeCarry(alice.inbox, { proxy: '', listen: '', address: '' });
    const carried = carrying(alice.inbox);
    await until('it is taken', async () => (await numbersIn(alice.inbox, 'done')).length === 1);
    await carried.close();
    const [name = ''] = await readdir(join(alice.inbox, 'out'));
    const [done, aside] = [join(alice.inbox, 'out', name), join(alice.inbox, 'aside')];
    await rename(done, aside);
    fault.listings = [() => Promise.resolve(), () => rename(aside, done)];
    const second = await alice.open();
    expect(await statesOf(second)).toEqual(['sent']);
    await until('nothing is left', async () => (await readdir(join(alice.inbox, 'out'))).length === 0);
    expect(came()).toBe(1);
  });

  test('that is not true removes nothing: the parcel is written again while the client runs', async () => {
    const alice = await aliceAlone();
    const session = await alice.open();
    await session.send({ contact: 'bob', text: 'one' });
    const [name = ''] = await readdir(join(alice.inbox, 'out'));
    await rename(join(alice.inbox, 'out', name), join(alice.inbox, 'out', name.replace('.parcel', '.done')));
    await writeFile(join(alice.inbox, 'new', 'something'), '');
    await until('it is left again', async () => (await readdir(join(alice.inbox, 'out'))).join() === name);
    expect(await statesOf(session)).toEqual(['queued']);
  });
});

test('an envelope for a contact’s earlier place is in out/ under the number that it has now', async () => {
  const alice = await aliceAlone();
  const numbers = (): Promise<readonly number[]> =>
    alice.within(({ context }) => outgoingTo(context.database, 1, 9).map(({ id }) => id));
  await alice.within(({ context: { database } }) => {
    const place = { address: '127.0.0.1:1', slotKey: contactOf(database, 1).theirSlot };
    const envelope = new Uint8Array(4096) as Envelope;
    const statement = { contactId: 1, messageRow: null, ratchet: 2, what: 'statement' } as const;
    addToOutbox(database, { ...statement, envelope, createdAt: Date.now(), place });
  });
  const [before = 0] = await numbers();
  const session = await alice.open();
  await until(
    'it has another number',
    async () => !(await numbersIn(alice.inbox, 'parcel')).includes(before),
  );
  await session.close({ keepListening: true });
  expect(await numbersIn(alice.inbox, 'parcel')).toEqual(await numbers());
});

test.each([
  ['by-hand.invalid:1', '', 0],
  ['printer.local:80 router:80', '', 0],
  [`${'a'.repeat(56)}.onion:80`, '', 0],
  [`${'a'.repeat(56)}.onion:80`, 'socks5://127.0.0.1:1', 1],
  ['by-hand.invalid:1', 'socks5://127.0.0.1:1', 0],
  ['by-hand.invalid:1 127.0.0.1:1', '', 1],
])('leaves mail to %s through the proxy "%s" to the listener: %i', async (address, proxy, count) => {
  const alice = await aliceAlone();
  await alice.within(({ context }) => changeContact(context.database, 1, { address }));
  const session = await alice.open(proxy);
  await session.send({ contact: 'bob', text: 'one' });
  expect((await session.status()).carried).toBe(count);
  await session.close({ keepListening: true });
  const left = await readdir(join(alice.inbox, 'out'));
  expect(left).toHaveLength(count);
  const files = await Promise.all(left.map((name) => readFile(join(alice.inbox, 'out', name), 'latin1')));
  for (const file of files) expect(file).not.toContain('by-hand.invalid');
});

test('a message to a contact who is away does not look at everything that waits for them', async () => {
  const alice = await aliceAlone();
  await withParcels(alice, async ({ client, follow, parcels }) => {
    fillOutbox(client, 500);
    await follow();
    await parcels.idle();
    fault.rows = 0;
    for (let n = 0; n < 50; n += 1) {
      const word = { contactId: 1, messageRow: null, ratchet: 2, createdAt: 1, what: 'content' } as const;
      addToOutbox(client.context.database, { ...word, envelope: new Uint8Array(4096) as Envelope });
      await follow();
    }
    expect(await numbersIn(alice.inbox, 'parcel')).toHaveLength(550);
    expect(fault.rows).toBeLessThanOrEqual(200);
  });
});
