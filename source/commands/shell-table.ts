import type { Entry } from './entry.ts';

/** The part of commands/table.ts that is for shells. */
export const shellCommands = {
  completions: {
    usage: 'bash/zsh/fish',
    help: 'print what makes a shell complete commands, flags and contacts',
    flags: [],
    words: [1, 1],
    homeless: true,
    load: async () => (await import('./completions.ts')).completions,
  },
  'contact-names': {
    usage: '',
    flags: [],
    words: [0, 0],
    homeless: true,
    load: async () => (await import('./contact-names.ts')).contactNames,
  },
} as const satisfies Record<string, Entry>;
