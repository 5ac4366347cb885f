import { timingSafeEqual } from 'node:crypto';
import { ChatError, type ErrorCode } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { ContactState, Verification } from '../../core/types.ts';
import { utf8 } from '../../protocol/bytes.ts';
import { fingerprint, safetyNumber } from '../../protocol/fingerprint.ts';
import { contactKey, contactKeyOrNull } from '../../store/contact-keys.ts';
import { changeContact, contactSummary, type ContactRow } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { currentIdentity } from '../../store/identities.ts';
import { composeQueued } from '../sending/compose.ts';
import { turn, type Context, type Work } from '../work/work.ts';
import { findContact, labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';
import { reportContact } from '../people/show.ts';

/** The states that comparing does not change: the person has taken the key back, or was let in by nobody, or is kept out. */
const incomparable: Partial<Record<ContactState, ErrorCode>> = {
  revoked: 'compare-revoked',
  requested: 'compare-requested',
  blocked: 'compare-blocked',
};

/**
 * Reports what there is to compare with a contact. With `digits`, the 60 of the safety number with anything between them, the contact
 * becomes `compared`: that also ends a conflict, because the one who has the pinned key has read them out. Other digits change nothing.
 * Throws ChatError digits-bad, compare-*. PROTOCOL.md "Verifying".
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
    const number = safetyNumber(currentIdentity(work.database).publicKey, theirs);
    const matches = given === null ? null : timingSafeEqual(utf8(given), utf8(number));
    if (matches) await prove(work, contact, fingerprint(theirs));
    return report(work.database, contact.id, { safetyNumber: number, matches });
  });
}

function readDigits(text: string): string {
  const digits = text.normalize('NFKC').replaceAll(/[\s\p{P}\p{S}\p{C}]/gu, '');
  if (/\D/u.test(digits))
    throw new ChatError('digits-bad', 'there is something else than digits among these');
  if (digits.length !== 60)
    throw new ChatError('digits-bad', `these are ${digits.length} digits, a safety number has 60`);
  return digits;
}

async function prove(work: Work, contact: ContactRow, key: string): Promise<void> {
  changeContact(work.database, contact.id, { state: 'compared', comparedAt: work.now, rival: null });
  addNotice(work, contact.id, `compared: the safety number is the same on both sides\n${key}`);
  await composeQueued(work, contact.id);
}

function report(
  database: Database,
  contactId: number,
  found: Pick<Verification, 'safetyNumber' | 'matches'>,
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
