import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Editor, editorOf, insert, moved, sent } from '../../../source/ui/model/editor.ts';
import { type Edit, edits } from '../../../source/ui/model/edits.ts';
import { moveRow } from '../../../source/ui/composer/writing.ts';

/** A text with `|` where the cursor is. */
function at(text: string): Editor {
  return moved(editorOf(text.replace('|', '')), text.indexOf('|'));
}

function marked({ text, cursor }: Editor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const table: ReadonlyArray<readonly [Edit, string, string]> = [
  ['cursor-left', 'ab|', 'a|b'],
  ['cursor-left', 'a👩‍👩‍👧‍👦|', 'a|👩‍👩‍👧‍👦'],
  ['cursor-left', 'e\u0301|', '|e\u0301'],
  ['cursor-left', '|a', '|a'],
  ['cursor-right', '|🇩🇪x', '🇩🇪|x'],
  ['cursor-right', 'a|', 'a|'],
  ['word-left', 'one two|', 'one |two'],
  ['word-left', 'one two  |', 'one |two  '],
  ['word-right', '|one two', 'one| two'],
  ['word-right', 'one| two', 'one two|'],
  ['line-start', 'a\nbc|d', 'a\n|bcd'],
  ['line-end', 'a|b\ncd', 'ab|\ncd'],
  ['delete-back', 'a👍🏽|b', 'a|b'],
  ['delete-back', '|ab', '|ab'],
  ['delete-ahead', 'a|👍🏽b', 'a|b'],
  ['delete-ahead', 'ab|', 'ab|'],
  ['kill-to-start', 'a\nbcd|e', 'a\n|e'],
  ['kill-to-start', 'a\n|b', 'a|b'],
  ['kill-big-word-back', 'see /etc/hosts |x', 'see |x'],
  ['kill-word-back', 'see /etc/hosts|', 'see /etc/|'],
  ['kill-word-ahead', 'a| bcd e', 'a| e'],
  ['transpose', 'ab|', 'ba|'],
  ['transpose', 'a|bc', 'ba|c'],
  ['transpose', '|ab', '|ab'],
  ['transpose', 'a|👍', '👍a|'],
  ['transpose', 'ab|\ncd', 'ba|\ncd'],
  ['transpose', 'ab\n|cd', 'ab\n|cd'],
  ['transpose', 'ab\nc|d', 'ab\ndc|'],
  ['transpose', 'ab\nc|', 'ab\nc|'],
  ['kill-big-word-back', 'a \u0301b|', 'a|'],
  ['kill-word-back', '🇩🇪🇫🇷|', '|'],
  ['yank', 'ab|', 'ab|'],
  ['undo', 'ab|', 'ab|'],
  ['redo', 'ab|', 'ab|'],
];

test.each(table)('%s: %s gives %s', (edit, before, after) => {
  expect(marked(edits[edit](at(before)))).toBe(after);
});

test('a word before a megabyte without a blank is cut at once', () => {
  // Counted, not timed: a search from every letter to the end would never come to an end here.
  const text = `${'a'.repeat(1_000_000)} bc`;
  expect(edits['kill-big-word-back'](editorOf(text)).text).toHaveLength(1_000_001);
});

describe('the kill ring', () => {
  test('kills in a row make one piece, in their order', () => {
    let editor = at('one two three|');
    editor = edits['kill-word-back'](editor);
    editor = edits['kill-word-back'](editor);
    expect(marked(editor)).toBe('one |');
    expect(marked(edits.yank(editor))).toBe('one two three|');
  });

  test('kills ahead in a row are put one after the other', () => {
    const editor = edits['kill-word-ahead'](edits['kill-word-ahead'](at('|one two three')));
    expect(marked(edits.yank(editor))).toBe('one two| three');
  });

  test('yank-older takes the place of the yanked piece', () => {
    let editor = edits['kill-big-word-back'](at('first second|'));
    editor = edits['kill-big-word-back'](edits['cursor-left'](editor));
    editor = edits.yank(editor);
    const [newest] = editor.ring;
    expect(editor.text).toContain(newest);
    expect(edits['yank-older'](editor).text).toContain('second');
  });

  test('yanks each older piece in turn, round and round; undo takes one step back', () => {
    let editor = at('one| two three');
    for (const text of ['one', 'two', 'three']) {
      editor = edits['kill-word-back'](insert(edits['cursor-right'](editorWith(editor, '')), text));
    }
    editor = edits.yank(editor);
    const seen = [editor.text];
    for (let step = 0; step < 3; step++) seen.push((editor = edits['yank-older'](editor)).text);
    expect(seen).toEqual(['three', 'two', 'one', 'three']);
    expect(edits.undo(editor).text).toBe('one');
    expect(edits['yank-older'](edits['cursor-left'](editor)).text).toBe('three');
  });
});

function editorWith(editor: Editor, text: string): Editor {
  return { ...editor, text, cursor: text.length };
}

describe('undo', () => {
  test('takes a typed word back as a whole, and redo brings it back', () => {
    let editor = editorOf('');
    for (const letter of 'one two') editor = insert(editor, letter, 'type');
    editor = edits.undo(editor);
    expect(editor.text).toBe('one ');
    expect(edits.redo(editor).text).toBe('one two');
  });

  test('a paste is one step', () => {
    expect(edits.undo(insert(insert(editorOf(''), 'a', 'type'), 'long paste')).text).toBe('a');
  });
});

describe('insert', () => {
  test.each([
    ['|\u0301x', 'e', 'e\u0301|x'],
    ['👩|\u200d👧x', 'a', '👩a\u200d|👧x'],
    ['🇩|🇪', '🇫', '🇩🇫|🇪'],
    ['|🇪🇸', '🇩', '🇩🇪|🇸'],
    ['ᄀ|', 'ᅡ', '가|'.normalize('NFD')],
  ])('%s with %s is %s: the cursor goes behind what has become one', (before, text, after) => {
    const { text: whole } = at(before);
    const editor = { ...editorOf(whole), cursor: before.indexOf('|') };
    expect(marked(insert(editor, text))).toBe(after);
  });

  const pasted: ReadonlyArray<readonly [string, string]> = [
    ['a\r\nb\rc', 'a\nb\nc'],
    ['a\tb', 'a\tb'],
    ['\ta\n\tb\t', '\ta\n\tb\t'],
    ['a\u001b[31mb\u0000', 'a[31mb'],
    ['\ud800x', '\ufffdx'],
  ];
  test.each(pasted)('%j becomes %j', (text, clean) => {
    expect(insert(editorOf(''), text).text).toBe(clean);
  });
});

describe('rows', () => {
  test('up and down keep their column over a short row', () => {
    let editor = at('abcdef\nx\nabc|def');
    editor = moveRow(editor, 40, -1);
    expect(marked(editor)).toBe('abcdef\nx|\nabcdef');
    expect(marked(moveRow(editor, 40, -1))).toBe('abc|def\nx\nabcdef');
  });

  test('up and down go through soft-wrapped rows', () => {
    expect(marked(moveRow(at('aaaa bbbb c|'), 9, -1))).toBe('aaaa b|bbb c');
  });

  test('up on the first row recalls a sent text, down returns to the draft', () => {
    const editor = insert(sent(sentOf('one')), 'draft');
    const recalled = moveRow(editor, 40, -1);
    expect(recalled.text).toBe('one');
    expect(moveRow(recalled, 40, 1).text).toBe('draft');
    expect(moveRow(recalled, 40, -1).text).toBe('one');
  });

  function sentOf(text: string): Editor {
    return insert(editorOf(''), text);
  }
});

/** Any edit that a key can do. */
const edit = fc.oneof(
  fc.constantFrom(...(Object.keys(edits) as Edit[])).map((name) => (editor: Editor) => edits[name](editor)),
  fc
    .oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('\u0301', '\u200d', '🇩', '👩', '\ufe0f', '가', '\u11a8'),
    )
    .map((text) => (editor: Editor) => insert(editor, text)),
  fc.constantFrom('a', ' ', 'é').map((text) => (editor: Editor) => insert(editor, text, 'type')),
  fc.constantFrom(1 as const, -1 as const).map((by) => (editor: Editor) => moveRow(editor, 12, by)),
);
const edited = fc.array(edit, { maxLength: 30 });

