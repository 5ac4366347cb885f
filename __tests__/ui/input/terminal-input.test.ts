import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { InputEvent } from '../../../source/ui/model/events.ts';
import { readAhead } from '../../../source/ui/input/read-ahead.ts';
import { createTerminalInput } from '../../../source/ui/input/terminal-input.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

type Keyboard = {
  readonly send: (text: string) => void;
  readonly sendBytes: (bytes: Buffer) => void;
  /** The events in short: names of keys, texts of pastes behind `paste:`, states of a paste behind `pasting:`. */
  readonly told: () => readonly string[];
  readonly modes: readonly boolean[];
  readonly release: () => void;
};

function keyboard(): Keyboard {
  const modes: boolean[] = [];
  const events: InputEvent[] = [];
  const source = Object.assign(new PassThrough(), { setRawMode: (isRaw: boolean) => modes.push(isRaw) });
  const input = createTerminalInput(source, (event) => events.push(event));
  input.take();
  return {
    send: (text) => source.emit('data', Buffer.from(text)),
    sendBytes: (bytes) => source.emit('data', bytes),
    told: () => events.map(brief),
    modes,
    release: input.release,
  };
}

function brief(event: InputEvent): string {
  if (event.type === 'key') return event.name;
  if (event.type === 'paste') return `paste:${event.text}`;
  return event.type === 'pasting' ? `pasting:${event.state}` : event.type;
}

const [start, end] = ['\u001b[200~', '\u001b[201~'];

describe('an Escape', () => {
  test('is reported when nothing follows it', () => {
    const { send, told, modes } = keyboard();
    send('\u001b');
    vi.advanceTimersByTime(499);
    expect(told()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told()).toEqual(['escape']);
    expect(modes).toEqual([true]);
  });

  test.each([
    ['[D', 'left'],
    ['OD', 'left'],
    ['[1;5C', 'ctrl+right'],
    ['[3~', 'delete'],
    ['[13;2u', 'shift+enter'],
    ['OP', 'f1'],
    ['b', 'alt+b'],
  ])('begins a key of which the rest, %s, comes byte by byte over a slow line', (rest, name) => {
    const { send, told } = keyboard();
    send('\u001b');
    for (const letter of rest) {
      vi.advanceTimersByTime(450);
      send(letter);
    }
    vi.advanceTimersByTime(5000);
    expect(told()).toEqual([name]);
  });

  test('that begins a sequence waits for its end however long that takes', () => {
    const { send, told } = keyboard();
    send('\u001b[1;5');
    vi.advanceTimersByTime(60_000);
    send('C');
    expect(told()).toEqual(['ctrl+right']);
  });
});

describe('a marked paste', () => {
  test('goes on over any pause, and only its end marker ends it', () => {
    const { send, told } = keyboard();
    send(`${start}one\r`);
    vi.advanceTimersByTime(60_000);
    send('two\r');
    vi.advanceTimersByTime(60_000);
    send('\u001b[20');
    vi.advanceTimersByTime(60_000);
    expect(told()).toEqual(['pasting:open']);
    send('1~x');
    expect(told()).toEqual(['pasting:open', 'paste:one\ntwo\n', 'x', 'pasting:over']);
  });

  test('causes no message when it ends within a second', () => {
    const { send, told } = keyboard();
    send(`${start}one`);
    vi.advanceTimersByTime(999);
    send(end);
    vi.advanceTimersByTime(5000);
    expect(told()).toEqual(['paste:one']);
  });

  test('is ended by Ctrl+C, and what comes of it then presses no Enter', () => {
    const { send, told } = keyboard();
    send(`${start}one`);
    vi.advanceTimersByTime(1000);
    send('\u0003');
    for (const late of ['\r', 'two', '\r', 'three\r', '\r']) {
      send(late);
      vi.advanceTimersByTime(5000);
    }
    const pastes = ['paste:one', 'paste:\n', 'paste:two', 'paste:\n', 'paste:three\n', 'paste:\n'];
    const [first = '', ...rest] = pastes;
    expect(told()).toEqual(['pasting:open', first, 'pasting:over', 'pasting:broken', ...rest]);
  });

  test.each([
    ['its end', end, []],
    ['Escape', '\u001b', []],
    ['Escape in the kitty protocol', '\u001b[27u', []],
    ['another paste', `${start}more${end}`, ['paste:more']],
  ])('that was ended by hand is over with %s', (_name, bytes, told) => {
    const at = keyboard();
    at.send(`${start}one`);
    at.send('\u0003');
    at.send(bytes);
    vi.advanceTimersByTime(500);
    at.send('x');
    at.send('\r');
    vi.advanceTimersByTime(500);
    expect(at.told()).toEqual(['paste:one', 'pasting:broken', 'pasting:over', ...told, 'x', 'enter']);
  });

  test.each([
    ['kitty', '\u001b[99;5u'],
    ['pressed twice', '\u0003\u0003'],
  ])('is ended by Ctrl+C, %s', (_name, bytes) => {
    const { send, told } = keyboard();
    send(`${start}one`);
    send(bytes);
    expect(told()).toEqual(['paste:one', 'pasting:broken']);
  });

  test('keeps a Ctrl+C that is a part of it', () => {
    const { send, told } = keyboard();
    send(`${start}one`);
    send(`\u0003two\r${end}`);
    expect(told()).toEqual(['paste:one\u0003two\n']);
  });
});

