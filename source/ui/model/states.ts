import type { Contact, ContactState, MessageState, Printable } from '../../core/types.ts';
import type { Look } from '../text/line.ts';
import { say } from '../text/say.ts';

/** How a state of a contact is shown: in a sentence, in a word, and as one sign; its colour only repeats that. */
export type Standing = {
  readonly words: Printable;
  readonly short: Printable;
  readonly sign: Printable;
  readonly look: Look;
};

/** The words, sign and look for each state of a contact. */
export const contactStates: Readonly<Record<ContactState, Standing>> = {
  requested: { words: say`not accepted yet`, short: say`not accepted`, sign: say`?`, look: 'warn' },
  'not-compared': { words: say`not compared`, short: say`not compared`, sign: say`○`, look: 'warn' },
  compared: { words: say`compared`, short: say`compared`, sign: say`✓`, look: 'good' },
  'changed-signed': {
    words: say`new key, signed by the old one`,
    short: say`new key, signed`,
    sign: say`~`,
    look: 'warn',
  },
  conflict: { words: say`two keys, sending is stopped`, short: say`conflict`, sign: say`!`, look: 'bad' },
  revoked: { words: say`key revoked, sending is stopped`, short: say`revoked`, sign: say`✗`, look: 'bad' },
  blocked: { words: say`blocked`, short: say`blocked`, sign: say`-`, look: 'dim' },
};

/** The meaning of each state of a message, in words. */
export const messageStates: Readonly<Record<MessageState, Printable>> = {
  queued: say`waits here until they can be reached`,
  sent: say`on their disk`,
  delivered: say`decrypted and stored by their client`,
  failed: say`not sent`,
  received: say`decrypted and stored here`,
};

type Stands = Pick<Contact, 'state' | 'request'>;

/** The standing of `contact`; if it is not accepted yet, the words say who waits for whom. */
export function standingOf(contact: Stands): Standing {
  const standing = contactStates[contact.state];
  if (contact.state !== 'requested') return standing;
  return isAsking(contact)
    ? { ...standing, words: say`wants to write with you`, short: say`asks` }
    : { ...standing, words: say`asked, not accepted yet`, short: say`asked` };
}

/** Tells whether this is somebody who asked to be let in, and not yet a contact. */
export function isAsking({ state, request }: Stands): boolean {
  return state === 'requested' && request === 'received';
}

/** Tells whether writing to `contact` is not allowed now. */
export function isStopped(contact: Stands): boolean {
  return isAsking(contact) || ['conflict', 'revoked', 'blocked'].includes(contact.state);
}
