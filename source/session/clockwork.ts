import { limits } from '../core/limits.ts';
import { takenInvites } from '../inbox/deliver.ts';
import { allContacts } from '../store/contacts.ts';
import { addSealKey, currentIdentity, deleteRetired } from '../store/identities.ts';
import { dropBegunBoxes } from '../store/boxes.ts';
import { deleteOldSlots } from '../store/old-slots.ts';
import { deleteUsedLinks, keptInvites } from '../store/invites.ts';
import { generationsOf, keepGenerations, type Generation } from '../store/prekeys.ts';
import { makeKeyPair } from '../keys/identity.ts';
import { sealCardAgain } from './pairing/card.ts';
import { turn, type Context, type Work } from './work/work.ts';
import { frozenReason } from './people/find-contact.ts';
import { endMutes } from './people/notify.ts';
import { expireInvites } from './keyring/links.ts';
import { makeLastingPreKeys } from './keyring/make-bundle.ts';
import { tellAddress } from './pairing/tell-address.ts';
import { askWhereDue } from './recovery/ask-where-due.ts';
import { giveReserve, reserveKnown } from './kinds/reserve.ts';
import { addNotice } from './sending/notice.ts';
import { dropElsewhere } from '../store/outbox.ts';

/** Does the work that is due by the clock. Call it often, and only after reading the inbox: old keys still open what is there. */
type Clockwork = () => Promise<void>;

/**
 * Makes the clockwork of one client: every minute it ends mutes, asks for what is missing and tells a new address, every hour keys turn over and
 * expire.
 */
export function createClockwork(context: Context): Clockwork {
  let askedAt = 0;
  let turnedAt = 0;
  return async () => {
    const now = Date.now();
    if (Math.abs(now - askedAt) < limits.upkeepEveryMs) return;
    const isHour = Math.abs(now - turnedAt) >= limits.turnOverEveryMs;
    const taken = isHour ? new Set(await takenInvites(context.paths.inbox)) : undefined;
    await turn(context, async (work) => {
      if (isHour) await turnOver(work, taken);
      endMutes(work);
      await tellAddress(work);
      await askWhereDue(work);
    });
    askedAt = now;
    if (isHour) turnedAt = now;
  };
}

/**
 * Ends everything that is past its life (retired keys, replaced slots, links), and once a week makes a new signed prekey, last-resort Kyber
 * prekey and seal key, and tells every contact about them; `taken` are the links that were picked up. PROTOCOL.md "Keys".
 */
export async function turnOver(work: Work, taken?: ReadonlySet<string>): Promise<void> {
  endOldKeys(work);
  expireInvites(work, taken);
  deleteUsedLinks(work.database, work.now);
  dropBegunBoxes(work.database, work.now - limits.inviteLifeMs);
  work.after.slots = true;
  const identity = currentIdentity(work.database);
  const newest = generationsOf(work.database, identity.epoch)[0]?.at ?? 0;
  // Otherwise a generation made while the clock was far ahead would be the newest for years.
  if (Math.abs(work.now - newest) >= limits.generationMs) {
    addSealKey(work.database, { epoch: identity.epoch, ...makeKeyPair() }, work.now);
    makeLastingPreKeys(work, identity);
    sealCardAgain(work);
    keepGenerations(work.database, identity.epoch, generationsNeeded(work, identity.epoch));
  }
  for (const contact of allContacts(work.database)) await giveReserve(work, contact.id);
}

/**
 * Ends old keys and slots; those that a contact may still write to, because it does not use my newest key yet, stay longer, and when they
 * end too, its conversation says so.
 */
function endOldKeys(work: Work): void {
  const before = work.now - limits.retiredKeyLifeMs;
  const longest = work.now - limits.neededKeyLifeMs;
  deleteOldSlots(work.database, { before, longest, epoch: currentIdentity(work.database).epoch });
  const given = dropElsewhere(work.database, work.now - limits.elsewhereLifeMs);
  for (const contactId of given) work.outgoing.add(contactId);
  const gone = deleteRetired(work.database, { before, longest });
  for (const { id, namedEpoch } of allContacts(work.database)) {
    if (gone.includes(namedEpoch)) addNotice(work, id, keyGone);
  }
}

const keyGone =
  'they did not switch to your new key within half a year; messages to your old key can no longer be read: send them a new link';

/**
 * The number of generations that stay. Two old ones are kept, and for half a year also those that a contact still has as my newest because
 * it was out of reach: without them neither side could ever read the other again.
 */
function generationsNeeded(work: Work, epoch: number): number {
  const generations = generationsOf(work.database, epoch);
  const placeOf = (is: (one: Generation) => boolean): number => {
    const place = generations.findIndex(is);
    return place < 0 ? generations.length - 1 : place;
  };
  const contacts = allContacts(work.database);
  const known = contacts
    .filter((contact) => !frozenReason(contact))
    .map(({ id }) => reserveKnown(work.database, id))
    .map((at) => placeOf((one) => one.at === at));
  // A contact that was asked through a card answers with the seal key that the hello named.
  const asked = contacts
    .filter(({ request }) => request === 'sent')
    .map(({ createdAt }) => placeOf(({ at }) => at <= createdAt));
  // Anyone who picked up a link says hello to the prekeys that it was sealed with; its one-time prekey was made after those.
  const linked = keptInvites(work.database)
    .filter((link) => link.cardSecret === null && link.epoch === epoch)
    .map(({ oneTimeId }) => placeOf(({ id }) => id < oneTimeId));
  const newer = generations.filter(({ at }) => at >= work.now - limits.generationLifeMs);
  const needed = Math.max(...known, ...asked, ...linked, 0) + 1;
  return Math.max(limits.generations, Math.min(needed, newer.length));
}
