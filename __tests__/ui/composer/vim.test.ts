// The commands of vim mode, in a table; with SLOW=1 the same table and random commands are also given to a real vim.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInstalled } from '../../support/is-installed.ts';
import { askVim, type VimAnswer, type VimCase } from '../../support/real-vim.ts';
import { askOurs, textsOf } from '../../support/vim-keys.ts';

const isSlow = process.env['SLOW'] === '1';
const esc = '\u001b';
const redo = '\u0012';

/** Keys, the text before and after; `|` is before the letter that the cursor is on. Commands are parted by a blank, Escape is `␛`. */
const table: ReadonlyArray<readonly [keys: string, before: string, after: string]> = [
  // motions
  ['h', 'ab|c', 'a|bc'],
  ['h', '|abc', '|abc'],
  ['l', 'a|bc', 'ab|c'],
  ['5l', '|abc', 'ab|c'],
  ['l', 'a|b\ncd', 'a|b\ncd'],
  ['j', 'ab|c\nd\nefg', 'abc\n|d\nefg'],
  ['2j', 'ab|c\nd\nefg', 'abc\nd\nef|g'],
  ['k', 'abc\nd|e', 'a|bc\nde'],
  ['j', '漢|字\nabcde', '漢字\nab|cde'],
  ['0', 'a b|c', '|a bc'],
  ['^', '  ab|c', '  |abc'],
  ['$', '|abc', 'ab|c'],
  ['2$', '|abc\nde', 'abc\nd|e'],
  ['$ j', '|ab\ncdef', 'ab\ncde|f'],
  ['w', '|one two', 'one |two'],
  ['w', '|one.two', 'one|.two'],
  ['W', '|one.two three', 'one.two |three'],
  ['2w', '|one two three', 'one two |three'],
  ['w', 'on|e\n\ntwo', 'one\n|\ntwo'],
  ['w', 'one |two', 'one tw|o'],
  ['w', '|漢字かな', '漢字|かな'],
  ['b', 'one tw|o', 'one |two'],
  ['b', 'one |two', '|one two'],
  ['B', 'one a.b|c', 'one |a.bc'],
  ['e', '|one two', 'on|e two'],
  ['e', 'on|e two', 'one tw|o'],
  ['E', '|a.b c', 'a.|b c'],
  ['fo', '|hello world', 'hell|o world'],
  ['2fo', '|hello world', 'hello w|orld'],
  ['fz', '|hello', '|hello'],
  ['Fe', 'hell|o', 'h|ello'],
  ['to', '|hello', 'hel|lo'],
  ['Th', 'hell|o', 'h|ello'],
  ['fo ;', '|hello world', 'hello w|orld'],
  ['fo ; ,', '|hello world', 'hell|o world'],
  ['tl ;', '|hello', 'he|llo'],
  ['gg', 'ab\n  c|d', '|ab\n  cd'],
  ['G', '|ab\n  cd', 'ab\n  |cd'],
  ['2G', '|ab\ncd\nef', 'ab\n|cd\nef'],
  // what the editor has as one letter
  ['l', '|👩‍👩‍👧‍👦b', '👩‍👩‍👧‍👦|b'],
  ['x', '|🇩🇪b', '|b'],
  ['x', '|e\u0301b', '|b'],
  ['fb', '|👍🏽ab', '👍🏽a|b'],
  ['rx', '|👍🏽b', '|xb'],
  ['r👍🏽', '|ab', '|👍🏽b'],
  // changes
  ['x', 'a|bc', 'a|c'],
  ['3x', 'a|bc', '|a'],
  ['X', 'ab|c', 'a|c'],
  ['rx', 'a|bc', 'a|xc'],
  ['2rx', 'a|bcd', 'ax|xd'],
  ['5rx', 'a|bc', 'a|bc'],
  ['~', '|aBc', 'A|Bc'],
  ['3~', '|aBc', 'Ab|C'],
  ['J', 'o|ne\n  two', 'one| two'],
  ['3J', '|a\nb\nc', 'a b| c'],
  ['dw', 'a\n  |b \nc', 'a\n | \nc'],
  ['di{', 'a|b{c}d}', 'ab{|}d}'],
  ['di{', 'a|b}{c}d', 'a|b}{c}d'],
  ['daw', ' |b \n  c', '| \n  c'],
  ['d2w', 'a\n  |b c \n\nd', 'a\n | \n\nd'],
  ['d2w', 'a\n|  b \nc', 'a\n|\nc'],
  ['3J', '| \n\n (', ' | ('],
  ['4J', '|a \n\n\n b', 'a | b'],
  ['J', '|\n b', '|b'],
  ['J', '|a\n)', 'a|)'],
  ['D', 'ab|cd\ne', 'a|b\ne'],
  ['dd', 'a\nb|c\n  d', 'a\n  |d'],
  ['2dd', '|a\nb\nc', '|c'],
  ['dd', 'a\n|b', '|a'],
  ['dw', '|one two', '|two'],
  ['dw', 'one |two', 'one| '],
  ['dw', 'one |two\nthree', 'one| \nthree'],
  ['d2w', '|a b c', '|c'],
  ['2d2w', '|a b c d e', '|e'],
  ['de', '|one two', '| two'],
  ['db', 'one t|wo', 'one |wo'],
  ['d$', 'ab|c', 'a|b'],
  ['d0', 'ab|c', '|c'],
  ['dfo', '|hello w', '| w'],
  ['dto', '|hello w', '|o w'],
  ['dj', '|a\nb\nc', '|c'],
  ['dk', 'a\nb|c\nd', '|d'],
  ['dG', 'a\n|b\nc', '|a'],
  ['dgg', 'a\n|b\nc', '|c'],
  ['g~w', '|aB c', '|Ab c'],
  ['gUiw', 'a b|cd', 'a |BCD'],
  ['guu', 'A|BC', '|abc'],
  ['cwx␛', '|one two', '|x two'],
  ['cwx␛', '|o ne', '|x ne'],
  ['ccx␛', 'a\nb|c\nd', 'a\n|x\nd'],
  ['Cx␛', 'ab|cd', 'ab|x'],
  ['sx␛', 'a|bc', 'a|xc'],
  ['Sx␛', 'a|bc', '|x'],
  // objects
  ['diw', 'one t|wo three', 'one | three'],
  ['daw', 'one t|wo three', 'one |three'],
  ['daw', 'one tw|o', 'on|e'],
  ['diW', 'a b.|c d', 'a | d'],
  ['di"', 'say "h|ey" now', 'say "|" now'],
  ['da"', 'say "h|ey" now', 'say |now'],
  ['da"', 'say  "h|ey"', 'sa|y'],
  ['di"', 'a "b \\" |c" d', 'a "|" d'],
  ['di"', 'a "b \\\\" |c" d', 'a "b \\\\"|" d'],
  ['di"', '|say "hey"', 'say "|"'],
  ["di'", "'a|b'", "'|'"],
  ['di(', 'f(a, |b)', 'f(|)'],
  ['da(', 'f(a, |b)c', 'f|c'],
  ['dib', 'f(|(a) b)', 'f((|) b)'],
  ['d2ib', 'f((|a) b)', 'f(|)'],
  ['di[', '[a|b]', '[|]'],
  ['di{', '{a|b}', '{|}'],
  ['ci(x␛', '(a|b)', '(|x)'],
  // copying and putting
  ['yw P', '|one two', 'one| one two'],
  ['yy p', 'a|b\nc', 'ab\n|ab\nc'],
  ['yy P', 'a|b', '|ab\nab'],
  ['Y 2p', '|a', 'a\n|a\na'],
  ['dd p', '|a\nb', 'b\n|a'],
  ['x p', '|ab', 'b|a'],
  ['yb', 'one t|wo', 'one |two'],
  ['yiw $ p', '|ab c', 'ab ca|b'],
  // inserting
  ['ix␛', 'a|b', 'a|xb'],
  ['ax␛', 'a|b', 'ab|x'],
  ['Ix␛', '  a|b', '  |xab'],
  ['Ax␛', '|ab', 'ab|x'],
  ['ox␛', '|ab\nc', 'ab\n|x\nc'],
  ['Ox␛', 'ab\n|c', 'ab\n|x\nc'],
  ['3ix␛', '|a', 'xx|xa'],
  ['2oab␛', '|c', 'c\nab\na|b'],
  ['i␛', 'ab|c', 'a|bc'],
  // undo, redo, again
  ['x u', 'a|bc', 'a|bc'],
  [`x u ${redo}`, 'a|bc', 'a|c'],
  ['ifoo␛ u', 'a|b', 'a|b'],
  ['ofoo␛ u', 'a|b', 'a|b'],
  ['x x 2u', '|abc', '|abc'],
  ['x .', '|abc', '|c'],
  ['dw .', '|a b c', '|c'],
  ['cwx␛ w .', '|a b', 'x |x'],
  ['Ax␛ .', '|a', 'ax|x'],
  ['x 3.', '|abcde', '|e'],
  // selecting
  ['vlx', '|abc', '|c'],
  ['v$x', '|ab\nc', '|c'],
  ['Vd', 'a\n|b\nc', 'a\n|c'],
  ['Vjd', '|a\nb\nc', '|c'],
  ['viwx', 'a b|c d', 'a | d'],
  ['vey', '|ab c', '|ab c'],
  ['vcx␛', '|ab', '|xb'],
  ['v~', '|ab', '|Ab'],
  ['vlU', '|abc', '|ABc'],
  ['vlrx', '|abc', '|xxc'],
  ['VjJ', '|a\nb', 'a| b'],
  ['vlohx', 'a|bcd', '|d'],
  ['yiw w viwp', '|a b', 'a |a'],
  ['v␛x', 'a|bc', 'a|c'],
  ['Vjy P', '|a\nb\nc', '|a\nb\na\nb\nc'],
];

