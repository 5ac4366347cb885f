import type { ContactState, Printable } from '../core/types.ts';
import type { Look } from './line.ts';
import { say } from './text/say.ts';

/** What each state of a contact is called, and the one sign it has in the sidebar. */
export const contactStates: Readonly<
  Record<ContactState, { readonly words: Printable; readonly sign: Printable; readonly look: Look }>
> = {
  requested: { words: say`wants to write with you`, sign: say`?`, look: 'warn' },
  'not-compared': { words: say`not compared`, sign: say` `, look: 'dim' },
  compared: { words: say`compared ✓`, sign: say`✓`, look: 'good' },
  'changed-signed': { words: say`new key, signed by the old one`, sign: say`~`, look: 'warn' },
  conflict: { words: say`the key changed without the old one's signature`, sign: say`!`, look: 'bad' },
  revoked: { words: say`their key was revoked`, sign: say`!`, look: 'bad' },
  blocked: { words: say`blocked`, sign: say`×`, look: 'dim' },
};
