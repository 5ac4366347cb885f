import type { Command, VimMode } from '../../model/vim.ts';
import { motions } from './motions.ts';
import { objects } from './objects.ts';

/** The result of reading keys: a command, the beginning of one, or neither. */
export type Parsed = Command | 'more' | 'none';

const operators = new Set(['d', 'c', 'y', 'g~', 'gu', 'gU']);
/** Commands of one key in normal mode. */
const plain = new Set('x X J ~ D C Y p P u U i a I A o O v V s S . redo'.split(' '));
/** Commands of one key on a selection. */
const onSelection = new Set('d x X D y c C s S R Y J ~ u U p P o v V g~ gu gU'.split(' '));
const wantsLetter = new Set(['f', 'F', 't', 'T', 'r']);
/** The largest count: a slip of the finger must not fill the memory. */
const mostTimes = 9999;

type Rest = { readonly keys: readonly string[]; readonly count: number | null };

/** Reads the keys of one command, each a grapheme or the name of a key. */
export function parse(keys: readonly string[], mode: VimMode): Parsed {
  const { keys: rest, count } = counted(keys);
  const [verb, used] = verbOf(rest);
  if (used < 0) return 'more';
  const after = rest.slice(used);
  const begun = mode === 'normal' ? inNormal(verb, after, count) : inVisual(verb, after, count);
  return begun ?? moving(verb, after, count, null);
}

function inNormal(verb: string, after: readonly string[], count: number | null): Parsed | null {
  if (operators.has(verb)) return operated(verb, after, count);
  return plain.has(verb) ? { count, operator: null, verb, letter: '' } : null;
}

function inVisual(verb: string, after: readonly string[], count: number | null): Parsed | null {
  if (onSelection.has(verb)) return { count, operator: null, verb, letter: '' };
  return verb === 'i' || verb === 'a' ? objectOf(verb, after, count, null) : null;
}

function counted(keys: readonly string[]): Rest {
  let at = 0;
  while (/^\d$/u.test(keys[at] ?? '') && !(at === 0 && keys[0] === '0')) at += 1;
  const count = at === 0 ? null : Math.min(mostTimes, Number(keys.slice(0, at).join('')));
  return { keys: keys.slice(at), count };
}

/** The first verb and the number of its keys; -1 where a key is missing. */
function verbOf([first, second]: readonly string[]): readonly [verb: string, used: number] {
  if (first === undefined || (first === 'g' && second === undefined)) return ['', -1];
  return first === 'g' ? [`g${second}`, 2] : [first, 1];
}

function operated(operator: string, keys: readonly string[], outer: number | null): Parsed {
  const { keys: rest, count: inner } = counted(keys);
  const count = inner === null ? outer : Math.min(mostTimes, (outer ?? 1) * inner);
  const [verb, used] = verbOf(rest);
  if (used < 0) return 'more';
  if (verb === operator || `g${verb}` === operator) return { count, operator, verb: 'line', letter: '' };
  if (verb === 'i' || verb === 'a') return objectOf(verb, rest.slice(used), count, operator);
  return moving(verb, rest.slice(used), count, operator);
}

function objectOf(
  verb: string,
  [name]: readonly string[],
  count: number | null,
  operator: string | null,
): Parsed {
  if (name === undefined) return 'more';
  return Object.hasOwn(objects, name) ? { count, operator, verb: verb + name, letter: '' } : 'none';
}

function moving(
  verb: string,
  [letter]: readonly string[],
  count: number | null,
  operator: string | null,
): Parsed {
  const isKnown = Object.hasOwn(motions, verb) || (verb === 'r' && operator === null);
  if (!isKnown) return 'none';
  if (!wantsLetter.has(verb)) return { count, operator, verb, letter: '' };
  if (letter === undefined) return 'more';
  return isNamed(letter) ? 'none' : { count, operator, verb, letter };
}

/** Keys that type nothing come as names, which are longer than a letter. */
function isNamed(key: string): boolean {
  return /^[a-z]{3,}$/u.test(key);
}
