import { timingSafeEqual } from 'node:crypto';
import { ChatError, type ErrorCode } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { ContactState, Verification } from '../../core/types.ts';
import { utf8 } from '../../protocol/bytes.ts';
import { fingerprint, keyDigits, safetyNumber } from '../../protocol/fingerprint.ts';
import { contactKey, contactKeyOrNull } from '../../store/contact-keys.ts';
import { changeContact, contactSummary, type ContactRow } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { currentIdentity } from '../../store/identities.ts';
import { composeQueued } from '../sending/compose.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { findContact, labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';
import { reportContact } from '../people/show.ts';

/** The states that verifying does not change: the person revoked the key, was not accepted yet, or is blocked. */
const incomparable: Partial<Record<ContactState, ErrorCode>> = {
  revoked: 'compare-revoked',
  requested: 'compare-requested',
  blocked: 'compare-blocked',
};

/**
 * Reports what there is to compare with a contact. With `digits`, the 30 of the contact's key or the 60 of the safety number with anything
 * between them, the contact becomes `compared`: that also ends a conflict, because the one who has the pinned key has read them out. Other
 * digits change nothing, and one's own prove nothing. Throws ChatError digits-bad, digits-own, compare-*. PROTOCOL.md "Verifying".
 */
export async function verify(
  context: Context,
  ask: { readonly contact: string; readonly digits?: string },
): Promise<Verification> {
  const given = ask.digits === undefined ? null : readDigits(ask.digits);
  return turn(context, async (work) => {
    const contact = findContact(work.database, ask.contact);
    const why = given === null ? undefined : incomparable[contact.state];
    if (why) throw new ChatError(why, printableLine(labelOf(contact)));
    const theirs = contactKey(work.database, contact.id, contact.epoch).identity;
    const mine = currentIdentity(work.database).publicKey;
    const [number, ownDigits] = [safetyNumber(mine, theirs), keyDigits(mine)];
    if (given === ownDigits) throw new ChatError('digits-own', printableLine(labelOf(contact)));
    const isWhole = given?.length === wholeDigits;
    const wanted = isWhole ? number : otherHalf(number, ownDigits);
    const matches = given === null ? null : timingSafeEqual(utf8(given), utf8(wanted));
    if (matches) await prove(work, contact, fingerprint(theirs));
    const kind = given === null ? null : isWhole ? 'whole' : 'theirs';
    return report(work.database, contact.id, { safetyNumber: number, ownDigits, matches, given: kind });
  });
}

function readDigits(text: string): string {
  const digits = text.normalize('NFKC').replaceAll(/[\s\p{P}\p{S}\p{C}]/gu, '');
  if (/\D/u.test(digits)) throw new ChatError('digits-bad', 'these are not only digits');
  if (digits.length !== wholeDigits && digits.length !== wholeDigits / 2)
    throw new ChatError('digits-bad', `these are ${digits.length} digits; a contact reads out 30`);
  return digits;
}

const wholeDigits = 60;

/** The half of a safety number that is not one's own. */
function otherHalf(number: string, own: string): string {
  return number.startsWith(own) ? number.slice(own.length) : number.slice(0, own.length);
}

async function prove(work: Work, contact: ContactRow, key: string): Promise<void> {
  changeContact(work.database, contact.id, { state: 'compared', comparedAt: work.now, rival: null });
  addNotice(work, contact.id, `verified: the digits are those of this key\n${key}`);
  await composeQueued(work, contact.id);
}

function report(
  database: Database,
  contactId: number,
  found: Pick<Verification, 'safetyNumber' | 'ownDigits' | 'matches' | 'given'>,
): Verification {
  const row = contactSummary(database, contactId);
  const contact = reportContact(database, row);
  const before = contactKeyOrNull(database, contactId, row.epoch - 1);
  return {
    contact,
    ...found,
    fingerprint: contact.fingerprint,
    mine: fingerprint(currentIdentity(database).publicKey),
    previous: before && fingerprint(before.identity),
    rival: row.rival && fingerprint(row.rival),
  };
}
