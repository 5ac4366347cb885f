import { exits, type Failure } from './failure.ts';

const { usage, operating, peerAway } = exits;

/** The part of core/failures.ts that is about links, and about who asks with one. */
export const linkFailures = {
  'peer-unasked': {
    text: (why) => `this link cannot be asked from here: ${why}`,
    hint: 'ask for a link with a number or a name of the internet: cryptochat invite --address HOST:PORT',
    exit: peerAway,
  },
  'peer-foreign': {
    text: (address) => `something else answers at ${address}`,
    hint: 'the link stays good; try again from another network, or ask them whether their address has changed',
    exit: peerAway,
  },
  'link-malformed': {
    text: () => 'this link is damaged or was cut short',
    hint: 'copy the whole link again, from cryptochat: to the port; put quotation marks around one of several lines',
    exit: usage,
  },
  'link-foreign': {
    text: () => 'this is not a cryptochat link',
    hint: 'a link begins with cryptochat: and ends with a port; ask for one: cryptochat invite',
    exit: usage,
  },
  'link-changed': {
    text: () => 'a letter or the address of this link was changed',
    hint: 'copy the whole link again; it works only with the address that it was made with',
    exit: usage,
  },
  'link-version': {
    text: () => 'this link is for another version of cryptochat',
    hint: 'the two of you need the same version; ask for a new link after updating',
    exit: operating,
  },
  'link-own': {
    text: () => 'this is your own link',
    hint: 'give it to the other person; they join with it',
    exit: operating,
  },
  'link-known': {
    text: (name) => `you already have ${name}, and this link was used, or has expired`,
    hint: 'write to them; if nothing arrives, ask for a new link',
    exit: operating,
  },
  'link-old': {
    text: (name) => `this link names a key that ${name} has replaced`,
    hint: 'write to them as before; if nothing arrives, ask for a new link',
    exit: operating,
  },
  'link-blocked': {
    text: (name) => `this link is from ${name}, whom you have blocked`,
    hint: 'cryptochat unblock CONTACT lets them in again; then join',
    exit: operating,
  },
  'link-used': {
    text: () => 'this link was already used, or has expired',
    hint: 'each link works once; ask for a new one',
    exit: operating,
  },
  'link-unknown': {
    text: (address) => `what answers at ${address} does not know this link`,
    hint: 'it was withdrawn or has expired, or something else answers there now; ask them for a new link, and whether their address has changed',
    exit: operating,
  },
  'link-forged': {
    text: () => 'the answer to this link was not made by the person who made the link',
    hint: 'somebody on the way may be changing what you receive; ask for a new link another way',
    exit: operating,
  },
  'invites-many': {
    text: () => 'there are already 100 open links',
    hint: 'wait until some are used; a link ends after 14 days; cryptochat invite --withdraw-all ends all of them',
    exit: operating,
  },
  'contact-asks': {
    text: (name) => `${name} asks to be your contact`,
    hint: 'cryptochat accept CONTACT lets them in, cryptochat decline CONTACT forgets them; then you can write',
    exit: operating,
  },
  'request-none': {
    text: (name) => `${name} does not ask to be your contact`,
    hint: 'cryptochat contacts shows who asks',
    exit: operating,
  },
  'request-old': {
    text: (name) => `${name} asked before you changed your key, too long ago to be answered`,
    hint: 'decline it, and give them a new link',
    exit: operating,
  },
} as const satisfies Record<string, Failure>;
