import { ChatError } from '../core/errors.ts';
import { keepUsed, offerCard, offerInvite, withdrawInvite, withdrawOthers } from '../inbox/invites.ts';
import { writeMailboxes } from '../inbox/mailboxes.ts';
import { writeSlots } from '../inbox/slots.ts';
import { writeVouchers, type Voucher } from '../inbox/vouchers.ts';
import { publicKeyPem, writePublicKeyPem } from '../keys/pem.ts';
import { firstMark } from '../protocol/ack-mark.ts';
import { sameBytes } from '../core/bytes.ts';
import { limits } from '../core/limits.ts';
import { printableLine } from '../core/printable.ts';
import { allBoxes, allVouchers } from '../store/boxes.ts';
import { allContacts, changeContact } from '../store/contacts.ts';
import { currentIdentity } from '../store/identities.ts';
import type { Database } from '../store/database.ts';
import { eraseRemains, isEraseDue } from '../store/forget.ts';
import { keptInvites, openInvites, usedLinks, type Invite } from '../store/invites.ts';
import { readInTurn, turn, type Context, type Offered, type Work } from './work/work.ts';
import { advanceMark } from './sending/acks.ts';
import { slotList } from './work/slots.ts';

/** Writes the files that follow from the database, except those that are right already. This repairs a crash between a commit and its effects. */
export async function repair(context: Context): Promise<void> {
  await turn(context, (work) => {
    markOldMessages(work);
    work.after.slots = true;
    work.after.publicKey = true;
    work.after.boxes = true;
  });
  await eraseIfDue(context);
  const { invites, kept } = await readInTurn(context, (database) => {
    const { epoch } = currentIdentity(database);
    return {
      invites: openInvites(database).filter((invite) => invite.epoch === epoch),
      kept: namesOf(keptInvites(database)),
    };
  });
  await withdrawOthers(context.paths.inbox, { open: namesOf(invites), kept });
  for (const { pickupName: name, blob, cardSecret } of invites)
    await offer(context.paths.inbox, { name, blob, card: cardSecret !== null });
}

/** Adds marks to a database that was made before marks existed. */
function markOldMessages({ database }: Work): void {
  for (const { id, storedUpTo, storedMark } of allContacts(database)) {
    if (storedUpTo === 0 || !sameBytes(storedMark, firstMark)) continue;
    const from = { upTo: 0, mark: firstMark };
    const { mark } = advanceMark(database, { contactId: id, direction: 'in' }, from, storedUpTo);
    changeContact(database, id, { storedMark: mark });
  }
}

/** Clears forgotten data out of the file now, if that failed earlier; repeats it when the disk does not allow it yet. */
async function eraseIfDue(context: Context): Promise<void> {
  await context.takeTurn(() => {
    try {
      if (isEraseDue(context.database)) eraseRemains(context.database);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
    }
  });
}

/** Carries out the effects of a committed piece of work outside the database; every step can be repeated. */
export async function haveEffects(context: Context, work: Work): Promise<void> {
  try {
    await changeFiles(context, work);
  } catch (error) {
    const before = context.unfinished.withdrawn ?? [];
    context.unfinished.withdrawn = new Set([...before, ...work.withdrawn]);
    throw error;
  }
}

/** Retries the effects that haveEffects could not carry out, if any. Throws when they fail again. */
export async function finishEffects(context: Context): Promise<void> {
  const { withdrawn } = context.unfinished;
  if (!withdrawn) return;
  await withdrawAll(context, withdrawn);
  await repair(context);
  context.unfinished.withdrawn = null;
}

async function changeFiles(context: Context, work: Work): Promise<void> {
  const { inbox, keys } = context.paths;
  if (work.after.publicKey) {
    await writePublicKeyPem(keys, publicKeyPem(currentIdentity(context.database).publicKey.slice(1)));
  }
  // Before the blobs go: at any moment the listener knows a used link by one or the other.
  if (work.after.slots) await keepUsed(inbox, linkNames(context.database));
  await withdrawAll(context, work.withdrawn);
  if (work.after.slots) await writeSlots(inbox, slotList(context.database));
  // Before the blobs, because a joiner claims with what came with one.
  if (work.after.slots || work.after.boxes) await writeVouchers(inbox, vouchersOf(context));
  for (const offered of work.after.offered) await offer(inbox, offered);
  if (!work.after.boxes) return;
  await changeBoxFiles(context);
  const address = printableLine(context.config.address);
  context.state.update((state) => ({ ...state, address }));
}

/** Everything that the listener must know about boxes, here and elsewhere. */
async function changeBoxFiles({ config, database, paths }: Context): Promise<void> {
  const { proxy } = config;
  const granted = allBoxes(database).flatMap(({ place, seed, seal }) =>
    seal ? [{ place, seed, seal, proxy }] : [],
  );
  await writeMailboxes(paths.inbox, granted);
}

/** The vouchers that were lent, and those of links that can still be picked up. */
function vouchersOf({ config, database }: Context): readonly Voucher[] {
  const { epoch } = currentIdentity(database);
  const open = openInvites(database).filter((link) => link.epoch === epoch);
  const ofLinks = open.flatMap(({ voucher: key, cardSecret }) =>
    key ? [{ key, ...(cardSecret ? limits.cardBox : limits.linkBox), link: true }] : [],
  );
  return [...allVouchers(database), ...(config.lend ? ofLinks : [])];
}

async function withdrawAll({ database, paths }: Context, names: Iterable<string>): Promise<void> {
  const kept = new Set(namesOf(keptInvites(database)));
  for (const name of names) await withdrawInvite(paths.inbox, name, kept.has(name));
}

function namesOf(links: readonly Invite[]): readonly string[] {
  return links.map(({ pickupName }) => pickupName);
}

function offer(inbox: string, { name, blob, card }: Offered): Promise<void> {
  return card ? offerCard(inbox, name, blob) : offerInvite(inbox, name, blob);
}

function linkNames(database: Database): { used: readonly string[]; open: readonly string[] } {
  return {
    used: usedLinks(database).map((link) => link.pickupName),
    open: namesOf(keptInvites(database)),
  };
}
