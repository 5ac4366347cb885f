import { asFailure } from '../../core/errors.ts';
import { writeCarry } from '../../inbox/parcels.ts';
import { allContacts, changeContact, type ContactRow } from '../../store/contacts.ts';
import { currentIdentity } from '../../store/identities.ts';
import { isOneQueued } from '../../store/messages.ts';
import { newestSession } from '../../store/sessions.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { printableLine } from '../../core/printable.ts';
import { compose } from '../sending/compose.ts';
import { frozenReason } from '../people/find-contact.ts';
import { sameBytes } from '../../core/bytes.ts';
import { notePlace } from '../keyring/my-places.ts';
import { myAbilities, myProfile } from '../keyring/profile.ts';

/** `at once` for an action of a person, and when a client ends: a profile that waits is no reason to wait, and the newest is read last. */
type Telling = 'in turn' | 'at once';

/**
 * Tells how to write to me now to every contact that was told another address, or other kinds of content that I read. A contact that cannot
 * be told yet (no session, a request, an old key of mine, a stop, a profile that still waits) is told when that is over. PROTOCOL.md "Content".
 */
export async function tellAddress(work: Work, how: Telling = 'in turn'): Promise<void> {
  const identity = currentIdentity(work.database);
  notePlace(work);
  for (const contact of allContacts(work.database)) {
    if (isTold(work, contact) || !canBeTold(work, contact, identity.epoch)) continue;
    // Queue one notice of a new address per contact, however often a router changes it; the newest follows once that is sent.
    if (how === 'in turn' && isOneQueued(work.database, contact.id, 'profile')) continue;
    changeContact(work.database, contact.id, { toldAddress: work.address, toldAbilities: myAbilities });
    await compose(work, contact.id, { kind: 'profile', profile: myProfile(work, contact.id, identity) });
  }
}

/**
 * Tells contacts where this home is after one of its places has changed, and shows it. It needs a turn of its own, because the address
 * changes with the turn before.
 */
export async function tellPlaces(context: Context, how: Telling = 'at once'): Promise<void> {
  await turn(context, (work) => tellAddress(work, how));
  // The listener knows by it which boxes it keeps itself.
  await context.takeTurn(() =>
    writeCarry(context.paths.inbox, context.config).catch((error: unknown) => {
      throw asFailure(error);
    }),
  );
  const address = printableLine(context.config.address);
  context.state.update((state) => ({ ...state, address }));
}

function isTold({ address }: Work, { toldAddress, toldAbilities }: ContactRow): boolean {
  return toldAddress === address && toldAbilities !== null && sameBytes(toldAbilities, myAbilities);
}

function canBeTold(work: Work, contact: ContactRow, epoch: number): boolean {
  if (frozenReason(contact) || contact.request !== null || contact.namedEpoch < epoch) return false;
  return newestSession(work.database, contact.id, epoch) !== null;
}
