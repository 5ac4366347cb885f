import type { Bundle } from '../../protocol/bundle.ts';
import type { InviteKeys } from '../../protocol/invitation.ts';
import type { Link } from '../../protocol/link.ts';
import { beginSession } from '../../protocol/ratchet.ts';
import type { Identity } from '../../store/identities.ts';
import { compose } from '../sending/compose.ts';
import type { Work } from '../context.ts';
import { myProfile } from './profile.ts';
import { readsFor, writeChanges } from '../ratchet-reads.ts';

/** Who made a link: the link with its keys, what was picked up with it, and the user's own name for its maker. */
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
  await compose(work, contactId, {
    kind: 'hello',
    proof: keys.proof,
    profile: myProfile(work, contactId, mine),
  });
  work.after.slots = true;
}
