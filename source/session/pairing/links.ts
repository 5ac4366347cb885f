import { limits } from '../../core/limits.ts';
import type { OpenLink } from '../../core/types.ts';
import { currentIdentity } from '../../store/identities.ts';
import { keptInvites, openInvites } from '../../store/invites.ts';
import { withdrawCard } from './card.ts';
import { readInTurn, turn, type Context } from '../work/work.ts';
import { withdraw } from '../keyring/links.ts';

/** The links that somebody can still join with, oldest first; nothing in the list lets anybody join. */
export function listLinks(context: Context): Promise<readonly OpenLink[]> {
  return readInTurn(context, (database) => {
    const { epoch } = currentIdentity(database);
    const open = openInvites(database).filter((one) => one.epoch === epoch);
    return open.map(({ cardSecret, createdAt }) => ({
      kind: cardSecret ? 'card' : 'single-use',
      createdAt,
      endsAt: cardSecret ? null : createdAt + limits.inviteLifeMs,
    }));
  });
}

/** Ends the card, or every open link; answers how many those were. */
export function withdrawLinks(
  context: Context,
  what: 'card' | 'all',
): Promise<{ readonly withdrawn: number }> {
  return turn(context, (work) => {
    if (what === 'card') return { withdrawn: withdrawCard(work) ? 1 : 0 };
    const { length } = openInvites(work.database);
    for (const link of keptInvites(work.database)) withdraw(work, link);
    return { withdrawn: length };
  });
}
