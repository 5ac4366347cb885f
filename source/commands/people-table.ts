import type { Entry } from './entry.ts';

/** The part of commands/table.ts that is about one contact: comparing, naming, blocking, forgetting. */
export const peopleCommands = {
  verify: {
    usage: 'CONTACT [DIGITS…]',
    help: 'print the number to compare; with DIGITS (or -) compare it',
    flags: [],
    words: [1, Infinity],
    load: async () => (await import('./verify.ts')).verify,
  },
  rename: {
    usage: 'CONTACT [NAME…]',
    help: 'give a contact a name of your own; without NAME, their own again',
    flags: [],
    words: [1, Infinity],
    load: async () => (await import('./rename.ts')).rename,
  },
  block: {
    usage: 'CONTACT',
    help: 'let nothing more come from a contact, nor go there',
    flags: [],
    words: [1, 1],
    load: async () => (await import('./block.ts')).block,
  },
  unblock: {
    usage: 'CONTACT',
    help: 'take a block back',
    flags: [],
    words: [1, 1],
    load: async () => (await import('./block.ts')).unblock,
  },
  forget: {
    usage: 'CONTACT',
    help: 'delete a contact and everything that was said',
    flags: ['yes'],
    words: [1, 1],
    load: async () => (await import('./forget.ts')).forget,
  },
} as const satisfies Record<string, Entry>;