describe('a paste that the terminal does not mark', () => {
  test.each([
    ['three lines', 'one\rtwo\rthree', 'one\ntwo\nthree'],
    ['two whole lines', 'one\rtwo\r', 'one\ntwo\n'],
    ['line feeds', 'one\ntwo\n', 'one\ntwo\n'],
    ['a tab in it', 'all:\r\tcc x.c\r', 'all:\n\tcc x.c\n'],
    ['an empty line first', '\rone', '\none'],
  ])('is one text: %s', (_name, bytes, text) => {
    const { send, told } = keyboard();
    send(bytes);
    vi.advanceTimersByTime(5000);
    expect(told()).toEqual([`paste:${text}`]);
  });

  test('is one text also when it comes in pieces', () => {
    const { send, told } = keyboard();
    for (const piece of ['one\r', 'two\r', '\r', 'three', '\r']) {
      send(piece);
      vi.advanceTimersByTime(20);
    }
    vi.advanceTimersByTime(5000);
    expect(told().join(' ')).toBe('o n e paste:\ntwo\n paste:\n paste:three paste:\n');
  });

  test('is one text also when it comes letter by letter over a serial line', () => {
    const { send, told } = keyboard();
    for (const letter of 'one\rtwo\r\rthree\r') {
      send(letter);
      vi.advanceTimersByTime(1);
    }
    expect(told()).not.toContain('enter');
  });

  test('is recognised by an end marker after it, too', () => {
    const { send, told } = keyboard();
    send('one\r');
    send(end);
    vi.advanceTimersByTime(5000);
    expect(told()).not.toContain('enter');
  });

  test('is over soon: then Enter is a key again', () => {
    const { send, told } = keyboard();
    send('one\rtwo');
    vi.advanceTimersByTime(200);
    send('\r');
    vi.advanceTimersByTime(25);
    expect(told()).toEqual(['paste:one\ntwo', 'enter']);
  });

  test('keeps the Enters behind a mark that stands in it, in the same read', () => {
    const { send, told } = keyboard();
    send(`one\rtwo${start}three${end}\r`);
    expect(told()).toEqual(['paste:one\ntwo', 'paste:three', 'paste:\n']);
  });

  test('is over when a marked one has come: Enter is a key at once', () => {
    const { send, told } = keyboard();
    send('one\rtwo');
    send(`${start}three\r${end}`);
    send('\r');
    expect(told()).toEqual(['paste:one\ntwo', 'paste:three\n', 'enter']);
  });
});

