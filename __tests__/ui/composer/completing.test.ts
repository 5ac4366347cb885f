import { describe, expect, test } from 'vitest';
import { commands } from '../../../source/ui/commands/commands.ts';
import { completionOf, type Known } from '../../../source/ui/composer/completing.ts';
import { edits } from '../../../source/ui/model/edits.ts';
import { editorOf } from '../../../source/ui/model/editor.ts';
import { type Emoji, loadEmoji, withEmoji } from '../../../source/ui/model/emoji.ts';
import { contactOf } from '../support/samples.ts';

const emoji: Emoji = new Map([
  ['smile', '😄'],
  ['smiley', '😃'],
  ['sweat_smile', '😅'],
  ['100', '💯'],
]);
const contacts = [
  contactOf(1, 'Anna'),
  contactOf(2, 'Anna Maria', { state: 'blocked' }),
  contactOf(3, 'Bob', { state: 'requested', request: 'received' }),
];
const known: Known = { commands, contacts, emoji, themes: ['dusk', 'dawn'] };

/** The completions of a draft with `|` at the cursor. */
function offered(draft: string): readonly string[] | null {
  const at = { text: draft.replace('|', ''), cursor: draft.indexOf('|') };
  return completionOf(at, known)?.entries.map(({ insert }) => insert) ?? null;
}

test.each([
  ['/ver|', ['/verify ']],
  ['/VER|', ['/verify ']],
  ['/key|', ['/keys']],
  ['/un|', ['/unread', '/unpack ', '/unblock ']],
  ['/query |', ['Anna ', 'Anna Maria ', 'Bob ']],
  ['/query an|', ['Anna ', 'Anna Maria ']],
  ['/query mar|', ['Anna Maria ']],
  ['/query Anna|', ['Anna ', 'Anna Maria ']],
  ['/msg anna m|', ['Anna Maria ']],
  ['/unblock |', ['Anna Maria ']],
  ['/accept |', ['Bob ']],
  ['/set th|', ['theme ']],
  ['/set theme h|', ['high-contrast']],
  ['/set theme |', ['auto', 'dark', 'light', 'high-contrast', 'none', 'dusk', 'dawn']],
  ['/theme d|', ['dark', 'dusk', 'dawn']],
  ['/theme l|', ['light']],
  ['well :smi|', ['😄', '😃', '😅']],
  ['/msg Anna :10|', ['💯']],
] as const)('%s offers %j', (draft, entries) => {
  expect(offered(draft)).toEqual(entries);
});

test.each([
  ['', 'nothing'],
  ['a /ver|', 'a slash that is not at the start'],
  ['//ver|', 'a slash that is sent'],
  ['/ver|ify', 'a cursor in the middle of a word'],
  ['|/ver', 'a cursor before the slash'],
  ['/frob|', 'no such command'],
  ['/query Anna Maria|', 'a whole name'],
  ['/msg Anna hello|', 'text behind a name'],
  ['/rename An|', 'a command that wants no contact'],
  ['/set listen |', 'a value that can be anything'],
  ['/set theme dark|', 'a whole value'],
  ['/theme dusk|', 'the whole name of a theme file'],
  [':s|', 'one letter'],
  ['10:30:45|', 'a time'],
  ['http://smile|', 'an address'],
])('%s offers nothing: %s', (draft) => {
  expect(offered(draft)).toBeNull();
});

test('offers every command after a slash, with its arguments', () => {
  const all = completionOf({ text: '/', cursor: 1 }, known)?.entries ?? [];
  expect(all).toHaveLength(commands.length);
  expect(all.map(({ name }) => name)).toContain('/msg NAME TEXT');
});

describe('a whole name between colons', () => {
  test.each([
    ['hi :smile:', 'hi 😄'],
    [':sweat_smile:', '😅'],
    [':nothing_such:', ':nothing_such:'],
    ['5:100:', '5:100:'],
    [':smile', ':smile'],
  ])('%s becomes %s', (text, wanted) => {
    const made = withEmoji(editorOf(text), text.length, emoji);
    expect([made.text, made.cursor]).toEqual([wanted, wanted.length]);
  });

  test('can be undone', () => {
    expect(edits.undo(withEmoji(editorOf(':smile:'), 7, emoji)).text).toBe(':smile:');
  });

  test('leaves the cursor where it went meanwhile', () => {
    const gone = { ...editorOf(':smile: and more'), cursor: 11 };
    expect(withEmoji(gone, 7, emoji)).toMatchObject({ text: '😄 and more', cursor: 6 });
  });
});

test('the names are loaded, well-known ones first', async () => {
  const all = await loadEmoji();
  expect(all.get('smile')).toBe('😄');
  expect(all.get('+1')).toBe('👍');
  expect(all.size).toBeGreaterThan(1500);
  expect([...all.values()].every((sign) => /\p{Emoji}/u.test(sign))).toBe(true);
});