function caseOf(keys: string, before: string): VimCase {
  const commands = keys.split(' ').map((command) => command.replaceAll('␛', esc));
  return { text: before.replace('|', ''), cursor: before.indexOf('|'), keys: commands };
}

function marked({ text, cursor }: { readonly text: string; readonly cursor: number }): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

test.each(table)('%s: %j becomes %j', (keys, before, after) => {
  expect(marked(askOurs(caseOf(keys, before)))).toBe(after);
});

/** Vim counts some clusters as several letters: those rows are ours alone. */
const isVims = (text: string): boolean => !/[\p{Extended_Pictographic}\p{Regional_Indicator}]/u.test(text);

const words = (list: string): fc.Arbitrary<string> => fc.constantFrom(...list.split(' '));
const motion = words('h l j k 0 ^ $ w b e W B E gg G fa Fb t, To f漢 2w 3l 2j 3e 2b 2G 2fa ; ,');
const ahead = words('l w e W E $ fa t, j G line');
const object = words(`iw aw iW aW i" a" i( a( ib a[ i{ i' i<`);
const typed = fc.constantFrom('X', 'foo', 'é', '', 'a b');
const count = fc.constantFrom('', '2', '3');

function operated(operator: string, over: string, text: string): string {
  const whole = operator + (over === 'line' ? operator.slice(-1) : over);
  return operator === 'c' ? whole + text + esc : whole;
}

