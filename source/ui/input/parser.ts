import { StringDecoder } from 'node:string_decoder';
import { type InputEvent, press, typed } from './events.ts';
import { controls } from './key-names.ts';
import { controlSequence, singleShift } from './sequences.ts';

/** A parser of what a terminal sends. Bytes may come in any pieces; the events are the same. */
export type KeyParser = {
  /** Takes bytes, answers the events that are complete. */
  readonly feed: (bytes: Uint8Array) => readonly InputEvent[];
  /** Ends what is unfinished (a lone Escape, a paste without its end) and answers it as events. */
  readonly flush: () => readonly InputEvent[];
  /** What is unfinished: it decides how long to wait before `flush`. */
  readonly waitsFor: () => 'nothing' | 'escape' | 'paste';
};

/** A paste longer than this (UTF-16 units) ends by itself, so that a lost end marker cannot swallow the keyboard. */
const pasteUnits = 1_048_576;
/** A control sequence longer than this is noise and is dropped. */
const sequenceUnits = 4096;
const pasteStart = '200~';
const pasteEnd = '\u001b[201~';

type Step = { readonly used: number; readonly events: readonly InputEvent[]; readonly paste?: boolean };

/** Makes a key parser. */
export function createKeyParser(): KeyParser {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let inPaste = false;
  const step = (isFinal: boolean): Step | null => {
    if (inPaste) return takePaste(pending, isFinal);
    return takeOne(pending, isFinal);
  };
  const run = (isFinal: boolean): readonly InputEvent[] => {
    const events: InputEvent[] = [];
    while (pending !== '') {
      const taken = step(isFinal);
      if (!taken) break;
      pending = pending.slice(taken.used);
      inPaste = taken.paste ?? false;
      events.push(...taken.events);
    }
    if (isFinal) inPaste = false;
    return events;
  };
  return {
    feed(bytes) {
      pending += decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      return run(false);
    },
    flush: () => run(true),
    waitsFor: () => (inPaste ? 'paste' : pending === '' ? 'nothing' : 'escape'),
  };
}

function takePaste(text: string, isFinal: boolean): Step | null {
  const end = text.indexOf(pasteEnd);
  if (end >= 0) return { used: end + pasteEnd.length, events: pasted(text.slice(0, end)) };
  if (isFinal) return { used: text.length, events: pasted(text) };
  return text.length > pasteUnits ? { used: pasteUnits, events: pasted(text.slice(0, pasteUnits)) } : null;
}

function pasted(text: string): readonly InputEvent[] {
  return text === '' ? [] : [{ type: 'paste', text: text.replace(/\r\n?/g, '\n') }];
}

function takeOne(text: string, isFinal: boolean): Step | null {
  const first = text.codePointAt(0) ?? 0;
  if (first === 0x1b) return takeEscape(text, isFinal);
  const letter = String.fromCodePoint(first);
  return {
    used: letter.length,
    events: first < 0x20 || first === 0x7f ? [press(control(first))] : plain(letter),
  };
}

/** C1 controls and lone surrogates are never typed by a key. */
function plain(letter: string): readonly InputEvent[] {
  return /[\p{Control}\p{Surrogate}]/u.test(letter) ? [] : [typed(letter)];
}

function control(code: number): string {
  return controls[code] ?? `ctrl+${String.fromCharCode(code + 0x60)}`;
}

function takeEscape(text: string, isFinal: boolean): Step | null {
  const next = text[1];
  if (next === undefined) return isFinal ? { used: 1, events: [press('escape')] } : null;
  if (next === '[') return takeControl(text, isFinal);
  if (next === 'O') return takeSingleShift(text, isFinal);
  if (']P_^X'.includes(next)) return takeString(text, isFinal);
  if (next === '\u001b') return takeDoubleEscape(text, isFinal);
  return withAlt(takeOne(text.slice(1), isFinal));
}

/** Escape before a key is Alt (xterm's metaSendsEscape). */
function withAlt(step: Step | null): Step | null {
  if (!step) return null;
  const events = step.events.map((event): InputEvent => {
    if (event.type !== 'key' || event.name.includes('alt+')) return event;
    const lower = event.name.toLowerCase();
    const shift = event.name.length === 1 && lower !== event.name ? 'shift+' : '';
    if (event.name.startsWith('ctrl+')) return press(`ctrl+alt+${event.name.slice(5)}`);
    return press(`alt+${shift}${shift ? lower : event.name}`);
  });
  return { ...step, used: step.used + 1, events };
}

/** `ESC ESC [ A` is Alt with an arrow on some terminals; two Escapes and anything else are two key presses. */
function takeDoubleEscape(text: string, isFinal: boolean): Step | null {
  const third = text[2];
  if (third === undefined && !isFinal) return null;
  if (third === '[' || third === 'O') return withAlt(takeEscape(text.slice(1), isFinal));
  return { used: 1, events: [press('escape')] };
}

function takeSingleShift(text: string, isFinal: boolean): Step | null {
  const final = text[2];
  if (final === undefined) return isFinal ? { used: 2, events: [press('alt+shift+o')] } : null;
  const event = singleShift(final);
  if (event) return { used: 3, events: [event] };
  return { used: 2, events: [press('alt+shift+o')] };
}

function takeControl(text: string, isFinal: boolean): Step | null {
  if (text === '\u001b[' && isFinal) return { used: 2, events: [press('alt+[')] };
  if (text[2] === '[') return takeLinuxKey(text, isFinal);
  if (text[2] === 'M') return takeOldMouse(text, isFinal);
  const head = /^\u001b\[[\x20-\x3f]*/.exec(text)?.[0] ?? '';
  const final = text[head.length];
  if (final === undefined) return unfinished(text, isFinal);
  if (!/[@-~]/.test(final)) return { used: head.length, events: [] };
  return controlled(head.slice(2), final, head.length + 1);
}

/** A sequence without its end: waits for it, unless it never comes or is too long to be one. */
function unfinished(text: string, isFinal: boolean): Step | null {
  return isFinal || text.length > sequenceUnits ? { used: text.length, events: [] } : null;
}

function controlled(parameters: string, final: string, used: number): Step {
  if (parameters + final === pasteStart) return { used, events: [], paste: true };
  const event = controlSequence(parameters, final);
  return { used, events: event ? [event] : [] };
}

/** The mouse report of before 1996: three bytes behind `CSI M`, which are not text. */
function takeOldMouse(text: string, isFinal: boolean): Step | null {
  return text.length >= 6 || isFinal ? { used: Math.min(6, text.length), events: [] } : null;
}

/** The Linux console says `ESC [ [ A` to `E` for F1 to F5. */
function takeLinuxKey(text: string, isFinal: boolean): Step | null {
  if (text.length < 4) return isFinal ? { used: text.length, events: [] } : null;
  const index = 'ABCDE'.indexOf(text.charAt(3));
  return index < 0 ? { used: 3, events: [] } : { used: 4, events: [press(`f${index + 1}`)] };
}

/** OSC, DCS, APC, PM and SOS strings: answers of the terminal, ended by BEL or ST. */
function takeString(text: string, isFinal: boolean): Step | null {
  const end = /\u0007|\u001b\\|\u001b(?=[^\\])/.exec(text.slice(2));
  if (end) {
    const body = text.slice(2, 2 + end.index);
    const used = 2 + end.index + (end[0] === '\u001b' ? 0 : end[0].length);
    return { used, events: [{ type: 'reply', text: text.charAt(1) + body }] };
  }
  if (text.length === 2 && isFinal) return withAlt(takeOne(text.slice(1), true));
  return unfinished(text, isFinal);
}
