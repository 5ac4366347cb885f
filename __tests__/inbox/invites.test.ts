import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pickupName } from '../../source/core/request.ts';
import { handOut, joinerName, takenInvites } from '../../source/inbox/deliver.ts';
import { keepUsed, offerCard, offerInvite, triedLinks, withdrawInvite } from '../../source/inbox/invites.ts';
import { tempInbox } from '../support/temp-home.ts';

const invite = pickupName(randomBytes(32));
const [one, two] = [joinerName('one'), joinerName('two')];
const blob = randomBytes(4096);

test('is handed out to the first joiner, and to the same one again', async () => {
  const inbox = await tempInbox();
  expect(await handOut(inbox, invite, one)).toBeNull();
  await offerInvite(inbox, invite, blob);
  expect(await takenInvites(inbox)).toEqual([]);
  expect(await handOut(inbox, invite, one)).toEqual(blob);
  expect(await handOut(inbox, invite, two)).toBeNull();
  expect(await handOut(inbox, invite, one)).toEqual(blob);
  expect(await takenInvites(inbox)).toEqual([invite]);
});

test('has one winner among many who ask at once', async () => {
  const inbox = await tempInbox();
  const names = Array.from({ length: 32 }, (_, n) => joinerName(String(n)));
  await offerInvite(inbox, invite, blob);
  const answers = await Promise.all(names.map((name) => handOut(inbox, invite, name)));
  expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
});

test('is not offered again once it was taken', async () => {
  const inbox = await tempInbox();
  await offerInvite(inbox, invite, blob);
  await offerInvite(inbox, invite, blob);
  await handOut(inbox, invite, one);
  await offerInvite(inbox, invite, blob);
  expect(await handOut(inbox, invite, two)).toBeNull();
  expect(await readdir(join(inbox, 'invites/ready'))).toEqual([]);
});

test('is gone when it is withdrawn, before or after', async () => {
  const inbox = await tempInbox();
  await offerInvite(inbox, invite, blob);
  await withdrawInvite(inbox, invite);
  expect(await handOut(inbox, invite, one)).toBeNull();
  await offerInvite(inbox, invite, blob);
  await handOut(inbox, invite, one);
  await withdrawInvite(inbox, invite);
  await withdrawInvite(inbox, invite);
  expect(await handOut(inbox, invite, one)).toBeNull();
  expect(await takenInvites(inbox)).toEqual([]);
});

test('invalid names reach no file', async () => {
  const inbox = await tempInbox();
  await writeFile(join(inbox, 'slots.json'), 'x'.repeat(4096));
  for (const name of ['../../slots.json', '', '..', `${invite}/..`])
    expect(await handOut(inbox, name, one)).toBeNull();
  expect(await handOut(inbox, invite, '../../../slots.json')).toBeNull();
  await expect(offerInvite(inbox, '../../x', blob)).rejects.toThrow(TypeError);
  await expect(offerInvite(inbox, invite, blob.subarray(1))).rejects.toThrow(TypeError);
});

test('hands a card out to everybody, again and again, with its newest blob, until it is withdrawn', async () => {
  const inbox = await tempInbox();
  const newer = randomBytes(4096);
  await offerCard(inbox, invite, blob);
  for (const joiner of [one, two, one]) expect(await handOut(inbox, invite, joiner)).toEqual(blob);
  await offerCard(inbox, invite, newer);
  expect(await handOut(inbox, invite, two)).toEqual(newer);
  expect(await readdir(join(inbox, 'invites/cards'))).toEqual([invite]);
  expect(await takenInvites(inbox)).toEqual([]);
  await withdrawInvite(inbox, invite);
  expect(await handOut(inbox, invite, one)).toBeNull();
  await expect(offerCard(inbox, invite, blob.subarray(1))).rejects.toThrow(TypeError);
});

test('does not follow a link in the place of a card', async () => {
  const inbox = await tempInbox();
  await writeFile(join(inbox, 'secret'), blob);
  await symlink(join(inbox, 'secret'), join(inbox, 'invites/cards', invite));
  expect(await handOut(inbox, invite, one)).toBeNull();
});

test('a second comer leaves one mark, whether the invite was taken or is known as used; others leave none', async () => {
  const inbox = await tempInbox();
  const [used, unknown] = [pickupName(randomBytes(32)), pickupName(randomBytes(32))];
  await offerInvite(inbox, invite, blob);
  await handOut(inbox, invite, one);
  await handOut(inbox, invite, one);
  await handOut(inbox, unknown, two);
  expect(await triedLinks(inbox)).toEqual([]);
  await keepUsed(inbox, { used: [used], open: [invite] });
  for (const name of [invite, used, unknown, invite, used])
    expect(await handOut(inbox, name, two)).toBeNull();
  expect([...(await triedLinks(inbox))].toSorted()).toEqual([invite, used].toSorted());
  await keepUsed(inbox, { used: [used], open: [] });
  expect(await triedLinks(inbox)).toEqual([used]);
  await keepUsed(inbox, { used: [], open: [] });
  expect([await triedLinks(inbox), await readdir(join(inbox, 'invites/used'))]).toEqual([[], []]);
});

test('does not write through something planted among the used links, which does not stop the others', async () => {
  const inbox = await tempInbox();
  const other = pickupName(randomBytes(32));
  await writeFile(join(inbox, 'secret'), 'secret');
  await symlink(join(inbox, 'secret'), join(inbox, 'invites/used', invite));
  await mkdir(join(inbox, 'invites/tried', 'folder'));
  await keepUsed(inbox, { used: [invite, other], open: [] });
  expect(await readFile(join(inbox, 'secret'), 'utf8')).toBe('secret');
  expect([...(await readdir(join(inbox, 'invites/used')))].toSorted()).toEqual([invite, other].toSorted());
});
