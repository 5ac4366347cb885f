import { longClient } from './play-clients.ts';
import { sampleWire } from './samples.ts';
import type { Play, Plays, Stage } from './stage.ts';

/** Selects the newest message, which is one that waits to be sent. */
async function newest(at: Stage): Promise<void> {
  await at.conversation();
  at.key('up');
  await at.picks('I will be');
}

function onNewest(text: string): Play {
  return async (at) => {
    await newest(at);
    at.press();
    await at.shows(text);
  };
}

/** In a long conversation: after other keys one message is selected, and the key selects another. */
function moves(keys: readonly string[], from: RegExp, to: RegExp): Play {
  return async (at) => {
    await at.conversation(longClient());
    at.key('up', ...keys);
    await at.picks(from);
    at.press();
    await at.picks(to);
  };
}

async function atHits(at: Stage): Promise<void> {
  await at.conversation(longClient());
  at.key('ctrl+f');
  at.type('line');
  await at.shows('3 messages');
  at.key('enter');
  await at.picks('line 150');
}

/** Plays of the keys while a message is selected, and between the hits of a search. */
export const messagePlays: Plays<'selecting' | 'finding'> = {
  selecting: {
    reply: onNewest('❯ > I will be at the station'),
    'write-again': onNewest('❯ Shall we meet at the old lighthouse'),
    'ask-erase': onNewest('Delete this message here?'),
    async 'copy-message'(at) {
      await newest(at);
      at.press();
      await at.copied(sampleWire.text);
      await at.shows('sent to your terminal');
    },
    'open-message': onNewest('─ To bob ─'),
    'wire-selected': onNewest('On the wire · to bob'),
    async 'retry-message'(at) {
      await newest(at);
      at.press();
      await at.asked('retry');
      await at.shows('sending everything that is queued');
    },
    async 'pick-older'(at) {
      await newest(at);
      at.press();
      await at.picks('on my way');
    },
    async 'pick-newer'(at) {
      await newest(at);
      at.key('up');
      await at.picks('on my way');
      at.press();
      await at.picks('I will be');
      at.press();
      await at.picks('');
      await at.shows('Enter send');
    },
    'pick-page-up': moves([], /line 200/u, /line 18\d/u),
    'pick-page-down': moves(['ctrl+home'], /line 1 *$/u, /line 1\d *$/u),
    'pick-oldest': moves([], /line 200/u, /line 1 *$/u),
    'pick-newest': moves(['home'], /line 1 *$/u, /line 200/u),
    async 'end-picking'(at) {
      await newest(at);
      at.press();
      await at.picks('');
      await at.shows('Enter send');
    },
  },
  finding: {
    async 'older-hit'(at) {
      await atHits(at);
      at.press();
      await at.picks('line 100');
    },
    async 'newer-hit'(at) {
      await atHits(at);
      at.key('n', 'n');
      await at.picks('line 50');
      at.press();
      await at.picks('line 100');
    },
  },
};
