import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { handOut, openIntake, takenInvites } from '../../source/inbox/deliver.ts';
import {
  keepUsed,
  offerCard,
  offerInvite,
  triedLinks,
  withdrawInvite,
  withdrawOthers,
} from '../../source/inbox/invites.ts';
import { messageName } from '../../source/core/message-name.ts';
import { writeReach } from '../../source/inbox/mailboxes.ts';
import { checkInbox, holdInbox, letGoInbox, prepareInbox } from '../../source/inbox/maildir.ts';
import { countQuarantined, quarantine } from '../../source/inbox/quarantine.ts';
import { removeFrom } from '../../source/inbox/remove-from.ts';
import { writeSlots } from '../../source/inbox/slots.ts';
import { discard, takeEnvelopes } from '../../source/inbox/take.ts';
import { listNew } from '../../source/inbox/watch.ts';
import { tempFolder, tempInbox } from '../support/temp-home.ts';

const invite = 'a'.repeat(64);
const slotId = '0123456789abcdef';
const name = messageName({ time: 1, processId: 1, counter: 1, slotId, bytes: 4096 });
const blob = new Uint8Array(4096);

/** Everything that this program does in an inbox, by name. */
const deeds: Readonly<Record<string, (inbox: string) => Promise<unknown>>> = {
  list: (inbox) => listNew(inbox),
  take: (inbox) => takeEnvelopes(inbox, name),
  discard: (inbox) => discard(inbox, [name]),
  quarantine: (inbox) => quarantine(inbox, name),
  'count the quarantine': (inbox) => countQuarantined(inbox),
  'remove what a contact sent': (inbox) => removeFrom(inbox, new Set([slotId])),
  'write the slots': (inbox) => writeSlots(inbox, []),
  'lay out an invite': (inbox) => offerInvite(inbox, invite, blob),
  'lay out a card': (inbox) => offerCard(inbox, invite, blob),
  'withdraw an invite': (inbox) => withdrawInvite(inbox, invite),
  'withdraw the others': (inbox) => withdrawOthers(inbox, { open: [], kept: [] }),
  'report on mailboxes': (inbox) => writeReach(inbox, []),
  'hand out an invite': (inbox) => handOut(inbox, invite, 'b'.repeat(32)),
  'see what was taken': (inbox) => takenInvites(inbox),
  'keep used links': (inbox) => keepUsed(inbox, { used: [invite], open: [] }),
  'see what was tried': (inbox) => triedLinks(inbox),
  'prepare it again': (inbox) => prepareInbox(inbox),
};

let inbox = '';
let victim = '';
beforeEach(async () => {
  inbox = await tempInbox();
  victim = await tempFolder();
  await writeFile(join(victim, name), blob);
  await writeFile(join(victim, invite), blob);
  for (const folder of ['new', 'tmp', 'bad']) await mkdir(join(victim, folder));
  await writeFile(join(victim, 'new', name), blob);
  holdInbox(inbox);
  onTestFinished(() => letGoInbox(inbox));
});

/** The folder that each action works in; the rest of the inbox may stay as it was. */
const places: Readonly<Record<string, readonly string[]>> = {
  new: ['list', 'take', 'discard', 'quarantine', 'remove what a contact sent', 'prepare it again'],
  bad: ['count the quarantine', 'prepare it again'],
  tmp: ['write the slots', 'report on mailboxes', 'lay out an invite', 'lay out a card'],
  'invites/ready': ['lay out an invite', 'withdraw an invite', 'withdraw the others', 'hand out an invite'],
  'invites/taken': ['lay out an invite', 'hand out an invite', 'see what was taken'],
  'invites/cards': ['lay out a card', 'hand out an invite'],
  'invites/used': ['keep used links'],
  'invites/tried': ['see what was tried'],
  invites: ['lay out an invite', 'withdraw the others', 'see what was tried'],
  '': Object.keys(deeds),
};

const cases = Object.entries(places).flatMap(([place, all]) => all.map((deed) => [deed, place] as const));

describe.each(['a link', 'another folder', 'nothing'])('%s in the place of a folder', (kind) => {
  test.each(cases)('cannot %s in inbox/%s, and touches nothing', async (deed, place) => {
    const path = join(inbox, place);
    const away = join(await tempFolder(), 'away');
    await rename(path, away);
    if (kind === 'a link') await symlink(victim, path);
    if (kind === 'another folder') await mkdir(path);
    await expect(deeds[deed]?.(inbox)).rejects.toMatchObject({ code: 'EREPLACED' });
    expect((await readdir(victim, { recursive: true })).toSorted()).toEqual(
      ['bad', name, invite, 'new', join('new', name), 'tmp'].toSorted(),
    );
    if (kind !== 'nothing') await rm(path, { recursive: true });
    await rename(away, path);
    expect(() => checkInbox(inbox)).not.toThrow();
  });
});

test('the listener stores nothing in a replaced folder, and gives the place back', async () => {
  const intake = await openIntake(inbox);
  await rename(join(inbox, 'new'), join(inbox, 'old'));
  await symlink(victim, join(inbox, 'new'));
  const place = { slotId, bytes: 4096 };
  intake.reserve(place);
  await expect(intake.deliver(place, blob)).rejects.toMatchObject({ code: 'EREPLACED' });
  await expect(intake.handOut(blob.slice(0, 32), 'x')).resolves.toBeNull();
  expect(intake.usage().files).toBe(0);
  expect(await readdir(join(inbox, 'tmp'))).toEqual([]);
  expect((await readdir(victim)).length).toBe(5);
});

test('accepts an inbox as it is when it is let go, or held again', async () => {
  await rename(join(inbox, 'new'), join(inbox, 'old'));
  await mkdir(join(inbox, 'new'));
  holdInbox(inbox);
  expect(await listNew(inbox)).toEqual([]);
  letGoInbox(inbox);
  await rm(join(inbox, 'new'), { recursive: true });
  await prepareInbox(inbox);
  expect(await listNew(inbox)).toEqual([]);
});