function borders(text: string): ReadonlySet<number> {
  return new Set([...new Intl.Segmenter().segment(text)].map(({ index }) => index).concat(text.length));
}

test('law: the cursor is always on the border of a cluster, and the text well formed', () => {
  fc.assert(
    fc.property(edited, (list) => {
      let editor = editorOf('');
      for (const change of list) {
        editor = change(editor);
        expect(editor.text.isWellFormed()).toBe(true);
        expect(borders(editor.text).has(editor.cursor)).toBe(true);
      }
    }),
  );
});

test('law: deleting takes whole clusters', () => {
  const deletes = [
    'delete-back',
    'delete-ahead',
    'kill-big-word-back',
    'kill-word-back',
    'kill-word-ahead',
  ] as const;
  fc.assert(
    fc.property(edited, fc.constantFrom(...deletes), (list, name) => {
      const before = list.reduce((editor, change) => change(editor), editorOf(''));
      const after = edits[name](before);
      const taken = before.text.length - after.text.length;
      const start = commonStart(before.text, after.text, before.cursor);
      const bounds = borders(before.text);
      const isWhole = (place: number): boolean =>
        bounds.has(place) &&
        bounds.has(place + taken) &&
        before.text.slice(0, place) + before.text.slice(place + taken) === after.text;
      expect(Array.from({ length: start + 1 }, (_, place) => place).some(isWhole)).toBe(true);
    }),
  );
});

function commonStart(one: string, other: string, most: number): number {
  let same = 0;
  while (same < most && one[same] === other[same]) same += 1;
  return same;
}

test('law: undo goes back through all earlier texts to the first, and redo comes back', () => {
  const onlyEdits = edited.map((list) => list.slice(0, 25));
  fc.assert(
    fc.property(onlyEdits, (list) => {
      let editor = editorOf('the first text');
      const seen = new Set([editor.text]);
      for (const change of list) seen.add((editor = change(editor)).text);
      const last = editor.text;
      const future = editor.future.length;
      let steps = 0;
      for (; editor.past.length > 0; steps++) {
        editor = edits.undo(editor);
        expect(seen.has(editor.text)).toBe(true);
      }
      expect(editor.text).toBe('the first text');
      for (; steps > 0; steps--) editor = edits.redo(editor);
      expect([editor.text, editor.future.length]).toEqual([last, future]);
    }),
  );
});
