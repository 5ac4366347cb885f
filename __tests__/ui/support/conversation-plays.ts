import { expect, vi } from 'vitest';
import { longClient } from './play-clients.ts';
import { contactOf, sampleClient, sampleState } from './samples.ts';
import type { Play, Plays } from './stage.ts';

/** Pressed in a conversation the key shows `text`. */
function shows(text: string | RegExp, call?: string): Play {
  return async (at) => {
    await at.conversation();
    at.press();
    await at.shows(text);
    if (call !== undefined) await at.asked(call);
  };
}

const news = sampleState({
  contacts: [contactOf(1, 'bob'), contactOf(2, 'carol'), contactOf(3, 'dave', { unread: 1 })],
});

/** Plays of the keys in a conversation, and of those that count everywhere. */
export const conversationPlays: Plays<'conversation' | 'everywhere'> = {
  conversation: {
    async send(at) {
      await at.conversation();
      at.type('hello');
      at.press();
      await at.asked('send', { contact: '1', text: 'hello' });
      await at.shows(/you 12:00 *\n.*┊ hello/u);
      await at.shows('❯ write to bob');
    },
    async 'new-line'(at) {
      await at.conversation();
      at.type('one');
      at.press();
      at.type('two');
      await at.shows(/❯ one\n {3}two/u);
      expect(at.timesAsked('send')).toBe(0);
    },
    'open-palette': shows('─ Go to ─'),
    'show-keys': shows('BEGIN PUBLIC KEY', 'keys'),
    async 'rotate-keys'(at) {
      await at.conversation();
      at.press();
      await at.shows('Rotate your key?');
      expect(at.timesAsked('rotate')).toBe(0);
    },
    'verify-contact': shows('Verify bob', 'verify'),
    'open-help': shows('Help · cryptochat'),
    'next-conversation': shows('write to carol'),
    'previous-conversation': shows('write to dave'),
    async 'go-to-number'(at) {
      await at.conversation();
      at.key('ctrl+p');
      await at.shows('write to dave');
      at.press();
      await at.shows('write to bob');
    },
    async 'next-unread'(at) {
      await at.conversation(sampleClient(news));
      at.press();
      await at.shows('write to dave');
    },
    async 'toggle-list'(at) {
      await at.conversation();
      await at.shows('carol');
      at.press();
      await at.hides('carol');
      at.press();
      await at.shows('carol');
    },
    async 'narrow-list'(at) {
      await at.conversation();
      await at.shows(/^.{20}│/mu);
      at.press();
      await at.shows(/^.{16}│/mu);
    },
    async 'widen-list'(at) {
      await at.conversation();
      await at.shows(/^.{20}│/mu);
      at.press();
      await at.shows(/^.{28}│/mu);
    },
    'open-search': shows('─ Find with bob ─'),
    async 'page-up'(at) {
      await at.conversation(longClient());
      await at.shows('line 200');
      at.press();
      await at.shows('newer below');
      await at.hides('line 200');
    },
    async 'page-down'(at) {
      await at.conversation(longClient());
      at.key('pageup');
      await at.shows('newer below');
      at.press();
      await at.shows('line 200');
    },
    async 'go-oldest'(at) {
      await at.conversation(longClient());
      at.press();
      await at.shows(/line 1$/mu);
    },
    async 'go-newest'(at) {
      await at.conversation(longClient());
      at.key('ctrl+home');
      await at.shows(/line 1$/mu);
      at.press();
      await at.shows('line 200');
    },
    async 'row-up'(at) {
      await at.conversation();
      at.type('one\ntwo');
      at.press();
      at.type('|');
      await at.shows(/❯ one\|\n {3}two/u);
      at.key('ctrl+c');
      await at.shows('❯ write to bob');
      at.press();
      await at.picks('I will be');
    },
    async 'row-down'(at) {
      await at.conversation();
      at.type('one\ntwo');
      at.key('up');
      at.press();
      at.type('|');
      await at.shows(/❯ one\n {3}two\|/u);
    },
    async 'recall-older'(at) {
      await at.conversation();
      at.type('said before\r');
      await at.asked('send');
      await at.hides('❯ said before');
      at.press();
      await at.shows('❯ said before');
    },
    async 'recall-newer'(at) {
      await at.conversation();
      at.type('said first\r');
      await at.asked('send', { contact: '1', text: 'said first' });
      at.type('said next\r');
      await at.asked('send', { contact: '1', text: 'said next' });
      at.key('ctrl+up', 'ctrl+up');
      await at.shows('❯ said first');
      at.press();
      await at.shows('❯ said next');
    },
    async cancel(at) {
      await at.conversation(longClient());
      at.key('pageup');
      await at.shows('newer below');
      at.type('/nothing\r');
      await at.shows('error: there is no command');
      at.press();
      await at.hides('error:');
      await at.shows('line 200');
    },
    async 'edit-draft'(at) {
      await at.conversation();
      at.type('a draft');
      at.press();
      await at.shows('❯ a draft and more');
      await at.asked('edit', 'a draft');
    },
    async 'clear-draft'(at) {
      await at.conversation();
      at.type('some words');
      await at.shows('❯ some words');
      at.press();
      await at.shows('❯ write to bob');
      await at.shows('again to quit');
      at.press();
      await at.ends();
    },
    async 'delete-or-quit'(at) {
      await at.conversation();
      at.type('abc');
      at.key('ctrl+a');
      at.press();
      at.type('|');
      await at.shows('❯ |bc');
      at.key('ctrl+e', 'ctrl+u');
      await at.shows('❯ write to bob');
      at.press();
      await at.ends();
    },
  },
  everywhere: {
    lock: shows('Unlock cryptochat', 'lock'),
    async redraw(at) {
      await at.conversation();
      const before = at.raw().length;
      at.press();
      await at.until('all is erased', () => at.raw().slice(before).includes('\u001b[H\u001b[2J'));
      await at.shows('on my way');
    },
    async suspend(at) {
      await at.conversation();
      // The real signal would stop the whole group of processes, the test's own with it.
      const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
      try {
        at.press();
        await at.until('the signal', () => kill.mock.calls.length > 0);
        expect(kill.mock.calls).toEqual([[0, 'SIGTSTP']]);
        expect(at.raw()).toMatch(/\u001b\[\?1049l\u001b\[\?25h$/u);
      } finally {
        kill.mockRestore();
        process.emit('SIGCONT');
      }
      at.type('back');
      await at.shows('❯ back');
    },
    async quit(at) {
      await at.conversation();
      at.press();
      await at.ends();
    },
  },
};
