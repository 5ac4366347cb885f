import { printableLine } from '../../core/printable.ts';
import { removeFrom } from '../../inbox/remove-from.ts';
import { slotId } from '../../core/request.ts';
import { dropBoxesOf } from '../../store/boxes.ts';
import { eraseRemains, forgetContact } from '../../store/forget.ts';
import { oldSlots } from '../../store/old-slots.ts';
import type { ContactRow } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { turn, type Context } from '../work/work.ts';
import { findContact, labelOf } from '../people/find-contact.ts';
import { asFailure, ChatError } from '../../core/errors.ts';

/**
 * Deletes a contact with everything that was said, then clears what deleting leaves in the inbox and in the database's file. When a disk
 * does not allow that now (`erased` is false), or after a crash, it is done at the next start. A blocked contact's keys stay barred. Throws
 * ChatError contact-unknown. PROTOCOL.md "Blocking and forgetting".
 */
export async function forget(
  context: Context,
  ask: { readonly contact: string },
): Promise<{ name: string; erased: boolean }> {
  const { name, slots } = await turn(context, (work) => {
    const contact = findContact(work.database, ask.contact);
    const theirs = slotsOf(work.database, contact);
    if (dropBoxesOf(work.database, contact.id)) work.after.boxes = true;
    forgetContact(work.database, contact.id);
    work.recalled.add(contact.id);
    work.touched.add(contact.id);
    work.after.slots = true;
    return { name: printableLine(labelOf(contact)), slots: theirs };
  });
  return { name, erased: await clear(context, slots) };
}

function slotsOf(database: Database, { id, mySlot }: ContactRow): ReadonlySet<string> {
  const old = oldSlots(database).filter(({ contactId }) => contactId === id);
  return new Set([mySlot, ...old.map(({ slot }) => slot)].map((slot) => slotId(slot)));
}

function clear(context: Context, slots: ReadonlySet<string>): Promise<boolean> {
  return unlessDiskFails(async () => {
    await removeFrom(context.paths.inbox, slots);
    await context.takeTurn(() => eraseRemains(context.database));
    return true;
  });
}

/** The answer of `work`; false when the disk does not allow it now. */
export async function unlessDiskFails(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    const failure = asFailure(error);
    if (failure instanceof ChatError) return false;
    throw failure;
  }
}
