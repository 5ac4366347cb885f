import { type InputEvent, press, typed } from '../model/events.ts';
import { codes, finals, tildes } from '../model/key-names.ts';

/** The canonical name of `key` with the modifiers of a sequence (1 + shift 1 + alt 2 + ctrl 4 + super 8). */
function withModifiers(key: string, modifiers: number): string {
  const bits = Math.max(0, modifiers - 1);
  let name = bits & 8 ? 'super+' : '';
  if (bits & 4) name += 'ctrl+';
  if (bits & 2) name += 'alt+';
  if (bits & 1) name += 'shift+';
  return name + key;
}

/** The meaning of `SS3 final`; null when it is not a key. */
export function singleShift(final: string): InputEvent | null {
  const key = finals[final];
  return key ? press(key) : null;
}

type Meaning = (parameters: string) => InputEvent | null;

/** Meanings of finals after parameters without a private marker; every other final is a plain key. */
const meanings: Readonly<Record<string, Meaning>> = {
  '~': tilde,
  u: unicodeKey,
  I: (parameters) => (parameters === '' ? { type: 'focus', focused: true } : null),
  O: (parameters) => (parameters === '' ? { type: 'focus', focused: false } : null),
  R: (parameters) => (parameters === '' ? press('f3') : { type: 'reply', text: `${parameters}R` }),
  Z: () => press('shift+tab'),
};

/**
 * The meaning of a complete `CSI parameters final`. Null means that the sequence is swallowed: releases of keys, mouse buttons and
 * everything unknown may never reach the text as typed characters.
 */
export function controlSequence(parameters: string, final: string): InputEvent | null {
  if (final === 'M' || final === 'm') return mouse(parameters, final);
  if (/^[?>=<]/.test(parameters)) return { type: 'reply', text: parameters + final };
  if (isRelease(parameters)) return null;
  const meaning = meanings[final];
  if (meaning) return meaning(parameters);
  const key = finals[final];
  return key ? press(withModifiers(key, numbers(parameters)[1] ?? 1)) : null;
}

function numbers(parameters: string): readonly number[] {
  return parameters.split(';').map((part) => Number.parseInt(part, 10));
}

function isRelease(parameters: string): boolean {
  return /;\d*:3/.test(parameters);
}

/** `CSI n ; modifiers ~`, and xterm's modifyOtherKeys form `CSI 27 ; modifiers ; code ~`. */
function tilde(parameters: string): InputEvent | null {
  const [first = Number.NaN, modifiers = 1, code = Number.NaN] = numbers(parameters);
  if (first === 27) return coded(code, modifiers);
  const key = tildes[first];
  return key ? press(withModifiers(key, modifiers)) : null;
}

const mouseReport = /^<(\d{1,3});(\d{1,5});(\d{1,5})$/u;

/**
 * SGR mouse reports (`CSI < button ; column ; row M`, xterm ctlseqs "Extended coordinates"): the wheel, and the first button without
 * modifiers. Releases, movements and other buttons do nothing.
 */
function mouse(parameters: string, final: string): InputEvent | null {
  const found = final === 'm' ? null : mouseReport.exec(parameters);
  const [button, column, row] = (found ?? []).slice(1).map(Number);
  if (button === undefined || !column || !row) return null;
  const cell = { x: column - 1, y: row - 1 };
  if (button === 0) return { type: 'click', ...cell };
  // Shift, Alt and Ctrl are 4, 8 and 16.
  const direction = wheels[button & ~0b11100];
  return direction ? { type: 'wheel', direction, ...cell } : null;
}

const wheels: Readonly<Record<number, 'up' | 'down'>> = { 64: 'up', 65: 'down' };

/** The kitty keyboard protocol's `CSI code[:shifted[:base]] ; modifiers[:event] ; text u`. */
function unicodeKey(parameters: string): InputEvent | null {
  const [keys = '', modifiers = '', text = ''] = parameters.split(';');
  const points = text.split(':').map(Number).filter(isText);
  if (points.length > 0) return typed(String.fromCodePoint(...points));
  const mask = Number.parseInt(modifiers, 10) || 1;
  return coded(codeOf(keys, mask), mask);
}

/** With Ctrl or Alt, the key of a Cyrillic or Greek layout counts as the Latin one in its place. */
function codeOf(keys: string, mask: number): number {
  const [code = Number.NaN, , base = Number.NaN] = keys.split(':').map((part) => Number.parseInt(part, 10));
  return code > 127 && base > 0 && mask > 2 ? base : code;
}

/** A key given by its code point; caps lock and num lock (64, 128) do not count as modifiers. */
function coded(code: number, modifiers: number): InputEvent | null {
  const mask = ((Math.max(1, modifiers) - 1) & 0b1111) + 1;
  const key = codes[code] ?? (isText(code) ? String.fromCodePoint(code) : null);
  if (key === null) return null;
  if (key === 'space') return mask <= 2 ? typed(' ') : press(withModifiers(key, mask));
  return [...key].length === 1 ? letterKey(key, mask) : press(withModifiers(key, mask));
}

function letterKey(letter: string, mask: number): InputEvent {
  if (mask === 1) return typed(letter);
  if (mask === 2) return typed(letter.toUpperCase());
  const lower = letter.toLowerCase();
  return press(withModifiers(lower, lower === letter ? mask : ((mask - 1) | 1) + 1));
}

/** Tells whether a code point is text: not a control, not a surrogate, and not in the private area where the protocol keeps its keys. */
function isText(code: number): boolean {
  const isSpecial = (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code <= 0xf8ff);
  return code >= 0x20 && code <= 0x10ffff && !isSpecial;
}
