import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InputEvent } from '../../../source/ui/model/events.ts';
import { createKeyParser, type KeyParser } from '../../../source/ui/input/parser.ts';
import { mutated, runs } from '../../support/mutations.ts';

const escape = '\u001b';

/** Events in short: key names, `paste:…`, `wheel:up`, `focus:true`, `reply:…`; typed text in quotes. */
function brief(events: readonly InputEvent[]): string {
  // How often something was left out depends on where it was cut.
  const told = events.filter(({ type }) => type !== 'undecoded');
  return told.map(one).join(' ');
}

function one(event: InputEvent): string {
  if (event.type === 'key') return event.text === '' ? event.name : `'${event.text}'`;
  if (event.type === 'paste') return `paste:${JSON.stringify(event.text)}`;
  if (event.type === 'wheel') return `wheel:${event.direction}@${event.x},${event.y}`;
  if (event.type === 'click') return `click@${event.x},${event.y}`;
  if (event.type === 'paste-end' || event.type === 'undecoded') return event.type;
  if (event.type === 'pasting') return `pasting:${event.state}`;
  return event.type === 'focus' ? `focus:${event.focused}` : `reply:${event.text}`;
}

function atOnce(input: string): string {
  const parser = createKeyParser();
  return brief([...parser.feed(Buffer.from(input)), ...parser.pause(), ...parser.breakOff()]);
}

function byteByByte(input: string): string {
  const parser = createKeyParser();
  const events: InputEvent[] = [];
  for (const byte of Buffer.from(input)) events.push(...parser.feed(Uint8Array.of(byte)));
  return brief([...events, ...parser.pause(), ...parser.breakOff()]);
}

function buttons(numbers: readonly number[]): string {
  return numbers.map((button) => `${escape}[<${button};10;5M`).join('');
}

