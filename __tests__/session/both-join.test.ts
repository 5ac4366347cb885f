import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join as joinPath } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { openIntake } from '../../source/inbox/deliver.ts';
import { createMailServer } from '../../source/listener/server.ts';
import { defaultConfig } from '../../source/session/home/config.ts';
import { invite } from '../../source/session/pairing/links.ts';
import { join } from '../../source/session/pairing/join.ts';
import { setUpHome } from '../../source/session/home/set-up.ts';
import { contactSummaries } from '../../source/store/contacts.ts';
import { openMortal, type MortalClient } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';

type Person = { readonly home: string; readonly client: MortalClient; readonly link: string };

async function newPerson(folder: string, name: string): Promise<Person> {
  const home = joinPath(folder, name);
  const key = await setUpHome({ home, name, passphrase: null, ...defaultConfig, address: '127.0.0.1:1' });
  const client = await openMortal(home, key, null);
  const server = createMailServer(await openIntake(client.context.paths.inbox));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
    client.drop();
  });
  const { link } = await invite(client.context, {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  return { home, client, link };
}

async function talk(alice: Person, bob: Person): Promise<void> {
  for (let quiet = false; !quiet;) {
    const carried = [await alice.client.carry(bob.home), await bob.client.carry(alice.home)];
    for (const { client } of [alice, bob]) await client.receive(0);
    quiet = !carried.includes(true);
  }
}

test.each([
  { rotations: [] },
  { rotations: [0] },
  { rotations: [1] },
  { rotations: [0, 1] },
  { rotations: [0, 1, 0, 1] },
])('two people who join by each other’s links get one contact each, rotations $rotations', async (plan) => {
  const folder = await tempFolder();
  const people = [await newPerson(folder, 'alice'), await newPerson(folder, 'bob')] as const;
  const [alice, bob] = people;
  await join(alice.client.context, { link: bob.link });
  await join(bob.client.context, { link: alice.link });
  for (const who of plan.rotations) {
    await people[who]?.client.rotate();
    await people[who]?.client.send('with a new key');
  }
  await talk(alice, bob);
  for (const { client } of people) await client.send('hello');
  await talk(alice, bob);
  for (const { client } of people) {
    const lines = client.conversation();
    expect(contactSummaries(client.context.database)).toHaveLength(1);
    expect(lines.filter((line) => line.text === 'hello').map((line) => line.state)).toEqual(
      expect.arrayContaining(['delivered', 'received']),
    );
    expect(lines.filter((line) => line.text.includes('ignored') || line.missingBefore > 0)).toEqual([]);
    expect(await readdir(inboxFolder(client.context.paths.inbox, 'bad'))).toEqual([]);
  }
});
