import { escapeJson } from '../core/printable.ts';
import type { Contact, ContactState, Message } from '../core/types.ts';

/** A value as one line of JSON that is safe on a terminal, no matter who wrote its content. */
export function jsonLine(value: object): string {
  return escapeJson(JSON.stringify(value));
}

/** The user's name for a contact: the alias, else the peer's own name. Not yet printable. */
export function labelOf(contact: Pick<Contact, 'name' | 'alias'>): string {
  return contact.alias ?? contact.name;
}

/** One line of `contacts --json` (a contract); times ISO 8601 UTC. */
export function contactJson(contact: Contact) {
  const { id, name, alias, state, fingerprint, address, queued, unread, muted, notifyWord } = contact;
  const lastHeard = isoTime(contact.lastHeardAt);
  const mutedUntil = isoTime(contact.mutedUntil);
  const rest = { queued, unread, lastHeard, muted, mutedUntil, notifyWord };
  return { id, name, alias, state, fingerprint, address, ...rest };
}

/** One line of `read --json` (a contract); `contact` is the user's name for the contact, times ISO 8601 UTC. */
export function messageJson(message: Message, contact: string) {
  const { id, direction, seq, sentAt, receivedAt, text, state, kind } = message;
  return {
    id,
    contact,
    direction,
    seq,
    sentAt: isoTime(sentAt),
    receivedAt: isoTime(receivedAt),
    text,
    state,
    kind,
  };
}

/** ms since 1970 as ISO 8601 UTC; null stays null, and a time outside of every calendar becomes null. */
export function isoTime(ms: number | null): string | null {
  if (ms === null || Math.abs(ms) > 8.64e15) return null;
  return new Date(ms).toISOString();
}

/** Resolves after so many ms. */
export function after(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms);
  });
}

/** Digits in groups of five, to be read out. */
export function inFives(digits: string): string {
  return (digits.match(/\d{5}/gu) ?? []).join(' ');
}

/** The certainty of a contact's identity, in words. */
export const stateWords: Readonly<Record<ContactState, string>> = {
  requested: 'not accepted yet',
  'not-compared': 'not verified',
  compared: 'verified',
  'changed-signed': 'new key, signed by the old one',
  conflict: 'two keys; sending is stopped',
  revoked: 'key revoked; sending is stopped',
  blocked: 'blocked',
};

/** The length of the longest of these words. */
export const widestState = Math.max(...Object.values(stateWords).map((words) => words.length));
