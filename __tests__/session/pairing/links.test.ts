import { readdir, readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { expect, test } from 'vitest';
import { takenInvites } from '../../../source/inbox/deliver.ts';
import { inboxFolder } from '../../../source/inbox/maildir.ts';
import { turnOver } from '../../../source/session/clockwork.ts';
import { giveCard } from '../../../source/session/pairing/card.ts';
import { turn } from '../../../source/session/work/work.ts';
import { listLinks, noteTried, withdrawLinks } from '../../../source/session/pairing/links.ts';
import { accept } from '../../../source/session/pairing/requests.ts';
import { repair } from '../../../source/session/effects.ts';
import { forgetContact } from '../../../source/store/forget.ts';
import { openInvites } from '../../../source/store/invites.ts';
import { newMortal, talk, type MortalPerson } from '../../support/mortal-people.ts';

const day = 24 * 3600 * 1000;

/** Lets the client look at its clock after this many days. */
async function afterDays({ client: { context } }: MortalPerson, days: number): Promise<void> {
  const taken = new Set(await takenInvites(context.paths.inbox));
  return turn(context, (work) => turnOver(Object.assign(work, { now: Date.now() + days * day }), taken));
}

function names(
  { client }: MortalPerson,
  folder: 'ready' | 'taken' | 'cards' | 'used' | 'tried',
): Promise<string[]> {
  return readdir(inboxFolder(client.context.paths.inbox, folder));
}

test('there is one card: it is answered again, for any address, until it is replaced or withdrawn', async () => {
  const alice = await newMortal('alice');
  const { context } = alice.client;
  const card = await alice.card();
  expect(await alice.card()).toBe(card);
  const elsewhere = (await giveCard(context, { address: 'alice.example:80' })).link;
  expect(elsewhere.slice(0, 70)).toBe(card.slice(0, 70));
  expect(await names(alice, 'cards')).toHaveLength(1);
  const { link: other } = await giveCard(context, { address: alice.address, anew: true });
  expect(other).not.toBe(card);
  expect(await names(alice, 'cards')).toHaveLength(1);
  expect(openInvites(context.database)).toHaveLength(1);
  const bob = await newMortal('bob');
  await expect(bob.joins(card)).rejects.toMatchObject({ code: 'link-unknown' });
  expect(await bob.joins(other)).toBe('asked');
  expect(await withdrawLinks(context, 'card')).toEqual({ withdrawn: 1 });
  expect(await withdrawLinks(context, 'card')).toEqual({ withdrawn: 0 });
  expect([await names(alice, 'cards'), await alice.slots()]).toEqual([[], []]);
  await talk(alice, bob);
  expect(alice.contact('bob')).toBeUndefined();
});

test('lists and ends open links without a secret', async () => {
  const alice = await newMortal('alice');
  const { context } = alice.client;
  await alice.link();
  await alice.card();
  const links = await listLinks(context);
  expect(links.map(({ kind }) => kind)).toEqual(['single-use', 'card']);
  expect(links.map(({ createdAt, endsAt }) => endsAt && endsAt - createdAt)).toEqual([14 * day, null]);
  expect(links.map((link) => Object.keys(link).toSorted())).toEqual(
    links.map(() => ['createdAt', 'endsAt', 'kind']),
  );
  expect(await withdrawLinks(context, 'all')).toEqual({ withdrawn: 2 });
  expect(await listLinks(context)).toEqual([]);
  expect([await names(alice, 'ready'), await names(alice, 'cards'), await alice.slots()]).toEqual([
    [],
    [],
    [],
  ]);
});

test('a link ends after 14 days, a card does not', async () => {
  const [alice, bob, carol] = [await newMortal('alice'), await newMortal('bob'), await newMortal('carol')];
  const [link, card] = [await alice.link(), await alice.card()];
  await afterDays(alice, 13);
  expect(await listLinks(alice.client.context)).toHaveLength(2);
  await afterDays(alice, 15);
  expect((await listLinks(alice.client.context)).map(({ kind }) => kind)).toEqual(['card']);
  await expect(bob.joins(link)).rejects.toMatchObject({ code: 'link-used' });
  expect(await carol.joins(card)).toBe('asked');
});

test('a link picked up in its 14 days lets one joiner in for half a year, whatever the prekeys; nothing is left of an unused one', async () => {
  const [alice, bob, carol] = [await newMortal('alice'), await newMortal('bob'), await newMortal('carol')];
  const [picked, late] = [await alice.link(), await alice.link()];
  await alice.link();
  await bob.joins(picked);
  await carol.joins(late);
  for (let week = 1; week <= 25; week += 1) await afterDays(alice, 7 * week);
  expect(await alice.slots()).toHaveLength(2);
  expect(await names(alice, 'ready')).toEqual([]);
  expect(await listLinks(alice.client.context)).toEqual([]);
  await talk(alice, bob);
  expect(bob.contact('alice')).toMatchObject({ ackedUpTo: 2 });
  await afterDays(alice, 183);
  await talk(alice, carol);
  expect(alice.contact('carol')).toBeUndefined();
  expect(await names(alice, 'taken')).toEqual([]);
});

test('a joiner who picked a link up comes in 15 days after the key was changed', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  await alice.client.rotate();
  await afterDays(alice, 15);
  await talk(alice, bob);
  expect(alice.contact('bob')).toBeDefined();
  expect(bob.contact('alice')).toMatchObject({ epoch: 2 });
});

