import type { Check } from '../../core/check.ts';
import { isOfProxy, isOfTor } from '../../core/proxy.ts';
import type { Facts, PersonFacts } from './facts.ts';
import { agoWords, check, countWords, spanWords } from './words.ts';

/** How each contact stands, in the order in which they are known. */
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
    return note('you have blocked them: nothing comes and nothing goes', 'unblock takes that back');
  if (request === 'received') return note('they ask to write with you', 'accept or decline');
  if (request === 'sent') return note('you asked through their card, and they have not accepted yet', '');
  if (state === 'revoked') return problem('their key is revoked: nothing is sent', 'ask them for a new link');
  if (state === 'conflict')
    return problem(
      'two keys claim to be theirs: nothing is sent',
      'compare the safety number, or join with a new link of theirs',
    );
  if (unknownSince !== null)
    return problem(
      'what answers at their address does not know you: they have blocked or forgotten you or have set up anew, or it is not theirs',
      'if it lasts, you need a new link from them',
    );
  if (address === '')
    return problem(
      'they have given no address: nothing goes out by network',
      'ask them to set one, or carry it by hand: cryptochat pack CONTACT FILE',
    );
  return null;
}

/** Checks when a contact was last heard, and how the tries to reach it went. */
export function checkAnswers(person: PersonFacts, now: number): readonly Check[] {
  const { label, away, lastHeardAt, lastAnsweredAt } = person;
  const heard = lastHeardAt === null ? 'never heard' : `last heard ${agoWords(lastHeardAt, now)}`;
  const answered = lastAnsweredAt === null ? '' : `, last answered ${agoWords(lastAnsweredAt, now)}`;
  if (away === null) return [check('answers', label, 'ok', [`${heard}${answered}`])];
  const next = away.nextTryAt <= now ? 'now' : `in ${spanWords(away.nextTryAt - now)}`;
  const text = `${countWords(away.attempts, 'try').replace('trys', 'tries')} failed, because ${away.reason}; the next is ${next}; ${heard}${answered}`;
  const hint = isOfProxy(away.reason)
    ? `look at ${isOfTor(away.reason) ? 'tor' : 'the proxy'}: nothing is known about them`
    : 'nothing to do if they are just away; else ask them whether their address has changed';
  return [check('answers', label, 'note', [text, hint])];
}

/** Checks how many messages wait for a contact. */
export function checkWaiting({ label, queued, waitsSince }: PersonFacts, now: number): Check {
  if (queued === 0) return check('waiting', label, 'ok', ['nothing waits for them']);
  const since = waitsSince === null ? '' : `, the first since ${spanWords(now - waitsSince)}`;
  const words = [
    `${countWords(queued, 'message')} ${queued === 1 ? 'waits' : 'wait'} here${since}`,
    'they go out by themselves; cryptochat retry tries now',
  ] as const;
  return check('waiting', label, 'note', words);
}

/** Checks whether a contact uses my newest key. */
export function checkFollows({ label, followed }: PersonFacts): Check {
  if (followed) return check('follows', label, 'ok', ['they use your newest key']);
  const words = [
    'they do not use your newest key yet',
    'they will when they are next heard; within 14 days, or a new link is needed',
  ] as const;
  return check('follows', label, 'note', words);
}
