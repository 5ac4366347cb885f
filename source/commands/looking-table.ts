import type { Entry } from './entry.ts';

/** The part of commands/table.ts that only looks: at what the network saw, and at what is in the way. */
export const lookingCommands = {
  wire: {
    usage: 'MESSAGE-ID',
    help: 'print what the network saw of a message: headers, bytes',
    flags: ['json'],
    words: [1, 1],
    load: async () => (await import('./wire.ts')).wire,
  },
  doctor: {
    usage: '',
    help: 'say why you can or cannot be reached; connects to your own address only',
    flags: ['json'],
    words: [0, 0],
    load: async () => (await import('./doctor.ts')).doctor,
  },
} as const satisfies Record<string, Entry>;