test.each([-40, 40])('a clock that is set %i days ahead ends no link that was made before', async (days) => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  for (let week = 0; week < 4; week += 1) await afterDays(alice, days + 7 * week);
  await talk(alice, bob);
  expect(alice.contact('bob')).toBeDefined();
  expect(bob.contact('alice')).toMatchObject({ ackedUpTo: 2 });
});

test('seals a card again with every generation of prekeys, and it works when the first ones are long gone', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  const card = await alice.card();
  const blobs = new Set<string>();
  for (let week = 1; week <= 5; week += 1) {
    await afterDays(alice, 7 * week);
    const [name = ''] = await names(alice, 'cards');
    const blob = await readFile(joinPath(inboxFolder(alice.client.context.paths.inbox, 'cards'), name));
    blobs.add(blob.toString('hex'));
    expect(blob.equals(openInvites(alice.client.context.database)[0]?.blob ?? new Uint8Array(0))).toBe(true);
  }
  expect(blobs.size).toBe(5);
  expect(await bob.joins(card)).toBe('asked');
  await talk(alice, bob);
  expect(alice.contact('bob')).toMatchObject({ state: 'requested' });
});

test('a new identity key ends the card; people who had picked it up can still ask', async () => {
  const [alice, bob, carol] = [await newMortal('alice'), await newMortal('bob'), await newMortal('carol')];
  const card = await alice.card();
  await bob.joins(card);
  await alice.client.rotate();
  await expect(carol.joins(card)).rejects.toMatchObject({ code: 'link-unknown' });
  expect(await listLinks(alice.client.context)).toEqual([]);
  expect(await alice.card()).not.toBe(card);
  await talk(alice, bob);
  expect(alice.contact('bob')).toMatchObject({ state: 'requested' });
  await repair(alice.client.context);
  expect(await names(alice, 'cards')).toHaveLength(1);
});

const tried = 'someone tried an invite link that bob has already used';

test('reports a second try of a used link once, in the conversation with its user', async () => {
  const [alice, bob, carol] = [await newMortal('alice'), await newMortal('bob'), await newMortal('carol')];
  const { context } = alice.client;
  const link = await alice.link();
  await bob.joins(link);
  // The hello has not come yet, so nobody knows whose link it is.
  await expect(carol.joins(link)).rejects.toMatchObject({ code: 'link-used' });
  await noteTried(context);
  expect(await names(alice, 'tried')).toHaveLength(1);
  await talk(alice, bob);
  await noteTried(context);
  expect(alice.lines('bob')).toEqual([tried]);
  await expect(carol.joins(link)).rejects.toMatchObject({ code: 'link-used' });
  await alice.client.send('hm');
  await noteTried(context);
  expect(alice.lines('bob')).toEqual([tried, 'hm']);
  await repair(context);
  expect([await names(alice, 'used'), await names(alice, 'tried')].map((list) => list.length)).toEqual([
    1, 1,
  ]);
  await afterDays(alice, 15);
  expect([await names(alice, 'used'), await names(alice, 'tried')]).toEqual([[], []]);
  await expect(carol.joins(link)).rejects.toMatchObject({ code: 'link-unknown' });
  expect(await names(alice, 'tried')).toEqual([]);
});

test('a second try is an alert when its user is gone', async () => {
  const [alice, bob, carol] = [await newMortal('alice'), await newMortal('bob'), await newMortal('carol')];
  const { context } = alice.client;
  const link = await alice.link();
  await bob.joins(link);
  await talk(alice, bob);
  forgetContact(context.database, 1);
  await expect(carol.joins(link)).rejects.toMatchObject({ code: 'link-used' });
  await noteTried(context);
  expect(context.state.get().alert).toContain('someone tried an invite link');
});

test('a link that was not used, and one that never existed, leave no trace of a try', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  const link = await alice.link();
  await withdrawLinks(alice.client.context, 'all');
  await expect(bob.joins(link)).rejects.toMatchObject({ code: 'link-unknown' });
  expect(await names(alice, 'tried')).toEqual([]);
});

test('prekeys live while a contact who was asked has not answered', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.card());
  await talk(alice, bob);
  for (let week = 1; week <= 5; week += 1) await afterDays(bob, 7 * week);
  await accept(alice.client.context, 'bob');
  await talk(alice, bob);
  expect(bob.contact('alice')).toMatchObject({ state: 'not-compared', request: null });
});

test('a link whose end a crash interrupted is not handed out after the next start', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  const [link, { context }] = [await alice.link(), alice.client];
  await alice.card();
  const finish = (): Promise<void> => Promise.reject(new Error('the end'));
  await expect(withdrawLinks({ ...context, finish }, 'all')).rejects.toThrow('the end');
  expect(openInvites(context.database)).toEqual([]);
  const open = await alice.link();
  await repair(context);
  expect([(await names(alice, 'ready')).length, await names(alice, 'cards')]).toEqual([1, []]);
  await expect(bob.joins(link)).rejects.toMatchObject({ code: 'link-unknown' });
  expect(await bob.joins(open)).toBe('new');
});
