import { withoutJoined } from './joined-line.ts';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { placesOf } from '../../source/core/place.ts';
import type { Bytes } from '../../source/core/types.ts';
import { openIntake } from '../../source/inbox/deliver.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { createMailServer } from '../../source/listener/server.ts';
import { giveCard } from '../../source/session/pairing/card.ts';
import { defaultConfig, saveConfig } from '../../source/session/home/config.ts';
import { invite } from '../../source/session/pairing/links.ts';
import { join as joinLink } from '../../source/session/pairing/join.ts';
import { setUpHome } from '../../source/session/home/set-up.ts';
import { allContacts, type ContactRow } from '../../source/store/contacts.ts';
import { page } from '../../source/store/messages.ts';
import { contactsWithMail, waitingFor } from '../../source/store/outbox.ts';
import { openMortal, type MortalClient } from './mortal-client.ts';
import { tempFolder } from './temp-home.ts';

/** Somebody whose client does what it is told, behind a listener of this process. */
export type MortalPerson = {
  readonly home: string;
  readonly key: Bytes;
  readonly address: string;
  readonly client: MortalClient;
  readonly link: () => Promise<string>;
  readonly card: () => Promise<string>;
  readonly joins: (link: string) => Promise<string>;
  /** The contact of this name. */
  readonly contact: (name: string) => ContactRow | undefined;
  /** The lines that the conversation with somebody shows. */
  readonly lines: (name: string) => readonly string[];
  /** The ids of the slots in slots.json. */
  readonly slots: () => Promise<readonly string[]>;
  readonly quarantined: () => Promise<number>;
};

/** Sets somebody up; everything ends with the test. */
export async function newMortal(name: string, { address }: { address?: string } = {}): Promise<MortalPerson> {
  const home = join(await tempFolder(), 'home');
  const config = { ...defaultConfig, address: '127.0.0.1:1' };
  const key = await setUpHome({ home, name, passphrase: null, ...config });
  const inbox = join(home, 'inbox');
  const server = createMailServer(await openIntake(inbox));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const here = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await saveConfig(home, { ...config, address: address ?? here });
  const client = await openMortal(home, key, null);
  onTestFinished(() => {
    server.close();
    client.drop();
  });
  const { context } = client;
  const contact = (of: string): ContactRow | undefined =>
    allContacts(context.database).find((row) => (row.alias ?? row.name) === of);
  return {
    home,
    key,
    address: here,
    client,
    link: async () => (await invite(context, { address: here })).link,
    card: async () => (await giveCard(context, { address: here })).link,
    joins: async (link) => (await joinLink(context, { link })).joined,
    contact,
    lines: (of) =>
      withoutJoined(page(context.database, contact(of)?.id ?? 0, { before: null, count: 1000 })).map(
        ({ text }) => text,
      ),
    async slots() {
      const file = JSON.parse(await readFile(join(inbox, 'slots.json'), 'utf8')) as {
        slots: { id: string }[];
      };
      return file.slots.map(({ id }) => id);
    },
    quarantined: async () => (await readdir(inboxFolder(inbox, 'bad'))).length,
  };
}

/** Carries everything that waits to whom it is for, and lets everybody receive, until all are silent. */
export async function talk(...people: readonly MortalPerson[]): Promise<void> {
  for (let quiet = false; !quiet;) {
    const carried = await Promise.all(people.map((person) => carryFirst(person, people)));
    for (const { client } of people) await client.receive(0);
    const waiting = await Promise.all(people.map(({ client }) => client.inbox()));
    quiet = !carried.includes(true) && waiting.flat().length === 0;
  }
}

async function carryFirst({ client }: MortalPerson, people: readonly MortalPerson[]): Promise<boolean> {
  const { database } = client.context;
  const [head] = contactsWithMail(database).flatMap((id) => waitingFor(database, id, { after: 0, most: 1 }));
  const places = placesOf(head?.address ?? '');
  const to = people.find(({ address }) => places.includes(address));
  return to ? client.carry(to.home) : false;
}
