import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Envelope } from '../../source/core/types.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { createParcels, type Parcels } from '../../source/session/sending/parcels.ts';
import { openSession, type Session } from '../../source/session/session.ts';
import { changeContact, contactOf } from '../../source/store/contacts.ts';
import { addToOutbox, outgoingTo } from '../../source/store/outbox.ts';
import { openMortal, type MortalClient } from './mortal-client.ts';
import { headersOf, proofOf } from './signed-post.ts';
import { tempFolder } from './temp-home.ts';
import { makeFriends } from './two-homes.ts';

/** Somebody with one contact, and nobody else about. */
export type Alice = {
  readonly home: string;
  readonly inbox: string;
  /** Opens her client; closed when the test is over. */
  readonly open: (proxy?: string) => Promise<Session>;
  /** Looks into her database, or changes it, while no client is open. */
  readonly within: <Result>(look: (client: MortalClient) => Promise<Result> | Result) => Promise<Result>;
};

/** Alice, who knows bob at an address where nobody is. */
export async function aliceAlone(): Promise<Alice> {
  const [{ home, key }] = await makeFriends(await tempFolder());
  const { inbox } = homePaths(home);
  return {
    home,
    inbox,
    async open(proxy = '') {
      const config = {
        listen: '127.0.0.1:1',
        address: '127.0.0.1:1',
        keepListening: true,
        proxy,
        lend: false,
      };
      const session = await openSession({
        home,
        databaseKey: key,
        config,
        passphrase: false,
        listen: 'none',
      });
      let closed: Promise<void> | undefined;
      const close: Session['close'] = (end) => (closed ??= session.close(end));
      onTestFinished(() => close());
      return { ...session, close };
    },
    async within(look) {
      const client = await openMortal(home, key, null);
      try {
        return await look(client);
      } finally {
        client.drop();
      }
    },
  };
}

/** Bob's listener, as far as it proves that it has what comes; answers how many have come. */
export async function bobAnswers(
  { within }: Alice,
  isHere: () => boolean = () => true,
): Promise<{ readonly came: () => number; readonly address: string }> {
  const slotKey = await within(({ context }) => contactOf(context.database, 1).theirSlot);
  let came = 0;
  const server: Server = createServer((request, response) => {
    if (!isHere()) return;
    const { auth, digest } = headersOf(request);
    const count = Number(/\/messages\/(\d+)$/u.exec(request.url ?? '')?.[1] ?? 0) || undefined;
    request.resume().on('end', () => {
      came += count ?? 1;
      response.writeHead(202, {
        'content-length': 0,
        'x-cc-kept': proofOf(slotKey, { auth, digest }, count),
      });
      response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await within(({ context }) => changeContact(context.database, 1, { address }));
  return { came: () => came, address };
}

/** The state of every written message, oldest first. */
export async function statesOf(session: Session): Promise<readonly string[]> {
  return (await session.read({})).filter(({ direction }) => direction === 'out').map(({ state }) => state);
}

/** Parcels without a courier. */
export type Within = {
  readonly client: MortalClient;
  readonly parcels: Parcels;
  readonly follow: () => Promise<void>;
};

/** Works with parcels alone, without a courier; `failed` gets what they throw outside of a turn. */
export async function withParcels(
  alice: Alice,
  work: (within: Within) => Promise<void>,
  failed = (error: unknown): void => {
    throw error;
  },
): Promise<void> {
  await alice.within(async (client) => {
    const { context } = client;
    const parcels = createParcels(context, failed);
    await parcels.begin();
    await parcels.idle();
    await work({ client, parcels, follow: () => context.takeTurn(() => parcels.follow([1])) });
    await parcels.idle();
  });
}

/** Puts envelopes into the outbox as they are; answers their numbers. */
export function fillOutbox({ context }: MortalClient, count: number): readonly number[] {
  const word = { contactId: 1, messageRow: null, ratchet: 2, createdAt: 1, what: 'content' } as const;
  for (let n = 0; n < count; n += 1)
    addToOutbox(context.database, { ...word, envelope: new Uint8Array(randomBytes(4096)) as Envelope });
  return outgoingTo(context.database, 1, 10_000).map(({ id }) => id);
}