describe('typed text', () => {
  test('and Enter in one read are keys', () => {
    const { send, told } = keyboard();
    send('hi\r');
    vi.advanceTimersByTime(25);
    expect(told()).toEqual(['h', 'i', 'enter']);
  });

  test('keeps its order when another key follows Enter at once', () => {
    const { send, told } = keyboard();
    send('hi\r\u000bx');
    send('\r');
    send('\u0011');
    expect(told()).toEqual(['h', 'i', 'enter', 'ctrl+k', 'x', 'enter', 'ctrl+q']);
  });

  test('is reported before the keyboard is given back', () => {
    const { send, told, release, modes } = keyboard();
    send('hi\r');
    release();
    expect(told()).toEqual(['h', 'i', 'enter']);
    expect(modes).toEqual([true, false]);
  });

  test('an Enter that repeats itself is a key each time', () => {
    const { send, told } = keyboard();
    send('\r\r\r');
    vi.advanceTimersByTime(25);
    expect(told()).toEqual(['enter', 'enter', 'enter']);
  });
});

describe('a terminal that has another encoding', () => {
  test('is read in that', () => {
    const events: InputEvent[] = [];
    const source = new PassThrough();
    createTerminalInput(source, (event) => events.push(event), { charset: 'iso-8859-1' }).take();
    source.emit('data', Buffer.from('Grüße\u001b[D', 'latin1'));
    expect(events.map(brief)).toEqual(['G', 'r', 'ü', 'ß', 'e', 'left']);
  });

  test('than its locale says: invalid bytes are left out and reported', () => {
    const { sendBytes, told } = keyboard();
    sendBytes(Buffer.from('Grüße \ufffd'));
    sendBytes(Buffer.from('Grüße', 'latin1'));
    sendBytes(Buffer.from([0xe2]));
    sendBytes(Buffer.from([0x82]));
    sendBytes(Buffer.from([0xac]));
    const good = ['G', 'r', 'ü', 'ß', 'e', 'space', '\ufffd'];
    expect(told()).toEqual([...good, 'undecoded', 'G', 'r', 'e', '€']);
  });

  test.each([0xfc, 0xdf, 0xe4])('reports a key of one byte (%i) no later than the next key', (byte) => {
    const { sendBytes, told } = keyboard();
    sendBytes(Buffer.from([byte]));
    // No character of UTF-8 begins with 0xfc; the others may.
    expect(told()).toEqual(byte === 0xfc ? ['undecoded'] : []);
    sendBytes(Buffer.from('x'));
    expect(told()).toEqual(['undecoded', 'x']);
  });

  test.each([
    ['euc-jp', [0xc5, 0xec, 0xb5, 0xfe], ['東', '京']],
    ['koi8-r', [0xcd, 0xc9, 0xd2], ['м', 'и', 'р']],
    ['shift_jis', [0x8d, 0x5c], ['構']],
  ])('%s, whose bytes come one by one', (charset, bytes, letters) => {
    const events: InputEvent[] = [];
    const source = new PassThrough();
    createTerminalInput(source, (event) => events.push(event), { charset }).take();
    for (const byte of bytes) source.emit('data', Buffer.from([byte]));
    expect(events.map(brief)).toEqual(letters);
  });
});

describe('input read before the screen was there', () => {
  test('is reported first, each read on its own', () => {
    const events: InputEvent[] = [];
    const source = new PassThrough();
    const reads = [
      { bytes: Buffer.from('one\r'), at: 0 },
      { bytes: Buffer.from('two\r'), at: 300 },
      { bytes: Buffer.from('a\rb\r'), at: 600 },
    ];
    const input = createTerminalInput(source, (event) => events.push(event), {
      early: () => reads.splice(0),
    });
    input.take();
    source.emit('data', Buffer.from('\u000b'));
    expect(events.map(brief)).toEqual('o n e enter t w o enter paste:a\nb\n ctrl+k'.split(' '));
  });

  test('keeps its Enters, including those of the terminal’s line editor', () => {
    const source = new PassThrough();
    const take = readAhead(source, Buffer.from('typed before\n'));
    source.emit('data', Buffer.from('line feed\n'));
    expect(take().map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([
      'typed before\r',
      'line feed\n',
    ]);
    expect(source.listenerCount('data')).toBe(0);
  });
});
