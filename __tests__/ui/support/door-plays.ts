import type { Door } from '../../../source/core/door.ts';
import { ChatError } from '../../../source/core/errors.ts';
import { sampleClient } from './samples.ts';
import type { Play, Plays } from './stage.ts';

const defaults = { name: 'alice', passphrase: null, listen: '0.0.0.0:8080', keepListening: true };

const firstRun: Door = {
  kind: 'first-run',
  defaults: { ...defaults, address: '192.168.1.20:8080' },
  setUp: () => Promise.resolve(sampleClient()),
};

const locked: Door = {
  kind: 'locked',
  unlock: (passphrase) =>
    passphrase === 'right'
      ? Promise.resolve(sampleClient())
      : Promise.reject(new ChatError('passphrase-wrong')),
};

/** On the first run: after other keys the cursor is on one line, and the key takes it to another. */
function moves(keys: readonly string[], from: string, to: string): Play {
  return async (at) => {
    await at.door(firstRun, 'Receive while');
    at.key(...keys);
    await at.cursorOn(from);
    at.press();
    await at.cursorOn(to);
  };
}

/** Plays of the keys before there is a conversation. */
export const doorPlays: Plays<'set-up' | 'unlock'> = {
  'set-up': {
    async 'answer-set-up'(at) {
      await at.door(firstRun, 'Receive while');
      await at.cursorOn('Name');
      at.press();
      await at.shows('write to bob');
    },
    'set-passphrase': moves([], 'Name', 'Passphrase'),
    'change-address': moves([], 'Name', 'Address'),
    async 'change-receiving'(at) {
      await at.door(firstRun, 'Receive while closed: yes');
      at.press();
      await at.shows('Receive while closed: no');
    },
    'next-field': moves(['ctrl+p'], 'Passphrase', 'Repeat it'),
    'previous-field': moves(['ctrl+p'], 'Passphrase', 'Name'),
    async quit(at) {
      await at.door(firstRun, 'Receive while');
      at.press();
      await at.ends();
    },
  },
  unlock: {
    async unlock(at) {
      await at.door(locked, 'Passphrase');
      at.type('right');
      at.press();
      await at.shows('write to bob');
    },
    async quit(at) {
      await at.door(locked, 'Passphrase');
      at.press();
      await at.ends();
    },
  },
};
