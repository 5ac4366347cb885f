import type { ContactState } from '../core/types.ts';

/** The certainty of a contact's identity, in words. */
export const stateWords: Readonly<Record<ContactState, string>> = {
  requested: 'not accepted yet',
  'not-compared': 'not compared',
  compared: 'compared',
  'changed-signed': 'new key, signed by the old one',
  conflict: 'two keys, sending is stopped',
  revoked: 'key revoked, sending is stopped',
  blocked: 'blocked',
};

/** The length of the longest of these words. */
export const widestState = Math.max(...Object.values(stateWords).map((words) => words.length));
