import { offerInvite, withdrawInvite } from '../inbox/invites.ts';
import { writeSlots } from '../inbox/slots.ts';
import { publicKeyPem, writePublicKeyPem } from '../keys/pem.ts';
import { firstMark } from '../protocol/ack-mark.ts';
import { sameBytes } from '../protocol/bytes.ts';
import { allContacts, changeContact } from '../store/contacts.ts';
import { currentIdentity } from '../store/identities.ts';
import type { Database } from '../store/database.ts';
import { openInvites } from '../store/invites.ts';
import type { Context, Work } from './context.ts';
import { look, turn } from './context.ts';
import { advanceMark } from './marks.ts';
import { slotList } from './slots.ts';

/** Brings the files that follow from the database up to what it says: a crash between a commit and its effects heals here. */
export async function repair(context: Context): Promise<void> {
  await turn(context, (work) => {
    markOldMessages(work);
    work.after.slots = true;
    work.after.publicKey = true;
  });
  const invites = await look(context, (database) => {
    const { epoch } = currentIdentity(database);
    return openInvites(database).filter((invite) => invite.epoch === epoch);
  });
  for (const invite of invites) await offerInvite(context.paths.inbox, invite.pickupName, invite.blob);
}

/** A database from before there were marks has none of what it had stored. */
function markOldMessages({ database }: Work): void {
  for (const { id, storedUpTo, storedMark } of allContacts(database)) {
    if (storedUpTo === 0 || !sameBytes(storedMark, firstMark)) continue;
    const from = { upTo: 0, mark: firstMark };
    const { mark } = advanceMark(database, { contactId: id, direction: 'in' }, from, storedUpTo);
    changeContact(database, id, { storedMark: mark });
  }
}

/** Clients with files that a failing disk left behind the database, and the invites that are still to be withdrawn there. */
const unfinished = new WeakMap<Database, Set<string>>();

/** Does what a committed piece of work left to do outside the database; every step may be repeated. */
export async function haveEffects(context: Context, work: Work): Promise<void> {
  try {
    await changeFiles(context, work);
  } catch (error) {
    const names = unfinished.get(context.database) ?? [];
    unfinished.set(context.database, new Set([...names, ...work.withdrawn]));
    throw error;
  }
}

/** Does what haveEffects could not do before, if there is anything. Throws when it cannot be done now either. */
export async function finishEffects(context: Context): Promise<void> {
  const names = unfinished.get(context.database);
  if (!names) return;
  for (const name of names) await withdrawInvite(context.paths.inbox, name);
  await repair(context);
  unfinished.delete(context.database);
}

async function changeFiles(context: Context, work: Work): Promise<void> {
  const { inbox, keys } = context.paths;
  if (work.after.publicKey) {
    await writePublicKeyPem(keys, publicKeyPem(currentIdentity(context.database).publicKey.slice(1)));
  }
  for (const name of work.withdrawn) await withdrawInvite(inbox, name);
  if (work.after.slots) await writeSlots(inbox, slotList(context.database));
  for (const offered of work.after.offered) await offerInvite(inbox, offered.name, offered.blob);
}
