import type { Entry } from './entry.ts';

/** The part of commands/table.ts that only looks: at what the network saw. */
export const lookingCommands = {
  wire: {
    usage: 'MESSAGE-ID',
    help: 'print what the network saw of a message: headers, bytes',
    flags: ['json'],
    words: [1, 1],
    load: async () => (await import('./wire.ts')).wire,
  },
} as const satisfies Record<string, Entry>;