const table: ReadonlyArray<readonly [name: string, input: string, events: string]> = [
  ['text and Enter in one read', 'hello\r', "'h' 'e' 'l' 'l' 'o' enter"],
  ['a blank', ' ', "' '"],
  ['letters beyond ASCII', 'äß東', "'ä' 'ß' '東'"],
  ['an emoji of two units', '👍', "'👍'"],
  ['Ctrl with letters', '\u0001\u000b\u000f\u0012\u001a', 'ctrl+a ctrl+k ctrl+o ctrl+r ctrl+z'],
  ['line feed, tab, backspace, DEL', '\n\t\b\u007f', 'ctrl+j tab ctrl+h backspace'],
  ['Ctrl with signs', '\u0000\u001c\u001d\u001e\u001f', 'ctrl+space ctrl+\\ ctrl+] ctrl+^ ctrl+_'],
  ['a lone Escape', escape, 'escape'],
  ['two Escapes', escape + escape, 'escape escape'],
  ['Alt with a letter', `${escape}b`, 'alt+b'],
  ['Alt with a capital letter', `${escape}B`, 'alt+shift+b'],
  ['Alt with a digit', `${escape}3`, 'alt+3'],
  ['Alt+Enter', `${escape}\r`, 'alt+enter'],
  ['Alt+Backspace', `${escape}\u007f`, 'alt+backspace'],
  ['Ctrl+Alt with a letter', `${escape}\u000b`, 'ctrl+alt+k'],
  ['Alt with [ and nothing more', `${escape}[`, 'alt+['],
  ['Alt with O and nothing more', `${escape}O`, 'alt+shift+o'],
  ['Alt with O and a letter that is no key', `${escape}Oz`, "alt+shift+o 'z'"],
  ['arrows', `${escape}[A${escape}[B${escape}[C${escape}[D`, 'up down right left'],
  ['arrows of the application mode', `${escape}OA${escape}OD`, 'up left'],
  ['arrows with modifiers', `${escape}[1;5C${escape}[1;3A${escape}[1;2D`, 'ctrl+right alt+up shift+left'],
  ['Alt with an arrow, as Escape before it', `${escape}${escape}[A`, 'alt+up'],
  ['Home and End, four ways', `${escape}[H${escape}[F${escape}[1~${escape}[4~`, 'home end home end'],
  [
    'page keys, Delete, Insert',
    `${escape}[5~${escape}[6~${escape}[3~${escape}[2~`,
    'pageup pagedown delete insert',
  ],
  ['Ctrl+Delete, Ctrl+Home', `${escape}[3;5~${escape}[1;5H`, 'ctrl+delete ctrl+home'],
  ['F1 of four terminals', `${escape}OP${escape}[11~${escape}[[A${escape}[P`, 'f1 f1 f1 f1'],
  ['F5 and F12', `${escape}[15~${escape}[24~`, 'f5 f12'],
  ['Shift+Tab', `${escape}[Z`, 'shift+tab'],
  ['kitty: Shift+Enter, Ctrl+Enter', `${escape}[13;2u${escape}[13;5u`, 'shift+enter ctrl+enter'],
  ['kitty: Escape', `${escape}[27u`, 'escape'],
  ['kitty: Ctrl+K, Alt+K', `${escape}[107;5u${escape}[107;3u`, 'ctrl+k alt+k'],
  ['kitty: with caps lock and num lock', `${escape}[107;197u`, 'ctrl+k'],
  ['kitty: presses count, releases do not', `${escape}[107;5:1u${escape}[107;5:3u`, 'ctrl+k'],
  ['kitty: repeats count', `${escape}[1;1:2A`, 'up'],
  ['kitty: text with the key', `${escape}[228::59;;228u`, "'ä'"],
  ['kitty: a Cyrillic key with Ctrl', `${escape}[1083::107;5u`, 'ctrl+k'],
  ['kitty: keypad', `${escape}[57400u${escape}[57414u`, "'1' enter"],
  ['kitty: a key that we have no name for', `${escape}[57428u`, ''],
  ['modifyOtherKeys: Shift+Enter, Ctrl+/', `${escape}[27;2;13~${escape}[27;5;47~`, 'shift+enter ctrl+/'],
  ['modifyOtherKeys: a capital letter with Ctrl', `${escape}[27;6;75~`, 'ctrl+shift+k'],
  ['a paste', `${escape}[200~two\r\nlines\r${escape}[201~x`, 'paste:"two\\nlines\\n" \'x\''],
  ['an empty paste', `${escape}[200~${escape}[201~`, ''],
  ['a paste with keys in it', `${escape}[200~\u0003${escape}[A${escape}[201~`, 'paste:"\\u0003\\u001b[A"'],
  ['the end of a paste that was not begun', `rest${escape}[201~`, "'r' 'e' 's' 't' paste-end"],
  ['a paste without an end, broken off', `${escape}[200~lost`, 'paste:"lost"'],
  ['the wheel', `${escape}[<64;10;5M${escape}[<65;10;5M`, 'wheel:up@9,4 wheel:down@9,4'],
  ['the wheel with Shift', `${escape}[<68;10;5M`, 'wheel:up@9,4'],
  ['a press of the first button, and its release', `${escape}[<0;10;5M${escape}[<0;10;5m`, 'click@9,4'],
  ['the corner of the screen', `${escape}[<0;1;1M`, 'click@0,0'],
  ['other buttons, and the first with Shift, Alt and Ctrl', buttons([1, 2, 3, 4, 8, 16, 128]), ''],
  ['movements, and the wheel to the side', buttons([32, 35, 66, 67, 96]), ''],
  ['a cell that cannot be', `${escape}[<0;0;5M${escape}[<0;5;0M${escape}[<0;-1;5M${escape}[<0;5;999999M`, ''],
  ['a report without some of its numbers', `${escape}[<M${escape}[<0M${escape}[<0;5M${escape}[<;5;5M`, ''],
  ['a report with too many numbers, or others', `${escape}[<0;5;5;5M${escape}[<0:0;5;5M`, ''],
  ['reports in the forms of urxvt and of before', `${escape}[32;10;5M${escape}[M !!`, ''],
  ['text right behind a report', `${escape}[<0;10;5Mab`, "click@9,4 'a' 'b'"],
  ['the old mouse report is not text', `${escape}[M !!a`, "'a'"],
  ['focus', `${escape}[I${escape}[O`, 'focus:true focus:false'],
  ['kitty answers', `${escape}[?1u`, 'reply:?1u'],
  ['device attributes', `${escape}[?62;22;52c${escape}[>1;10;0c`, 'reply:?62;22;52c reply:>1;10;0c'],
  ['a cursor position', `${escape}[12;40R`, 'reply:12;40R'],
  [
    'an OSC answer ended by BEL',
    `${escape}]11;rgb:1111/2222/3333\u0007a`,
    "reply:]11;rgb:1111/2222/3333 'a'",
  ],
  ['an OSC answer ended by ST', `${escape}]52;c;QQ==${escape}\\a`, "reply:]52;c;QQ== 'a'"],
  ['a DCS answer', `${escape}P>|term 1.0${escape}\\`, 'reply:P>|term 1.0'],
  ['an unknown sequence is swallowed', `${escape}[99xa`, "'a'"],
  ['a sequence that breaks off', `${escape}[1;5${escape}[A`, 'up'],
  ['a sequence cut by a letter of another script', `${escape}[1ä`, "'ä'"],
  ['C1 controls are not text', '\u009b1m', "'1' 'm'"],
];

