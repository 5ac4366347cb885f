import { cp } from 'node:fs/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join as joinPath } from 'node:path';
import type { Bytes } from '../../source/core/types.ts';
import { openIntake } from '../../source/inbox/deliver.ts';
import { createMailServer } from '../../source/listener/server.ts';
import { invite } from '../../source/session/pairing/links.ts';
import { join } from '../../source/session/pairing/join.ts';
import { setUpHome } from '../../source/session/home/set-up.ts';
import { openMortal } from './mortal-client.ts';

/** A home and its database key. */
export type Home = { readonly home: string; readonly key: Bytes };

/** The homes of two people who know each other, in `folder`: alice invited, bob joined, all of that has arrived. */
export async function makeFriends(folder: string): Promise<readonly [alice: Home, bob: Home]> {
  const [alice, bob] = await makeStrangers(folder);
  const clients = [
    await openMortal(alice.home, alice.key, null),
    await openMortal(bob.home, bob.key, null),
  ] as const;
  const server = createMailServer(await openIntake(clients[0].context.paths.inbox));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { link } = await invite(clients[0].context, { address: `127.0.0.1:${port}` });
  await join(clients[1].context, { link });
  server.close();
  server.closeAllConnections();
  for (let quiet = false; !quiet;) {
    const carried = [await clients[0].carry(bob.home), await clients[1].carry(alice.home)];
    for (const client of clients) await client.receive(0);
    quiet = !carried.includes(true);
  }
  for (const client of clients) client.drop();
  return [alice, bob];
}

/** The homes of two people who never met, in `folder`. */
export async function makeStrangers(folder: string): Promise<readonly [alice: Home, bob: Home]> {
  return [await newHome(folder, 'alice'), await newHome(folder, 'bob')];
}

async function newHome(folder: string, name: string): Promise<Home> {
  const home = joinPath(folder, name);
  const answers = {
    name,
    passphrase: null,
    listen: '127.0.0.1:1',
    address: '127.0.0.1:1',
    keepListening: false,
  };
  return { home, key: await setUpHome({ home, ...answers }) };
}

/** Copies of both homes in another folder, to go on from there. */
export async function copyHomes(
  homes: readonly [Home, Home],
  folder: string,
): Promise<readonly [Home, Home]> {
  const copies = ['alice', 'bob'].map((name) => joinPath(folder, name));
  const [alice = '', bob = ''] = copies;
  await cp(homes[0].home, alice, { recursive: true });
  await cp(homes[1].home, bob, { recursive: true });
  return [
    { ...homes[0], home: alice },
    { ...homes[1], home: bob },
  ];
}