const operator = fc
  .tuple(count, words('d c y g~ gu gU'), ahead, typed)
  .map(([times, name, over, letters]) => times + operated(name, over, letters));
const simple = fc.tuple(count, words('x X rz r漢 J ~ D Y p P')).map((keys) => keys.join(''));
const inserting = fc
  .tuple(count, words('i a I A o O s S C'), typed)
  .map(([times, key, letters]) => times + key + letters + esc);
const selecting = fc
  .tuple(
    fc.constantFrom('v', 'V'),
    fc.array(fc.oneof(motion, fc.constant('o')), { maxLength: 3 }),
    words(`d y x ~ u U J rz cQQ${esc} p P D Y sX${esc}`),
  )
  .map(([mode, moves, last]) => mode + moves.join('') + last);
const blanks = fc.constantFrom(' ', ' ', '  ', '\n', '\n', '\n\n');
const letter = words('a b c . , ( ) " é 漢 字 か e\u0301 _ A foo bar { } [ ]');
const text = fc.array(fc.oneof(letter, letter, blanks), { maxLength: 24 }).map((letters) => letters.join(''));
const again = fc.constantFrom('.', 'u', redo);
const any = fc.oneof(motion, operator, simple, inserting, selecting, again);

/** A random text with the cursor on a letter of it, and up to five commands. */
const someCase = fc
  .tuple(text, fc.nat(30), fc.array(any, { minLength: 1, maxLength: 5 }))
  .map(([whole, at, keys]): VimCase => {
    const starts = Array.from(new Intl.Segmenter().segment(whole), ({ index }) => index);
    const onLetter = starts.filter(
      (start) => whole[start] !== '\n' || start === 0 || whole[start - 1] === '\n',
    );
    const places = onLetter.filter((start) => whole[start] !== '\n' || start > 0 || whole.startsWith('\n'));
    return { text: whole, cursor: places[at % Math.max(1, places.length)] ?? 0, keys };
  })
  .filter(isComparable);

/**
 * Skips the cases in which vim itself is odd: a command that fails may still move the cursor or count as a step of undo; `.` after a
 * selection depends on columns; an undo that restores several lines leaves the cursor on another line; and `c` on an empty line
 * empties the register.
 */
