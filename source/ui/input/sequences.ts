import { type InputEvent, press, typed } from './events.ts';

/** Final bytes of `CSI … X` and `SS3 X` that are keys (xterm ctlseqs, "PC-Style Function Keys"). */
const finals: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  M: 'enter',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};

/** Numbers of `CSI n ~` (xterm ctlseqs; 7 and 8 are rxvt's). */
const tildes: Readonly<Record<number, string>> = {
  ...{ 1: 'home', 2: 'insert', 3: 'delete', 4: 'end', 5: 'pageup', 6: 'pagedown', 7: 'home', 8: 'end' },
  ...{ 11: 'f1', 12: 'f2', 13: 'f3', 14: 'f4', 15: 'f5', 17: 'f6', 18: 'f7', 19: 'f8', 20: 'f9', 21: 'f10' },
  ...{ 23: 'f11', 24: 'f12' },
};

/** Code points of `CSI n u` and `CSI 27 ; m ; n ~` that are named keys; 57399 and up: the kitty protocol's keypad. */
const codes: Readonly<Record<number, string>> = {
  ...{ 8: 'backspace', 9: 'tab', 13: 'enter', 27: 'escape', 32: 'space', 127: 'backspace' },
  ...{ 57409: '.', 57410: '/', 57411: '*', 57412: '-', 57413: '+', 57414: 'enter', 57415: '=' },
  ...{ 57417: 'left', 57418: 'right', 57419: 'up', 57420: 'down', 57421: 'pageup', 57422: 'pagedown' },
  ...{ 57423: 'home', 57424: 'end', 57425: 'insert', 57426: 'delete' },
};

/** The canonical name of `key` with the modifiers of a sequence (1 + shift 1 + alt 2 + ctrl 4 + super 8). */
export function withModifiers(key: string, modifiers: number): string {
  const bits = Math.max(0, modifiers - 1);
  let name = bits & 8 ? 'super+' : '';
  if (bits & 4) name += 'ctrl+';
  if (bits & 2) name += 'alt+';
  if (bits & 1) name += 'shift+';
  return name + key;
}

/** What `SS3 final` means; null when it is no key. */
export function singleShift(final: string): InputEvent | null {
  const key = finals[final];
  return key ? press(key) : null;
}

/**
 * What a complete `CSI parameters final` means. Null means that it is swallowed: releases of keys, mouse buttons and
 * everything unknown, none of which may ever reach the text as typed characters.
 */
export function controlSequence(parameters: string, final: string): InputEvent | null {
  if (final === 'M' || final === 'm') return mouse(parameters, final);
  if (/^[?>=<]/.test(parameters)) return { type: 'reply', text: parameters + final };
  if (final === 'u') return unicodeKey(parameters);
  const [first = Number.NaN, second = 1, third = Number.NaN] = numbers(parameters);
  if (final === '~') return first === 27 ? coded(third, second) : tilde(first, second);
  if (final === 'Z') return press('shift+tab');
  if (parameters === '' && (final === 'I' || final === 'O')) return { type: 'focus', focused: final === 'I' };
  if (final === 'R' && parameters !== '') return { type: 'reply', text: parameters + final };
  const key = finals[final];
  return key && !isRelease(parameters) ? press(withModifiers(key, second)) : null;
}

function numbers(parameters: string): readonly number[] {
  return parameters.split(';').map((part) => Number.parseInt(part, 10));
}

function isRelease(parameters: string): boolean {
  return /;\d*:3/.test(parameters);
}

function tilde(first: number, modifiers: number): InputEvent | null {
  const key = tildes[first];
  return key ? press(withModifiers(key, modifiers)) : null;
}

/** SGR mouse reports (`CSI < button ; x ; y M`): only the wheel counts here. */
function mouse(parameters: string, final: string): InputEvent | null {
  if (!parameters.startsWith('<') || final === 'm') return null;
  const button = Number.parseInt(parameters.slice(1), 10);
  const wheel = button & ~0b11100;
  if (wheel === 64) return { type: 'wheel', direction: 'up' };
  return wheel === 65 ? { type: 'wheel', direction: 'down' } : null;
}

/** The kitty keyboard protocol's `CSI code[:shifted[:base]] ; modifiers[:event] ; text u`. */
function unicodeKey(parameters: string): InputEvent | null {
  if (isRelease(parameters)) return null;
  const [keys = '', modifiers = '1', text = ''] = parameters.split(';');
  const points = text
    .split(':')
    .map(Number)
    .filter((point) => point >= 0x20 && isScalar(point));
  if (points.length > 0) return typed(String.fromCodePoint(...points));
  const [code = Number.NaN, , base = Number.NaN] = keys.split(':').map((part) => Number.parseInt(part, 10));
  const mask = Number.parseInt(modifiers, 10);
  return coded(code > 127 && base > 0 && mask > 2 ? base : code, Number.isNaN(mask) ? 1 : mask);
}

/** A key told by its code point; caps lock and num lock (64, 128) are not modifiers of ours. */
function coded(code: number, modifiers: number): InputEvent | null {
  const mask = ((Math.max(1, modifiers) - 1) & 0b1111) + 1;
  const named = codes[code];
  if (named) return named === 'space' && mask <= 2 ? typed(' ') : keyOrText(named, mask);
  if (code >= 57399 && code <= 57408) return keyOrText(String(code - 57399), mask);
  if (!isScalar(code) || code < 0x20 || (code >= 57344 && code <= 63743)) return null;
  const letter = String.fromCodePoint(code);
  if (mask === 1) return typed(letter);
  if (mask === 2) return typed(letter.toUpperCase());
  const lower = letter.toLowerCase();
  return press(withModifiers(lower, lower === letter ? mask : ((mask - 1) | 1) + 1));
}

function keyOrText(key: string, mask: number): InputEvent {
  return key.length === 1 && mask <= 2 ? typed(key) : press(withModifiers(key, mask));
}

function isScalar(code: number): boolean {
  return (
    code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) && !(code >= 0x7f && code < 0xa0)
  );
}
