import type { Check } from '../../core/check.ts';
import { isOfProxy, isOfTor } from '../../core/proxy.ts';
import type { Facts, PersonFacts } from './facts.ts';
import { agoWords, check, countWords, spanWords } from './words.ts';

/** The checks of every contact, in the order in which they were added. */
export function checkPeople({ people, machine: { now } }: Facts): readonly Check[] {
  return people.flatMap((person) => {
    const standing = checkStanding(person);
    if (standing?.state === 'note') return [standing];
    return [
      ...(standing ? [standing] : []),
      ...checkAnswers(person, now),
      checkWaiting(person, now),
      checkFollows(person),
    ];
  });
}

/** Checks for a reason why no messages can go to a contact at all; null when there is none. */
export function checkStanding({ label, state, request, address, unknownSince }: PersonFacts): Check | null {
  const problem = (text: string, hint: string): Check => check('standing', label, 'problem', [text, hint]);
  const note = (text: string, hint: string): Check => check('standing', label, 'note', [text, hint]);
  if (state === 'blocked')
    return note('you blocked them: nothing is sent or received', 'unblock them to talk again');
  if (request === 'received') return note('they want to be your contact', 'accept or decline');
  if (request === 'sent') return note('you used their reusable link; they have not accepted yet', '');
  if (state === 'revoked')
    return problem('they revoked their key: nothing is sent to them', 'ask them for a new link');
  if (state === 'conflict')
    return problem(
      'two keys claim to be theirs: nothing is sent',
      'verify the safety number, or join with a new link from them',
    );
  if (unknownSince !== null)
    return problem(
      'their address answers that it does not know you: they blocked or forgot you, set up a new home, or no longer use that address',
      'if this lasts, ask them for a new link',
    );
  if (address === '')
    return problem(
      'they have no address: nothing can be sent over the network',
      'ask them to set one, or carry messages by hand: cryptochat pack CONTACT FILE',
    );
  return null;
}

/** Checks when a contact was last heard from, and how the last tries to reach it went. */
export function checkAnswers(person: PersonFacts, now: number): readonly Check[] {
  const { label, away, lastHeardAt, lastAnsweredAt } = person;
  const heard = lastHeardAt === null ? 'never heard from' : `last heard from ${agoWords(lastHeardAt, now)}`;
  const answered = lastAnsweredAt === null ? '' : `, last answered ${agoWords(lastAnsweredAt, now)}`;
  if (away === null) return [check('answers', label, 'ok', [`${heard}${answered}`])];
  const next = away.nextTryAt <= now ? 'now' : `in ${spanWords(away.nextTryAt - now)}`;
  const text = `${countWords(away.attempts, 'try').replace('trys', 'tries')} failed: ${away.reason}; the next is ${next}; ${heard}${answered}`;
  const hint = isOfProxy(away.reason)
    ? `check ${isOfTor(away.reason) ? 'tor' : 'the proxy'}; this says nothing about them`
    : 'nothing to do if they are just offline; otherwise ask whether their address has changed';
  return [check('answers', label, 'note', [text, hint])];
}

/** Checks how many messages are queued for a contact. */
export function checkWaiting({ label, queued, waitsSince }: PersonFacts, now: number): Check {
  if (queued === 0) return check('waiting', label, 'ok', ['nothing is queued for them']);
  const since = waitsSince === null ? '' : `, the oldest for ${spanWords(now - waitsSince)}`;
  const words = [
    `${countWords(queued, 'message')} queued${since}`,
    'cryptochat sends them automatically; cryptochat retry tries now',
  ] as const;
  return check('waiting', label, 'note', words);
}

/** Checks whether a contact uses my newest key. */
export function checkFollows({ label, followed }: PersonFacts): Check {
  if (followed) return check('follows', label, 'ok', ['they use your newest key']);
  const words = [
    'they do not use your newest key yet',
    'they switch the next time they are online; after 14 days they need a new link',
  ] as const;
  return check('follows', label, 'note', words);
}
