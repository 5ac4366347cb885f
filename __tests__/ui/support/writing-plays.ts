import type { Play, Plays } from './stage.ts';

/** Types `before` and other keys, presses the key, and types a bar where the cursor is then: the draft is `after`. */
function edit(before: string, keys: readonly string[], after: string): Play {
  return async (at) => {
    await at.conversation();
    at.type(before);
    at.key(...keys);
    at.press();
    at.type('|');
    await at.shows(`❯ ${after}`);
  };
}

/** Begins a draft that something can complete, chooses with the key, takes with Enter: the draft is `after`. */
function chooses(after: string): Play {
  return async (at) => {
    await at.conversation();
    at.type('/r');
    await at.shows('Commands');
    at.press();
    at.key('enter');
    await at.shows(`❯ ${after}`);
    await at.hides('Commands');
  };
}

/** Plays of the keys in a text, and in the popup above it. */
export const writingPlays: Plays<'text' | 'completion'> = {
  text: {
    'cursor-left': edit('abc', [], 'ab|c'),
    'cursor-right': edit('abc', ['ctrl+a'], 'a|bc'),
    'word-left': edit('one two', [], 'one |two'),
    'word-right': edit('one two', ['ctrl+a'], 'one| two'),
    'line-start': edit('abc', [], '|abc'),
    'line-end': edit('abc', ['left', 'left'], 'abc|'),
    'delete-back': edit('abc', [], 'ab|'),
    'delete-ahead': edit('abc', ['ctrl+a'], '|bc'),
    'kill-to-start': edit('one two', ['left'], '|o'),
    'kill-big-word-back': edit('one two-three', [], 'one |'),
    'kill-word-back': edit('one two-three', [], 'one two-|'),
    'kill-word-ahead': edit('one two', ['ctrl+a'], '| two'),
    yank: edit('abc', ['ctrl+u'], 'abc|'),
    async 'yank-older'(at) {
      await at.conversation();
      for (const text of ['older', 'newer']) {
        at.type(text);
        at.key('ctrl+u');
      }
      at.key('ctrl+y');
      at.press();
      at.type('|');
      await at.shows('❯ older|');
    },
    transpose: edit('abc', [], 'acb|'),
    undo: edit('abc', ['ctrl+u'], 'abc|'),
    redo: edit('abc', ['ctrl+u', 'ctrl+_'], '|'),
  },
  completion: {
    async 'take-completion'(at) {
      await at.conversation();
      at.type('/qu');
      await at.shows('Commands');
      at.press();
      await at.shows('People');
      await at.shows('❯ /query');
    },
    'next-completion': chooses('/rename'),
    'previous-completion': chooses('/retry'),
    async 'close-completion'(at) {
      await at.conversation();
      at.type('/qu');
      await at.shows('Commands');
      at.press();
      await at.hides('Commands');
      await at.shows('❯ /qu');
    },
  },
};