function isComparable(one: VimCase): boolean {
  const { keys } = one;
  const texts = [one.text, ...textsOf(one)];
  const isChange = (key: string): boolean => /[dcxXrJ~DpPiaIAoOsSCUu.]/u.test(key) && !/^[fFtT]./u.test(key);
  const isBack = (key: string): boolean => key === 'u' || key === redo;
  const isAgain = (key: string): boolean => key === '.' || isBack(key);
  const idle = keys.some((key, at) => isChange(key) && !isBack(key) && texts[at] === texts[at + 1]);
  const hasAgain = keys.some(isAgain);
  const isAstray = keys.some(
    (key, at) => isBack(key) && at < keys.length - 1 && linesIn(texts[at]) !== linesIn(texts[at + 1]),
  );
  const forgets = keys.some((key, at) => /^\d*[cC]/u.test(key) && isOnEmptyLine(one, at));
  const isOnNothing = keys.some((key, at) => /^[vV]/u.test(key) && /(?:^|\n)(?:\n|$)/u.test(texts[at] ?? ''));
  return !(
    (hasAgain && (idle || keys.some((key) => /^[vV]/u.test(key)))) ||
    isOnNothing ||
    isAstray ||
    forgets
  );
}

function linesIn(whole = ''): number {
  return whole.split('\n').length;
}

/** Tells whether the cursor is on an empty line before the key at a place. */
function isOnEmptyLine(one: VimCase, at: number): boolean {
  const now = askOurs({ ...one, keys: one.keys.slice(0, at) });
  return /(?:^|\n)$/u.test(now.text.slice(0, now.cursor)) && /^(?:\n|$)/u.test(now.text.slice(now.cursor));
}

test.each([
  ['backslashes before the cursor', `${'\\'.repeat(16_000)}${'x'.repeat(4000)}`, ''],
  ['escaped quotes', '\\"'.repeat(10_000), 'x'],
  ['blanks before a quote', `${' '.repeat(60_000)}x"`, 'b"'],
])('a text object in a line of many %s comes in time', (_name, before, after) => {
  const line = before + after;
  for (const keys of ['di"', 'da"']) {
    const ours = askOurs({ text: line, cursor: before.length - (after === '' ? 1 : 0), keys: [keys] });
    expect(ours.text.length).toBeLessThanOrEqual(line.length);
  }
});

describe.skipIf(!isSlow || !isInstalled('vim'))(
  'as a real vim does (SLOW=1, needs vim: apt install vim-tiny)',
  () => {
    test('every row of the table', () => {
      const rows = table.filter(([keys, before]) => isVims(keys + before));
      const answers = askVim(rows.map(([keys, before]) => caseOf(keys, before)));
      expect(
        rows.map(([keys, before], at) => [keys, before, marked(answers[at] ?? { text: '', cursor: 0 })]),
      ).toEqual(rows);
    });

    test('1,500 random texts with up to five random commands', () => {
      const differing = compared(fc.sample(someCase, 1500), (own, vims, { keys }) => {
        // After several lines were changed, vim does not go back to where the cursor was.
        return own.text === vims.text && (keys.includes('u') || own.cursor === vims.cursor);
      });
      expect(differing.slice(0, 5)).toEqual([]);
    });

    test('1,000 random lines with a random text object', () => {
      const line = fc.array(letter, { minLength: 1, maxLength: 20 }).map((letters) => letters.join(''));
      const objects = fc
        .tuple(line, fc.nat(20), words('d y g~ gU'), object)
        .map(([whole, at, name, over]): VimCase => {
          const starts = Array.from(new Intl.Segmenter().segment(whole), ({ index }) => index);
          return { text: whole, cursor: starts[at % starts.length] ?? 0, keys: [name + over] };
        })
        // Vim leaves brackets out that stand in quotes.
        .filter(({ text: whole, keys }) => !(/[[({<b]$/u.test(keys[0] ?? '') && whole.includes('"')));
      const differing = compared(fc.sample(objects, 1000), (own, vims, { text: before }) => {
        // An object that is not there leaves vim's cursor somewhere else.
        return own.text === vims.text && (own.text === before || own.cursor === vims.cursor);
      });
      expect(differing.slice(0, 5)).toEqual([]);
    });
  },
);

/** The cases in which vim and this program come to something else. */
function compared(
  cases: readonly VimCase[],
  isSame: (own: VimAnswer, vims: VimAnswer, one: VimCase) => boolean,
): ReadonlyArray<VimCase & { readonly own: VimAnswer; readonly vims: VimAnswer }> {
  const answers = askVim(cases);
  return cases.flatMap((one, at) => {
    const [own, vims] = [askOurs(one), answers[at] ?? { text: 'nothing', cursor: -1 }];
    return isSame(own, vims, one) ? [] : [{ ...one, vims, own }];
  });
}
