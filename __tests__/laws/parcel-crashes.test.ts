// Makes each state in the table of parcels in "What a crash leaves" of ARCHITECTURE.md, then continues.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openIntake } from '../../source/inbox/deliver.ts';
import { readParcel } from '../../source/inbox/parcels.ts';
import { createMailServer } from '../../source/listener/server.ts';
import { postParcel } from '../../source/listener/post-parcel.ts';
import { newMemory } from '../../source/net/places.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { createParcels } from '../../source/session/sending/parcels.ts';
import { openSession } from '../../source/session/session.ts';
import { changeContact } from '../../source/store/contacts.ts';
import { carrying, numbersIn } from '../support/left-parcels.ts';
import { openMortal, type MortalClient } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';
import { until } from '../support/until.ts';

type Play = {
  readonly inbox: string;
  /** Alice writes a text, and leaves it to her listener if she gets that far; then her client dies. */
  readonly writes: (isLeft: boolean) => Promise<void>;
  /** Alice's listener carries everything that is left to it. */
  readonly carries: () => Promise<void>;
  /** Alice's client opens, sends, and ends together with its listener. */
  readonly goesOn: () => Promise<readonly string[]>;
  /** How many files wait at bob's. */
  readonly filesAtBob: () => Promise<number>;
  /** The texts that bob reads. */
  readonly bobReads: () => Promise<readonly string[]>;
};

async function play(): Promise<Play> {
  const [alice, bob] = await makeFriends(await tempFolder());
  const [inbox, bobsInbox] = [homePaths(alice.home).inbox, homePaths(bob.home).inbox];
  const server = createMailServer(await openIntake(bobsInbox));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const within = async (work: (client: MortalClient) => Promise<void>): Promise<void> => {
    const client = await openMortal(alice.home, alice.key, null);
    await work(client).finally(() => client.drop());
  };
  return {
    inbox,
    writes: (isLeft) =>
      within(async ({ context, send }) => {
        changeContact(context.database, 1, { address });
        const parcels = createParcels(context, () => undefined);
        await parcels.begin();
        await send('a text');
        if (isLeft) await context.takeTurn(() => parcels.follow([1]));
        await parcels.idle();
      }),
    async carries() {
      const started = carrying(inbox);
      await until('nothing is left', async () => (await numbersIn(inbox, 'parcel')).length === 0);
      await started.close();
    },
    async goesOn() {
      const config = {
        listen: '127.0.0.1:1',
        address: '127.0.0.1:1',
        keepListening: true,
        proxy: '',
        lend: false,
      };
      const session = await openSession({
        home: alice.home,
        databaseKey: alice.key,
        config,
        passphrase: false,
        listen: 'none',
      });
      await session.send({ contact: 'bob', text: 'another' });
      const sent = async (): Promise<readonly string[]> =>
        (await session.read({})).filter(({ direction }) => direction === 'out').map(({ state }) => state);
      await until(
        'both are sent',
        async () => new Set(await sent()).size === 1 && !(await sent()).includes('queued'),
      );
      const states = await sent();
      await session.close({ keepListening: true });
      return states;
    },
    filesAtBob: async () => (await readdir(join(bobsInbox, 'new'))).length,
    async bobReads() {
      const client = await openMortal(bob.home, bob.key, null);
      try {
        while ((await client.inbox()).length > 0) await client.receive(0);
        return client
          .conversation()
          .filter(({ direction }) => direction === 'in')
          .map(({ text }) => text);
      } finally {
        client.drop();
      }
    },
  };
}

/** Everything in out/, to be put back later. */
async function copyOut(inbox: string, kind: 'done' | 'parcel'): Promise<() => Promise<void>> {
  const out = join(inbox, 'out');
  const names = (await readdir(out)).filter((name) => name.endsWith(kind));
  const files = await Promise.all(names.map((name) => readFile(join(out, name))));
  expect(files).toHaveLength(1);
  return async () => {
    for (const [at, name] of names.entries()) await writeFile(join(out, name), files[at]!);
  };
}

async function postWithoutNote(inbox: string): Promise<void> {
  const [lane = '', number = ''] = (await readdir(join(inbox, 'out')))[0]!.split('.');
  const parcel = await readParcel(inbox, { lane, number: Number(number) });
  const { signal } = new AbortController();
  expect(
    await postParcel(parcel!, {
      places: newMemory(),
      lines: new Map(),
      settings: { proxy: '', listen: '', address: '' },
      signal,
    }),
  ).not.toBeNull();
}

const states: Readonly<Record<string, (play: Play) => Promise<void>>> = {
  async L1({ inbox, writes }) {
    await writes(false);
    expect(await readdir(join(inbox, 'out'))).toEqual([]);
  },
  async L2({ inbox, writes }) {
    await writes(true);
    const put = await copyOut(inbox, 'parcel');
    const [name = ''] = await readdir(join(inbox, 'out'));
    await put();
    const whole = await readFile(join(inbox, 'out', name));
    // A file system that lost synced data leaves half of it, or nothing, under the name.
    await writeFile(join(inbox, 'tmp', 'parcel.half'), whole.subarray(0, 1000));
    await writeFile(join(inbox, 'out', name), whole.subarray(0, 1000));
  },
  async L3({ filesAtBob, carries, writes }) {
    await writes(true);
    await carries();
    expect(await filesAtBob()).toBe(1);
  },
  async L4({ inbox, filesAtBob, carries, writes }) {
    await writes(true);
    await postWithoutNote(inbox);
    expect(await filesAtBob()).toBe(1);
    await carries();
  },
  async L5({ inbox, carries, writes }) {
    await writes(true);
    const put = await copyOut(inbox, 'parcel');
    await carries();
    await put();
    expect(await numbersIn(inbox, 'done')).toEqual(await numbersIn(inbox, 'parcel'));
  },
  async L6({ inbox, carries, goesOn, writes }) {
    await writes(true);
    const parcel = await copyOut(inbox, 'parcel');
    await carries();
    const done = await copyOut(inbox, 'done');
    await goesOn();
    expect(await readdir(join(inbox, 'out'))).toEqual([]);
    await parcel();
    await done();
  },
  async L7({ inbox, carries, goesOn, writes }) {
    await writes(true);
    const parcel = await copyOut(inbox, 'parcel');
    await carries();
    await goesOn();
    await parcel();
    await carries();
  },
};

describe('after a crash in the state', () => {
  test.each(Object.entries(states))(
    '%s a text that is left to the listener arrives once',
    async (_, reach) => {
      const playing = await play();
      await reach(playing);
      const sent = await playing.goesOn();
      expect(new Set(sent)).toEqual(new Set(['sent']));
      expect(await readdir(join(playing.inbox, 'out'))).toEqual([]);
      const [first, ...others] = await playing.bobReads();
      expect([first, new Set(others)]).toEqual(['a text', new Set(['another'])]);
      expect(others).toHaveLength(sent.length - 1);
    },
  );

  test('covers every row of the table', () => {
    const rows = readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| (L\d) /gmu);
    expect([...rows].map(([, name]) => name)).toEqual(Object.keys(states));
  });
});
