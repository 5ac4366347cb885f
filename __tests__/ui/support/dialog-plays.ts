import { settingNames } from '../../../source/core/settings.ts';
import { expect } from 'vitest';
import { askedClient, bobClient, longClient } from './play-clients.ts';
import {
  contactOf,
  sampleClient,
  type Sample,
  sampleBoxes,
  sampleBoxLink,
  sampleKeys,
  sampleLink,
  sampleWire,
} from './samples.ts';
import type { Place, Play, Plays, Stage } from './stage.ts';

/** Types `line` in a conversation and waits for what that opens. */
async function opened(at: Stage, line: string, sees: string, client?: Sample): Promise<void> {
  await at.conversation(client);
  at.type(line);
  await at.shows(sees);
}

/** In the keys sheet the key copies one part of it. */
function copies(part: 'fingerprint' | 'publicKeyPem'): Play {
  return async (at) => {
    await opened(at, '/keys\r', 'BEGIN PUBLIC KEY');
    at.press();
    await at.copied(sampleKeys[part]);
  };
}

/** In the join form the key goes to another line. */
function movesInJoin(keys: readonly string[], from: string, to: string): Play {
  return async (at) => {
    await opened(at, '/join\r', 'Paste the link');
    at.key(...keys);
    await at.cursorOn(from);
    at.press();
    await at.cursorOn(to);
  };
}

/** In the palette: other keys, the key, and Enter goes to somebody. */
function goes(keys: readonly string[], to: string): Play {
  return async (at) => {
    await at.conversation();
    at.key('ctrl+k');
    await at.shows('─ Go to ─');
    at.key(...keys);
    at.press();
    at.key('enter');
    await at.shows(`write to ${to}`);
  };
}

/** In the wire sheet, which shows the request. */
function turns(to: string): Play {
  return async (at) => {
    await opened(at, '/wire\r', '❯ Request');
    at.press();
    await at.shows(`❯ ${to}`);
  };
}

/** In the list of settings, with the choice on `theme`. */
function onTheme(check: Play): Play {
  return async (at) => {
    await opened(at, '/settings\r', '─ Settings ─');
    at.key(...settingNames.slice(0, settingNames.indexOf('theme')).map(() => 'down' as const));
    await at.shows('❯ theme');
    at.press();
    await check(at);
  };
}

/** In the list of those who ask, with the choice on the first of them. */
function onErin(check: Play): Play {
  return async (at) => {
    await opened(at, '/requests\r', '❯ erin', askedClient());
    at.press();
    await check(at);
  };
}

/** In the search, with three hits; Enter goes to the chosen one. */
function takes(keys: readonly string[], to: string): Play {
  return async (at) => {
    await opened(at, '/find line\r', '3 messages', longClient());
    at.key(...keys);
    at.press();
    at.key('enter');
    await at.picks(to);
  };
}

/** Plays of the keys about a changed key: `sees` is there once the dialog has told what happened. */
function identityPlays(
  state: 'changed-signed' | 'conflict',
  sees: string,
): Plays<'identity'>['identity'] & Plays<'stopped'>['stopped'] {
  const about = async (at: Stage): Promise<void> => {
    await at.conversation(bobClient({ state }));
    at.key('ctrl+g');
    await at.shows(sees);
    at.press();
  };
  return {
    async 'compare-identity'(at) {
      await about(at);
      await at.shows('Verify bob');
    },
    async 'close-dialog'(at) {
      await about(at);
      await at.hides('The key of bob');
      expect(at.timesAsked('block')).toBe(0);
    },
    async 'invite-instead'(at) {
      await about(at);
      await at.asked('invite');
      await at.shows('Send this link to one person');
    },
    async 'block-identity'(at) {
      await about(at);
      await at.asked('block', { contact: '1' });
      await at.shows('bob is blocked');
    },
  };
}

type ElsewherePlace =
  | 'conversation'
  | 'everywhere'
  | 'text'
  | 'completion'
  | 'selecting'
  | 'finding'
  | 'vim'
  | 'vim-selecting'
  | 'set-up'
  | 'unlock';