test.each(table)('%s', (_name, input, events) => {
  expect(atOnce(input)).toBe(events);
  expect(byteByByte(input)).toBe(events);
});

test('a paste is one text however large it is and however often the terminal stops in it', () => {
  const parser = createKeyParser();
  const line = `${'x'.repeat(4000)}\r`;
  const events = [...parser.feed(Buffer.from(`${escape}[200~`))];
  for (let part = 0; part < 500; part += 1) events.push(...parser.feed(Buffer.from(line)), ...parser.pause());
  expect(events).toEqual([]);
  events.push(...parser.feed(Buffer.from(`${escape}[2`)), ...parser.pause());
  events.push(...parser.feed(Buffer.from('01~')));
  expect(events).toEqual([{ type: 'paste', text: line.replace('\r', '\n').repeat(500), left: 0, keys: [] }]);
});

test('counts the part of a paste beyond the limit, and takes none of it for a key', () => {
  const parser = createKeyParser();
  parser.feed(Buffer.from(`${escape}[200~`));
  const part = Buffer.from(`${'x'.repeat(1024 * 1024 - 1)}\r`);
  for (let parts = 0; parts < 17; parts += 1) expect(parser.feed(part)).toEqual([]);
  const [paste] = parser.feed(Buffer.from(`${escape}[201~`));
  expect(paste).toMatchObject({ type: 'paste', left: 1024 * 1024 });
});

test.each([1, 2, 3, 4, 5])(
  'a start marker of which %i bytes came a while before the rest begins a paste',
  (first) => {
    const parser = createKeyParser();
    const marker = `${escape}[200~`;
    const early = [...parser.feed(Buffer.from(marker.slice(0, first))), ...parser.pause()];
    expect(early.filter((event) => event.type === 'key' && event.text !== '')).toEqual([]);
    const late = parser.feed(Buffer.from(`${marker.slice(first)}one\rtwo\r${escape}[201~`));
    expect(brief(late)).toBe('paste:"one\\ntwo\\n"');
  },
);

test('a start marker that comes byte by byte, with a pause after each, begins a paste', () => {
  const parser = createKeyParser();
  const events: InputEvent[] = [];
  for (const letter of `${escape}[200~a\rb\r${escape}[201~`) {
    events.push(...parser.feed(Buffer.from(letter)), ...parser.pause());
  }
  expect(events.at(-1)).toEqual({ type: 'paste', text: 'a\nb\n', left: 0, keys: [] });
  expect(brief(events)).not.toContain('enter');
});

test('Escape, and later a bracket, are what they are', () => {
  const parser = createKeyParser();
  const events = [...parser.feed(Buffer.from(escape)), ...parser.pause(), ...parser.feed(Buffer.from('[x'))];
  expect(brief(events)).toBe("escape '[' 'x'");
  const bracket = [...parser.feed(Buffer.from(escape)), ...parser.pause(), ...parser.feed(Buffer.from('['))];
  expect(brief([...bracket, ...parser.pause()])).toBe("escape '['");
});

test('says what it waits for', () => {
  const parser = createKeyParser();
  expect(parser.waitsFor()).toBe('nothing');
  parser.feed(Buffer.from(escape));
  expect(parser.waitsFor()).toBe('key');
  parser.feed(Buffer.from('[20'));
  expect(parser.waitsFor()).toBe('sequence');
  expect(parser.pause()).toEqual([]);
  parser.feed(Buffer.from('0~a'));
  expect(parser.waitsFor()).toBe('paste');
  expect(parser.pause()).toEqual([]);
  expect(brief(parser.breakOff())).toBe('paste:"a"');
  expect(parser.waitsFor()).toBe('nothing');
});

const hasty: ReadonlyArray<readonly [name: string, reads: readonly string[], events: string]> = [
  ['an Escape is told at once', [escape], 'escape'],
  ['and the letter after it is a letter', [escape, 'j'], "escape 'j'"],
  ['an arrow in one read is an arrow', [`${escape}[A`], 'up'],
  ['an arrow in two reads types nothing', [escape, '[A'], 'escape up'],
  ['a paste in two reads is a paste', [escape, '[200~a', `b${escape}[201~`], 'escape paste:"ab"'],
  ['O after it opens a line', [escape, 'O'], "escape 'O'"],
  ['Alt in one read is Alt', [`${escape}b`], 'alt+b'],
  ['two Escapes are two', [escape, escape], 'escape escape'],
];

