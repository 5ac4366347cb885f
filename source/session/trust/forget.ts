import { printableLine } from '../../core/printable.ts';
import { endBox, keptBox } from '../../inbox/lent.ts';
import { removeFrom } from '../../inbox/remove-from.ts';
import { slotId } from '../../core/request.ts';
import { eraseRemains, forgetContact } from '../../store/forget.ts';
import { oldSlots } from '../../store/old-slots.ts';
import { allVouchers, dropBoxesOf, removeVoucher } from '../../store/boxes.ts';
import { allContacts, type ContactRow } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { findContact, labelOf } from '../people/find-contact.ts';
import { keptFor } from '../people/kept-for.ts';
import { asFailure, ChatError } from '../../core/errors.ts';

/**
 * Deletes a contact with the whole conversation, then clears what deleting leaves in the inbox and in the database's file. When a disk
 * does not allow that now (`erased` is false), or after a crash, it is done at the next start. A blocked contact's keys stay barred. The box
 * that the contact has at this home's listener ends. Throws ChatError contact-unknown. PROTOCOL.md §11.
 */
export async function forget(
  context: Context,
  ask: { readonly contact: string },
): Promise<{ name: string; erased: boolean }> {
  const { name, slots, boxes } = await turn(context, async (work) => {
    const contact = findContact(work.database, ask.contact);
    const theirs = slotsOf(work.database, contact);
    const kept = await boxesOf(context, contact);
    for (const box of kept) await takeVoucherBack(context, work, box);
    if (dropBoxesOf(work.database, contact.id)) work.after.boxes = true;
    forgetContact(work.database, contact.id);
    work.recalled.add(contact.id);
    work.touched.add(contact.id);
    work.after.slots = true;
    return { name: printableLine(labelOf(contact)), slots: theirs, boxes: kept };
  });
  return { name, erased: await clear(context, slots, boxes) };
}

/** The boxes that a contact has at this home's listener. */
async function boxesOf({ paths, config, database }: Context, { id }: ContactRow): Promise<readonly string[]> {
  const home = { inbox: paths.inbox, address: config.address };
  const found = await keptFor(home, allContacts(database));
  return [...found].flatMap(([box, contact]) => (contact.id === id ? [box] : []));
}

/** A lent link must not make the box of a forgotten contact a second time. */
async function takeVoucherBack({ paths }: Context, { database, after }: Work, box: string): Promise<void> {
  const promised = await keptBox(paths.inbox, box);
  if (promised === 'none' || promised === null) return;
  const lent = allVouchers(database).find(({ key }) => slotId(key) === promised.voucher);
  if (!lent) return;
  removeVoucher(database, lent.key);
  after.boxes = true;
}

function slotsOf(database: Database, { id, mySlot }: ContactRow): ReadonlySet<string> {
  const old = oldSlots(database).filter(({ contactId }) => contactId === id);
  return new Set([mySlot, ...old.map(({ slot }) => slot)].map((slot) => slotId(slot)));
}

function clear(context: Context, slots: ReadonlySet<string>, boxes: readonly string[]): Promise<boolean> {
  return unlessDiskFails(async () => {
    for (const box of boxes) await endBox(context.paths.inbox, box);
    await removeFrom(context.paths.inbox, slots);
    await context.takeTurn(() => eraseRemains(context.database));
    return true;
  });
}

/** The result of `work`; false when the disk does not allow it now. */
export async function unlessDiskFails(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    const failure = asFailure(error);
    if (failure instanceof ChatError) return false;
    throw failure;
  }
}
