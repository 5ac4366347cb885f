import { describe, expect, test } from 'vitest';
import { keymap } from '../../source/ui/keymap.ts';
import { keyBytes } from '../support/key-bytes.ts';
import { conversationPlays } from './support/conversation-plays.ts';
import { dialogPlays } from './support/dialog-plays.ts';
import { doorPlays } from './support/door-plays.ts';
import { messagePlays } from './support/message-plays.ts';
import { stageFor, type Place, type Play, type Plays } from './support/stage.ts';
import { vimPlays } from './support/vim-plays.ts';
import { writingPlays } from './support/writing-plays.ts';

const plays: Plays<Place> = {
  ...conversationPlays,
  ...writingPlays,
  ...messagePlays,
  ...vimPlays,
  ...dialogPlays,
  ...doorPlays,
};

const played: ReadonlyMap<string, Play> = new Map(
  Object.entries(plays).flatMap(([where, each]) =>
    Object.entries<Play>(each).map(([action, play]) => [`${where} ${action}`, play] as const),
  ),
);
const bindings = keymap.map(({ where, action, keys, help }) => ({
  name: `${where} ${action}`,
  action,
  key: String(keys[0]),
  help,
}));

test('every binding of the key map has a play, and every play a binding', () => {
  expect([...played.keys()].toSorted()).toEqual(bindings.map(({ name }) => name).toSorted());
});

describe('every key does what the help says', () => {
  test.each(bindings)('$name: $key, $help', async ({ name, key }) => {
    const stage = stageFor(key);
    await played.get(name)?.(stage);
    expect(stage.wasPressed()).toBe(true);
  });
});

/** Quitting keeps a key that nobody plays, to end the screen with. */
const spare = 'ctrl+alt+f';

/** All of them in a long run, six others each time in a short one. */
const taken =
  process.env['SLOW'] === '1' ? bindings : bindings.toSorted(() => Math.random() - 0.5).slice(0, 6);

describe('no play passes without its key', () => {
  test.each(taken)('$name', async ({ name, action, key }) => {
    const keys = { [action]: action === 'quit' ? [spare] : [] };
    const stage = stageFor(key, { settings: { keys }, effectMs: 300 });
    await expect(played.get(name)?.(stage)).rejects.toThrow('in vain');
    expect(stage.wasPressed()).toBe(true);
    if (action === 'quit') stage.type(keyBytes(spare));
  });
});