test.each(hasty)('without a wait after Escape, %s', (_name, reads, expected) => {
  const parser = createKeyParser('utf-8', () => true);
  const events = reads.flatMap((read) => parser.feed(Buffer.from(read)));
  expect(brief(events)).toBe(expected);
});

test('without a wait after Escape, a bracket that comes later is a bracket', () => {
  const parser = createKeyParser('utf-8', () => true);
  const events = [...parser.feed(Buffer.from(escape)), ...parser.pause(), ...parser.feed(Buffer.from('['))];
  expect(brief(events)).toBe("escape '['");
  expect(parser.waitsFor()).toBe('nothing');
});

test.each([
  ['in one piece', ['[200~ddx', `${escape}[201~`], 'escape paste:"ddx"'],
  ['in two pieces', ['[', `200~ddx${escape}[201~`], 'escape \'[\' paste:"ddx"'],
  ['in many', ['[', '2', '00~dd', `x${escape}[201~`], "escape '[' '2' paste:\"ddx\""],
  ['after a second Escape', [escape, `[200~ddx${escape}[201~`], 'escape escape paste:"ddx"'],
] as const)(
  'without a wait after Escape, the late rest of a paste %s is a paste',
  (_name, reads, expected) => {
    const parser = createKeyParser('utf-8', () => true);
    const events = [...parser.feed(Buffer.from(escape)), ...parser.pause()];
    for (const read of reads) events.push(...parser.feed(Buffer.from(read)), ...parser.pause());
    expect(brief(events)).toBe(expected);
  },
);

const pieces = fc.oneof(
  fc.constantFrom(...table.map(([, input]) => input)).map((input) => Buffer.from(input)),
  fc.string({ unit: 'grapheme' }).map((text) => Buffer.from(text)),
  mutated(table.map(([, input]) => new Uint8Array(Buffer.from(input)))),
);

/** The end of everything: a pause, and the hand that ends a paste. */
function ended(parser: KeyParser): readonly InputEvent[] {
  return [...parser.pause(), ...parser.breakOff(), ...parser.pause()];
}

test('law: any bytes in any pieces give the same events, none of them a control character as text', () => {
  fc.assert(
    fc.property(fc.array(pieces), fc.array(fc.integer({ min: 1, max: 9 })), (parts, sizes) => {
      const bytes = Buffer.concat(parts);
      const whole = createKeyParser();
      const cut = createKeyParser();
      const expected = [...whole.feed(bytes), ...ended(whole)];
      const events: InputEvent[] = [];
      let at = 0;
      for (let turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % Math.max(1, sizes.length)] ?? 1;
        events.push(...cut.feed(bytes.subarray(at, at + size)));
        at += size;
      }
      events.push(...ended(cut));
      expect(brief(events)).toBe(brief(expected));
      for (const event of events) {
        if (event.type === 'key') expect(event.text).not.toMatch(/\p{Control}/u);
      }
      expect(whole.waitsFor()).toBe(cut.waitsFor());
      expect(['nothing', 'sequence']).toContain(cut.waitsFor());
    }),
    { numRuns: runs },
  );
});

test('an answer about the background that comes in pieces, with pauses between them, is never typed text', () => {
  const answer = `${escape}]11;rgb:ffff/ffff/ffff`;
  for (let cut = 6; cut <= answer.length; cut += 1) {
    const parser = createKeyParser();
    const events = [...parser.feed(Buffer.from(answer.slice(0, cut)))];
    expect(parser.waitsFor()).toBe('sequence');
    events.push(...parser.pause(), ...parser.feed(Buffer.from(`${answer.slice(cut)}${escape}`)));
    events.push(...parser.pause(), ...parser.feed(Buffer.from('\\x')));
    expect(brief(events)).toBe("reply:]11;rgb:ffff/ffff/ffff 'x'");
  }
});

test.each(['', '1', '11', '12;rgb:ffff', '11;rgb:ffff ', `11;${'f'.repeat(60)}`])(
  'Alt+] and %j is a key that waits for nothing but a pause',
  (rest) => {
    const parser = createKeyParser();
    parser.feed(Buffer.from(`${escape}]${rest}`));
    expect(parser.waitsFor()).toBe('key');
    parser.pause();
    expect(brief(parser.feed(Buffer.from('x')))).toBe("'x'");
  },
);
