import type { Door } from '../../../source/core/door.ts';
import { ChatError } from '../../../source/core/errors.ts';
import { sampleClient } from './samples.ts';
import type { Play, Plays, Stage } from './stage.ts';

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
    await at.door(firstRun, 'Keep receiving');
    at.key(...keys);
    await at.cursorOn(from);
    at.press();
    await at.cursorOn(to);
  };
}

async function withoutPassphrase(at: Stage): Promise<void> {
  await at.door(firstRun, 'Keep receiving');
  at.key('tab', 'tab', 'tab', 'tab', 'tab', 'enter');
  await at.shows('Without a passphrase');
  at.press();
}

/** What the keys do before there is a conversation. */
export const doorPlays: Plays<'set-up' | 'no-passphrase' | 'unlock'> = {
  'set-up': {
    async 'answer-set-up'(at) {
      await at.door(firstRun, 'Keep receiving');
      await at.cursorOn('Name');
      at.press();
      await at.cursorOn('Passphrase');
      at.key('tab', 'tab', 'tab', 'tab');
      await at.cursorOn('Keep receiving');
      at.press();
      await at.shows('Without a passphrase');
    },
    'next-field': moves([], 'Name', 'Passphrase'),
    'previous-field': moves(['tab'], 'Passphrase', 'Name'),
    async quit(at) {
      await at.door(firstRun, 'Keep receiving');
      at.press();
      await at.ends();
    },
  },
  'no-passphrase': {
    async 'accept-no-passphrase'(at) {
      await withoutPassphrase(at);
      await at.shows('write to bob');
    },
    async 'close-dialog'(at) {
      await withoutPassphrase(at);
      await at.shows('Welcome to cryptochat');
      await at.cursorOn('Keep receiving');
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
