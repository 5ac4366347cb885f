import { longClient } from './play-clients.ts';
import { sampleClient } from './samples.ts';
import type { Play, Plays, Stage } from './stage.ts';

/** A long conversation, with vim mode in its normal mode. */
async function inNormalMode(at: Stage): Promise<void> {
  await at.conversation(longClient(), { editing: 'vim' });
  await at.shows('line 200');
  at.key('escape');
  await at.shows('NORMAL');
}

/** Opens something else than the conversation. */
function opens(text: string): Play {
  return async (at) => {
    await inNormalMode(at);
    at.press();
    await at.shows(text);
  };
}

/** After other keys one message is selected, and the key selects another. */
function moves(keys: readonly string[], from: RegExp, to: RegExp): Play {
  return async (at) => {
    await inNormalMode(at);
    at.key('k', ...keys);
    await at.picks(from);
    at.press();
    await at.picks(to);
  };
}

/** Plays of the keys with `editing = "vim"`, besides its commands in the draft. */
export const vimPlays: Plays<'vim' | 'vim-selecting'> = {
  vim: {
    async 'vim-redo'(at) {
      await at.conversation(sampleClient(), { editing: 'vim' });
      at.type('one two');
      await at.shows('❯ one two');
      at.key('escape', 'd', 'd', 'u');
      await at.shows('❯ one two');
      at.press();
      await at.hides('one two');
    },
    async 'half-page-up'(at) {
      await inNormalMode(at);
      at.press();
      await at.shows('newer below');
      await at.hides('line 200');
    },
    async 'half-page-down'(at) {
      await inNormalMode(at);
      at.key('pageup');
      await at.hides('line 200');
      for (let press = 0; press < 4; press += 1) at.press();
      await at.shows('line 200');
    },
    'vim-find': opens('Find with bob'),
    'vim-go-to': opens('Go to'),
  },
  'vim-selecting': {
    'pick-older': moves([], /line 200/u, /line 199/u),
    'pick-newer': moves(['up'], /line 199/u, /line 200/u),
    'pick-oldest': moves([], /line 200/u, /line 1\b/u),
    'pick-newest': moves(['up', 'up'], /line 198/u, /line 200/u),
    'pick-page-up': moves([], /line 200/u, /line 18\d/u),
    'pick-page-down': moves(['pageup'], /line 18\d/u, /line (?:199|200)/u),
  },
};
