import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  handOut,
  inviteName,
  joinerName,
  offerInvite,
  takenInvites,
  withdrawInvite,
} from '../../source/inbox/invites.ts';
import { tempInbox } from '../support/temp-home.ts';

const invite = inviteName(randomBytes(32));
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

test('names that are no names reach no file', async () => {
  const inbox = await tempInbox();
  await writeFile(join(inbox, 'slots.json'), 'x'.repeat(4096));
  for (const name of ['../../slots.json', '', '..', `${invite}/..`])
    expect(await handOut(inbox, name, one)).toBeNull();
  expect(await handOut(inbox, invite, '../../../slots.json')).toBeNull();
  await expect(offerInvite(inbox, '../../x', blob)).rejects.toThrow(TypeError);
  await expect(offerInvite(inbox, invite, blob.subarray(1))).rejects.toThrow(TypeError);
});
