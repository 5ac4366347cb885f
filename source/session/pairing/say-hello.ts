import { limits } from '../../core/limits.ts';
import type { Bytes } from '../../core/types.ts';
import type { Body } from '../../protocol/kinds/table.ts';
import type { Bundle } from '../../protocol/bundle.ts';
import type { InviteKeys } from '../../protocol/invitation.ts';
import type { Link } from '../../protocol/link.ts';
import { beginSession } from '../../protocol/ratchet.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import { currentIdentity, identityOf, type Identity } from '../../store/identities.ts';
import { endPace, isDue, notePace } from '../../store/paces.ts';
import { helloOf } from '../../store/unsent.ts';
import { compose, composeAgain } from '../sending/compose.ts';
import { routeOf } from '../sending/route.ts';
import type { Work } from '../work/work.ts';
import { statementsTo } from '../keyring/make-bundle.ts';
import { myProfile } from '../keyring/profile.ts';
import { readsFor, writeChanges } from '../work/ratchet-reads.ts';

const pace = { first: limits.resetEveryMs, most: limits.askMostMs };

/** The maker of a link: the link with its keys, what was picked up with it, and the user's own name for its maker. */
export type Inviter = {
  readonly link: Link;
  readonly keys: InviteKeys;
  readonly bundle: Bundle;
  readonly alias: string | null;
};

/** Begins a session with the maker of a link as `mine`, and queues the hello ahead of all that waits. */
export async function sayHello(
  work: Work,
  contactId: number,
  { link, keys, bundle }: Inviter,
  mine: Identity,
): Promise<void> {
  const session = { contactId, myEpoch: mine.epoch, theirEpoch: bundle.epoch };
  const reads = readsFor(work, session, link.identity);
  if (!reads) throw new Error('my identity is gone');
  writeChanges(work, session, await beginSession(reads, bundle));
  changeContact(work.database, contactId, { proof: keys.proof });
  endPace(work.database, contactId, 'hello');
  notePace(work.database, contactId, 'hello', { now: work.now, ...pace });
  await compose(work, contactId, helloBody(work, contactId, { proof: keys.proof, mine, card: link.card }));
  work.after.slots = true;
}

type Greeting = { readonly proof: Bytes; readonly mine: Identity; readonly card: boolean };

/** The hello, by which anyone who knows an older key of mine can recognise me; a card takes no more than 4 KiB. */
function helloBody(work: Work, contactId: number, { proof, mine, card }: Greeting): Body {
  const profile = myProfile(work, contactId, mine);
  return {
    kind: 'hello',
    proof,
    profile: card ? profile : { ...profile, statements: statementsTo(work, mine) },
  };
}

/** Says hello again, in the same session, to a contact that has not answered: its home may have lost the hello. */
export async function sayHelloAgain(work: Work, contactId: number): Promise<void> {
  const { proof, state, epoch, namedEpoch, revokeNamed, request } = contactOf(work.database, contactId);
  const mine = identityOf(work.database, namedEpoch) ?? currentIdentity(work.database);
  // A contact that knows that my key is revoked no longer answers.
  if (!proof || state === 'blocked' || revokeNamed === 1) return;
  const hello = helloOf(work.database, contactId);
  if (!hello || !isDue(work.database, contactId, 'hello', work.now)) return;
  notePace(work.database, contactId, 'hello', { now: work.now, ...pace });
  const route = routeOf(work, { contactId, myEpoch: mine.epoch, theirEpoch: epoch });
  const body = helloBody(work, contactId, { proof, mine, card: request === 'sent' });
  await composeAgain(work, contactId, { ...hello, body, route });
}
