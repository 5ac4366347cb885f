import { createDecoder } from '../../core/charset.ts';
import { type InputEvent, press, typed } from '../model/events.ts';
import { controls } from '../model/key-names.ts';
import { collectPaste, type PasteCollector, type Pasted, pasteStart } from './paste.ts';
import { controlSequence, singleShift } from './sequences.ts';

/** A parser of the bytes that a terminal sends. Bytes may come in any pieces; the events are the same. */
export type KeyParser = {
  /** Takes bytes, returns the events that are complete. */
  readonly feed: (bytes: Uint8Array) => readonly InputEvent[];
  /** Nothing came for a while: bytes that may be a key on their own (a lone Escape) are one now. Pastes and sequences go on waiting. */
  readonly pause: () => readonly InputEvent[];
  /** Ends a paste whose end marker did not come, because the person says so, and returns the paste. */
  readonly breakOff: () => readonly InputEvent[];
  /** Kind of the unfinished input: only a key waits for `pause`. */
  readonly waitsFor: () => 'nothing' | 'key' | 'sequence' | 'paste';
};

/** A control sequence longer than this is noise and is dropped. */
const sequenceUnits = 4096;
/** A sequence with something in it, or an answer about a colour; no key press begins with one, so its rest is the rest however late it comes. */
const begunSequence = /^\u001b{1,2}\[[^]|^\u001b\]11;[\w:/#]{0,40}\u001b?$/u;

type Step = { readonly used: number; readonly events: readonly InputEvent[]; readonly paste?: boolean };

/**
 * Makes a key parser for input in an encoding. While `isHasty()`, an Escape with nothing after it is told at once; the rest of a
 * control sequence that comes right after it all the same is none of the text.
 */
export function createKeyParser(charset = 'utf-8', isHasty: () => boolean = () => false): KeyParser {
  const decode = createDecoder(charset);
  let pending = '';
  let paste: PasteCollector | null = null;
  // A possible beginning of a paste's start marker that was told as keys, because its rest came too late, or nothing may wait.
  let told = '';
  const haste = followHaste(isHasty);
  const collect = (collector: PasteCollector): readonly InputEvent[] | null => {
    const whole = collector.take(pending);
    pending = whole?.rest ?? '';
    if (whole) paste = null;
    return whole && pastedAs(whole.paste);
  };
  const step = (isPause: boolean): readonly InputEvent[] | null => {
    if (pending === '') return null;
    if (paste) return collect(paste);
    const isFinal = isPause || haste.tells(pending);
    const taken = told === '' ? takeOne(pending, isFinal) : takeLate(told, pending, isFinal, isHasty());
    if (!taken) return null;
    told = (isPause || isHasty()) && !taken.paste ? beginningOfPaste(told, pending.slice(0, taken.used)) : '';
    pending = pending.slice(taken.used);
    if (taken.paste) paste = collectPaste();
    return taken.events;
  };
  const run = (isPause: boolean): readonly InputEvent[] => {
    const events: InputEvent[] = [];
    for (let taken = step(isPause); taken; taken = step(isPause)) events.push(...taken);
    return events;
  };
  const waitsFor: KeyParser['waitsFor'] = () =>
    paste ? 'paste' : haste.hasTold() ? 'key' : unfinishedKind(pending);
  return {
    feed(bytes) {
      const { text, bad } = decode(bytes);
      pending += haste.whole(text);
      return bad > 0 ? [{ type: 'undecoded', count: bad }, ...run(false)] : run(false);
    },
    pause() {
      haste.pause();
      return waitsFor() === 'key' ? run(true) : [];
    },
    breakOff() {
      const broken = paste?.breakOff();
      if (!broken) return [];
      paste = null;
      // The rest of the end marker may follow; an Escape alone is of no use.
      pending = broken.rest.length > 1 ? broken.rest : '';
      return pastedAs(broken.paste);
    },
    waitsFor,
  };
}

function unfinishedKind(pending: string): ReturnType<KeyParser['waitsFor']> {
  if (pending === '') return 'nothing';
  return begunSequence.test(pending) ? 'sequence' : 'key';
}

/** An Escape that was reported before its rest was known, and the rest that still followed. */
function followHaste(isHasty: () => boolean) {
  let isTold = false;
  return {
    hasTold: () => isTold,
    pause: () => void (isTold = false),
    /** Tells whether the unfinished input is an Escape that must not wait. */
    tells: (pending: string): boolean => (isTold = pending === pasteStart.charAt(0) && isHasty()),
    /** The text with the Escape before it, if it is the rest of a sequence that was told as one. */
    whole(text: string): string {
      const isRest = isTold && text.startsWith('[');
      if (text !== '') isTold = false;
      return isRest ? `\u001b${text}` : text;
    },
  };
}

function pastedAs({ text, left }: Pasted): readonly InputEvent[] {
  return text === '' ? [] : [{ type: 'paste', text, left, keys: [] }];
}

/** The told keys with `text` added, or `text` alone, if a paste may begin so. */
function beginningOfPaste(told: string, text: string): string {
  return [told + text, text].find((begun) => pasteStart.startsWith(begun)) ?? '';
}

/** After the told beginning of a start marker, the rest of the marker begins a paste after all; anything else is taken as it is. */
function takeLate(told: string, text: string, isFinal: boolean, isHasty: boolean): Step | null {
  const rest = pasteStart.slice(told.length);
  if (text.startsWith(rest)) return { used: rest.length, events: [], paste: true };
  if (!rest.startsWith(text)) return takeOne(text, isFinal);
  return isFinal || isHasty ? { used: text.length, events: [...text].map(typed) } : null;
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

/** A sequence without its end: waits for the end, unless that never comes or the text is too long to be a sequence. */
function unfinished(text: string, isFinal: boolean): Step | null {
  return isFinal || text.length > sequenceUnits ? { used: text.length, events: [] } : null;
}

function controlled(parameters: string, final: string, used: number): Step {
  if (parameters + final === '200~') return { used, events: [], paste: true };
  if (parameters + final === '201~') return { used, events: [{ type: 'paste-end' }] };
  const event = controlSequence(parameters, final);
  return { used, events: event ? [event] : [] };
}

/** The mouse report of before 1996: three bytes after `CSI M` that are not text. */
function takeOldMouse(text: string, isFinal: boolean): Step | null {
  return text.length >= 6 || isFinal ? { used: Math.min(6, text.length), events: [] } : null;
}

/** The Linux console sends `ESC [ [ A` to `E` for F1 to F5. */
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