/** Plays of the keys in the dialogs behind the door. */
export const dialogPlays: Plays<Exclude<Place, ElsewherePlace>> = {
  dialog: {
    async 'close-dialog'(at) {
      await opened(at, '/keys\r', 'BEGIN PUBLIC KEY');
      at.press();
      await at.hides('BEGIN PUBLIC KEY');
      await at.shows('write to bob');
    },
    async 'scroll-dialog-up'(at) {
      await opened(at, '/help\r', 'type to search');
      at.key('down');
      await at.hides('type to search');
      at.press();
      await at.shows('type to search');
    },
    async 'scroll-dialog-down'(at) {
      await opened(at, '/help\r', 'type to search');
      at.press();
      await at.hides('type to search');
    },
  },
  invite: {
    async 'copy-link'(at) {
      await opened(at, '/invite\r', 'Send this link to one person');
      at.press();
      await at.copied(sampleLink);
      await at.shows("Sent to your terminal's clipboard");
    },
  },
  lend: {
    async 'copy-link'(at) {
      await opened(at, '/lend\r', 'Send this link to one person');
      at.press();
      await at.copied(sampleBoxLink);
      await at.shows("Sent to your terminal's clipboard");
    },
  },
  boxes: {
    async 'leave-box'(at) {
      await opened(at, '/box\r', '❯ mail.example.org');
      at.press();
      await at.shows('Leave this mailbox?');
      await at.shows('mail.example.org');
      expect(at.timesAsked('leaveBox')).toBe(0);
    },
    async 'box-up'(at) {
      await opened(at, '/box\r', '❯ mail.example.org');
      at.key('down');
      await at.shows('❯ https://chat.example.net');
      at.press();
      await at.shows('❯ mail.example.org');
    },
    async 'box-down'(at) {
      await opened(at, '/box\r', '❯ mail.example.org');
      at.press();
      await at.shows('❯ https://chat.example.net');
    },
  },
  'leave-box': {
    async 'confirm-leave-box'(at) {
      await opened(at, '/box\r', '❯ mail.example.org');
      at.key('d');
      await at.shows('Leave this mailbox?');
      at.press();
      await at.asked('leaveBox', { place: sampleBoxes[0]?.place });
      await at.shows('you have left the mailbox');
    },
  },
  join: {
    async join(at) {
      await opened(at, '/join\r', 'Paste the link');
      at.type(sampleLink);
      at.press();
      await at.asked('join', { link: sampleLink });
      await at.shows('carol is added');
      await at.shows('write to carol');
    },
    'next-field': movesInJoin([], 'Link', 'Your name for them'),
    'previous-field': movesInJoin(['tab'], 'Your name for them', 'Link'),
  },
  joined: {
    async 'open-joined'(at) {
      const client = sampleClient();
      await opened(at, '/invite\r', 'Send this link to one person', client);
      client.state.update((state) => ({ ...state, contacts: [...state.contacts, contactOf(9, 'newcomer')] }));
      await at.shows('newcomer joined.');
      at.press();
      await at.hides('newcomer joined.');
      await at.shows('write to newcomer');
    },
  },
  keys: { 'copy-key': copies('fingerprint'), 'copy-pem': copies('publicKeyPem') },
  rotate: {
    async 'confirm-rotation'(at) {
      await opened(at, '/rotate\r', 'Rotate your key?');
      at.press();
      await at.asked('rotate');
      await at.shows('You have a new key.');
    },
  },
  palette: {
    'palette-up': goes(['down', 'down'], 'carol'),
    'palette-down': goes([], 'carol'),
    async 'palette-take'(at) {
      await at.conversation();
      at.key('ctrl+k');
      at.type('crl');
      await at.shows('❯ carol');
      at.press();
      await at.shows('write to carol');
    },
  },
  wire: { 'next-wire-part': turns('Letters'), 'previous-wire-part': turns('Bytes') },
  doctor: {
    async 'examine-again'(at) {
      await opened(at, '/doctor\r', 'Problems');
      expect(at.timesAsked('doctor')).toBe(1);
      at.press();
      await at.until('it looks again', () => at.timesAsked('doctor') === 2);
      await at.shows('Problems');
    },
  },
  settings: {
    'next-value': onTheme((at) => at.saved('theme', 'dark')),
    'previous-value': onTheme((at) => at.saved('theme', 'none')),
    'setting-up': onTheme((at) => at.shows('❯ lock_after')),
    async 'setting-down'(at) {
      await opened(at, '/settings\r', '❯ listen');
      at.press();
      await at.shows('❯ address');
    },
  },
  notify: {
    async 'notify-up'(at) {
      await opened(at, '/notify\r', '❯ all messages');
      at.key('down');
      await at.shows('❯ messages with a word');
      at.press();
      await at.shows('❯ all messages');
    },
    async 'notify-down'(at) {
      await opened(at, '/notify\r', '❯ all messages');
      at.press();
      await at.shows('❯ messages with a word');
    },
    async 'notify-take'(at) {
      await opened(at, '/notify\r', '❯ all messages');
      at.key('down', 'down', 'down');
      await at.shows('❯ none for 1 hour');
      at.press();
      await at.asked('mute', { contact: '1', muted: true, forMs: 3_600_000 });
    },
  },
  themes: {
    async 'theme-up'(at) {
      await opened(at, '/theme none\r', 'theme: none');
      at.type('/theme\r');
      await at.shows('❯ none');
      at.press();
      await at.shows('❯ high-contrast');
    },
    async 'theme-down'(at) {
      await opened(at, '/theme\r', '❯ auto');
      at.press();
      await at.shows('❯ dark');
    },
    async 'theme-take'(at) {
      await opened(at, '/theme\r', '❯ auto');
      at.key('down', 'down');
      await at.shows('❯ light');
      at.press();
      await at.saved('theme', 'light');
    },
  },
  help: {
    async 'type-question'(at) {
      await opened(at, '/help\r', 'Help · cryptochat');
      at.press();
      await at.shows('❯ ?');
      await at.hides('Help · cryptochat');
    },
  },
  verify: {
    async compare(at) {
      await opened(at, '/verify\r', 'Their digits');
      at.type('123');
      await at.shows('3 of 30 digits');
      at.press();
      await at.asked('verify', { contact: '1', digits: '123' });
    },
  },
  identity: identityPlays('changed-signed', 'You can keep writing'),
  stopped: identityPlays('conflict', 'Two keys claim to be bob'),
  requests: {
    'accept-request': onErin((at) => at.asked('accept', { contact: '8' })),
    'decline-request': onErin((at) => at.asked('decline', { contact: '8' })),
    'block-request': onErin((at) => at.asked('block', { contact: '8' })),
    async 'request-up'(at) {
      await opened(at, '/requests\r', '❯ erin', askedClient());
      at.key('down');
      await at.shows('❯ frank');
      at.press();
      await at.shows('❯ erin');
    },
    'request-down': onErin((at) => at.shows('❯ frank')),
  },
  search: {
    async 'take-hit'(at) {
      await opened(at, '/find line\r', '3 messages', longClient());
      at.press();
      await at.picks('line 150');
    },
    async 'switch-scope'(at) {
      await opened(at, '/find line\r', '3 messages', longClient());
      await at.asked('search', { text: 'line', contact: '1', last: 200 });
      at.press();
      await at.shows('─ Find everywhere ─');
      await at.asked('search', { text: 'line', last: 200 });
    },
    'hit-up': takes(['down', 'down'], 'line 100'),
    'hit-down': takes([], 'line 100'),
  },
  message: {
    async 'copy-opened'(at) {
      await at.conversation();
      at.key('up', 'o');
      await at.shows('Shall we meet');
      at.press();
      await at.copied(sampleWire.text);
    },
  },
  erase: {
    async 'confirm-erase'(at) {
      await at.conversation();
      at.key('up', 'd');
      await at.shows('Delete this message here?');
      expect(at.timesAsked('erase')).toBe(0);
      at.press();
      await at.asked('erase');
      await at.hides('Delete this message here?');
    },
  },
  forget: {
    async 'confirm-forget'(at) {
      await opened(at, '/forget carol\r', 'Forget carol?');
      expect(at.timesAsked('forget')).toBe(0);
      at.press();
      await at.asked('forget', { contact: '2' });
      await at.shows('is forgotten');
    },
  },
};
