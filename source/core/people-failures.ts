import { exits, type Failure } from './failure.ts';

const { usage, operating } = exits;

/** The part of core/failures.ts that is about comparing, blocking and looking for things. */
export const peopleFailures = {
  'digits-bad': {
    text: (detail) => detail,
    hint: 'take all twelve groups of five, as the other person sees them',
    exit: usage,
  },
  'digits-differ': {
    text: (name) => `THESE ARE NOT the digits of you and ${name}`,
    hint: 'somebody may sit between you; compare again over another channel before you write anything that matters',
    exit: operating,
  },
  'compare-blocked': {
    text: (name) => `${name} is blocked, nothing was compared`,
    hint: 'unblock first, then compare',
    exit: operating,
  },
  'compare-requested': {
    text: (name) => `${name} was not accepted yet, nothing was compared`,
    hint: 'compare when the two of you are contacts',
    exit: operating,
  },
  'compare-revoked': {
    text: (name) => `${name} has revoked this key, nothing was compared`,
    hint: 'ask for a new link another way',
    exit: operating,
  },
  'link-barred': {
    text: (key) => `you have blocked the maker of this link, key ${key}`,
    hint: 'to let them in again: cryptochat unblock, with that key',
    exit: operating,
  },
  'search-long': {
    text: (most) => `this is too long to look for, ${most} letters are the most`,
    hint: 'look for a part of it',
    exit: usage,
  },
  'search-empty': {
    text: () => 'there is nothing to search for',
    hint: 'give a text',
    exit: usage,
  },
} as const satisfies Record<string, Failure>;
