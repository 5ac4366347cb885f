import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join as joinPath } from 'node:path';
import { expect } from 'vitest';
import { openIntake } from '../../source/inbox/deliver.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { createMailServer } from '../../source/listener/server.ts';
import { invite } from '../../source/session/pairing/links.ts';
import { join } from '../../source/session/pairing/join.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { allContacts } from '../../source/store/contacts.ts';
import { wireOf } from '../../source/store/wire.ts';
import { Crash, openMortal, type Life, type MortalClient } from './mortal-client.ts';
import { copyHomes, type Home } from './two-homes.ts';

/** One of the two people of a play: alice is 0, bob is 1. */
export type Who = 0 | 1;

/** Two people on copies of their homes, each of whom may crash and is opened again. */
export type Play = {
  readonly open: (who: Who) => Promise<MortalClient>;
  readonly drop: (who: Who) => void;
  /** Sends a text, which is promised to arrive once this answers. */
  readonly send: (who: Who, text: string) => Promise<void>;
  /** Carries everything one has to the other, who does not look at it. */
  readonly carryFrom: (who: Who) => Promise<void>;
  /** Carries the oldest envelopes of one size in one file, as a batch; answers how many. */
  readonly carryTogether: (who: Who) => Promise<number>;
  /** Reads everything that lies there. */
  readonly receive: (who: Who) => Promise<void>;
  /** Makes a link of alice's, which answers. */
  readonly makeLink: () => Promise<string>;
  readonly joinWith: (link: string) => Promise<void>;
  /** Does something in the life that one has left; answers whether it crashed. */
  readonly dieAt: (who: Who, life: Life, act: () => Promise<unknown>) => Promise<boolean>;
  /** Carries and reads until nothing moves; what is marked must be true all the time, also before `first` has read anything. */
  readonly talk: (first?: Who) => Promise<void>;
  readonly inboxOf: (who: Who) => string;
};

/** How many points of each piece of work are tried: all under SLOW=1. */
export const mostPoints = process.env['SLOW'] === '1' ? Infinity : 9;

const people = [0, 1] as const;

/** Runs one play on copies of two homes, which are gone afterwards. */
export async function inPlay(
  folder: string,
  homes: readonly [Home, Home],
  act: (play: Play) => Promise<void>,
): Promise<void> {
  const place = await mkdtemp(joinPath(folder, 'play-'));
  const clients: [MortalClient | null, MortalClient | null] = [null, null];
  const copies = await copyHomes(homes, place);
  const inboxOf = (who: Who): string => homePaths(copies[who].home).inbox;
  const open = async (who: Who): Promise<MortalClient> =>
    (clients[who] ??= await openMortal(copies[who].home, copies[who].key, null));
  const drop = (who: Who): void => {
    clients[who]?.drop();
    clients[who] = null;
  };
  const receive = async (who: Who): Promise<void> => {
    const client = await open(who);
    while ((await client.inbox()).length > 0) await client.receive(0);
  };
  const carryFrom = async (who: Who): Promise<void> => {
    const client = await open(who);
    while (await client.carry(copies[other(who)].home));
  };
  try {
    await act({
      ...linking(open, inboxOf),
      open,
      drop,
      receive,
      carryFrom,
      carryTogether: async (who) => (await open(who)).carryTogether(copies[other(who)].home),
      inboxOf,
      send: async (who, text) => void (await (await open(who)).send(text)),
      async dieAt(who, life, work) {
        (await open(who)).live(life);
        const crashed = await work().then(
          () => false,
          (error: unknown) => {
            if (error instanceof Crash) return true;
            throw error;
          },
        );
        drop(who);
        return crashed;
      },
      async talk(first = 0) {
        for (let busy = true; busy;) {
          busy = false;
          for (const who of [first, other(first)]) {
            if (await (await open(who)).carry(copies[other(who)].home)) busy = true;
            const reader = await open(other(who));
            if ((await reader.inbox()).length > 0) busy = true;
            await reader.receive(0);
            await expectTrueMarks(open);
          }
        }
      },
    });
  } finally {
    for (const who of people) drop(who);
    await rm(place, { recursive: true, force: true });
  }
}

function other(who: Who): Who {
  return who === 0 ? 1 : 0;
}

type Open = Play['open'];

/** How the two of them come to know each other. */
function linking(open: Open, inboxOf: Play['inboxOf']): Pick<Play, 'makeLink' | 'joinWith'> {
  const serve = async (): Promise<{ port: number; close: () => void }> => {
    const server = createMailServer(await openIntake(inboxOf(0)));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const close = (): void => {
      server.close();
      server.closeAllConnections();
    };
    return { port: (server.address() as AddressInfo).port, close };
  };
  let port = 0;
  return {
    async makeLink() {
      const server = await serve();
      server.close();
      port = server.port;
      return (await invite((await open(0)).context, { address: `127.0.0.1:${port}` })).link;
    },
    async joinWith(link) {
      const client = await open(1);
      const server = await serve();
      try {
        await join(client.context, { link });
      } finally {
        server.close();
      }
    },
  };
}

/** True if somebody has a contact. */
export async function knowsSomebody(play: Play, who: Who): Promise<boolean> {
  return allContacts((await play.open(who)).context.database).length > 0;
}

/** Every text that is marked as delivered is stored by the other. */
async function expectTrueMarks(open: Open): Promise<void> {
  for (const who of people) {
    const mine = (await open(who)).history().filter((one) => one.direction === 'out');
    const delivered = mine.filter((one) => one.kind === 'text' && one.state === 'delivered');
    const stored = new Set((await open(other(who))).history().map((one) => one.id));
    expect(
      delivered.filter((one) => !stored.has(one.id)).map((one) => one.text),
      'nothing is acknowledged that is not stored',
    ).toEqual([]);
  }
}

/** Everything that one has sent is with the other: once, in order, and known to be there; nothing genuine was put away. Its envelopes are kept. */
export async function expectPromise(play: Play, putAway = 0): Promise<void> {
  for (const who of people) {
    const mine = await play.open(who);
    const theirs = await play.open(other(who));
    const sent = mine.conversation().filter((one) => one.direction === 'out' && one.kind === 'text');
    const came = theirs.conversation().filter((one) => one.direction === 'in' && one.kind === 'text');
    expect(came.map((one) => one.text)).toEqual(sent.map((one) => one.text));
    expect(came.filter((one) => one.missingBefore > 0)).toEqual([]);
    expect(sent.filter((one) => one.state !== 'delivered')).toEqual([]);
    expect([...sent.filter(isBare(mine)), ...came.filter(isBare(theirs))]).toEqual([]);
    expect(mine.conversation().filter((one) => /ignored|two different/u.test(one.text))).toEqual([]);
    const bad = await readdir(inboxFolder(play.inboxOf(who), 'bad'));
    expect(bad.length).toBeLessThanOrEqual(putAway);
  }
}

/** True if no envelope is kept of a text. */
function isBare({ context }: MortalClient): (one: { readonly id: string; readonly row: number }) => boolean {
  return ({ id, row }) => !wireOf(context.database, id, row)?.envelope;
}

/** Lets everything arrive, beginning with what `first` has to say, and then one text more each way. */
export async function goOn(play: Play, first: Who = 0): Promise<void> {
  await play.talk(first);
  for (const who of [0, 1] as const) await play.send(who, `${who} is still there`);
  await play.talk();
}
