import { nearestName } from '../../core/names.ts';
import type { Settings } from '../../core/settings.ts';
import { canonicalKey, keyMapOf } from './bindings.ts';
import { codes, finals, tildes } from './key-names.ts';
import type { Binding, Where } from './keymap.ts';

/** An error in the keys of one action, in words that follow its name. */
export type KeyFault = { readonly action: string; readonly reason: string };

const named = new Set([...Object.values(finals), ...Object.values(tildes), ...Object.values(codes)]);
const modifiers = /^(?:super\+)?(?:ctrl\+)?(?:alt\+)?(?:shift\+)?(?=.)/u;

/** Each of these actions needs a key: to send, to close, to get in and to get out. */
const vital = new Set(['quit', 'send', 'cancel', 'close-dialog', 'unlock', 'answer-set-up']);

/** Places where a letter alone is text, or may be: their keys count while something is typed. */
const typing: ReadonlySet<Where> = new Set<Where>([
  ...(['conversation', 'completion', 'text', 'everywhere', 'dialog'] as const),
  ...(['set-up', 'unlock', 'join', 'palette', 'verify'] as const),
]);

/** These places count at the same time, and a person cannot see which of them comes first. */
const together: ReadonlySet<Where> = new Set<Where>(['conversation', 'text', 'everywhere']);

/** The first error in the keys of the settings, which take the place of the `defaults`; null when the keys can be used. */
export function keyFault(defaults: readonly Binding[], keys: Settings['keys']): KeyFault | null {
  for (const [action, chosen] of Object.entries(keys)) {
    const reason = faultOf(defaults, action, chosen);
    if (reason !== null) return { action, reason };
  }
  return conflict(defaults, keys);
}

function faultOf(defaults: readonly Binding[], action: string, keys: readonly string[]): string | null {
  const bindings = defaults.filter((binding) => binding.action === action);
  if (bindings.length === 0) return unknownAction(defaults, action);
  if (keys.length === 0 && vital.has(action)) return 'needs a key';
  const strange = keys.find((key) => !isKey(canonicalKey(key)));
  if (strange !== undefined) return `${JSON.stringify(strange)} is not a key, write for example "ctrl+x"`;
  const letter = keys.find((key) => isText(canonicalKey(key)));
  if (letter === undefined || !bindings.some(({ where }) => typing.has(where))) return null;
  return `${JSON.stringify(letter)} alone types text there, write for example "ctrl+x"`;
}

function unknownAction(defaults: readonly Binding[], action: string): string {
  const nearest = nearestName(
    action,
    defaults.map((binding) => binding.action),
  );
  return nearest === null ? 'is not an action' : `is not an action, did you mean ${nearest}`;
}

function isKey(key: string): boolean {
  const name = key.replace(modifiers, '');
  return named.has(name) || /^[^\p{C}\p{Z}]$/u.test(name);
}

function isText(key: string): boolean {
  return [...key].length === 1 || key === 'space';
}

/** Two actions with one key in the same place. The action that the settings give the key to is to blame. */
function conflict(defaults: readonly Binding[], keys: Settings['keys']): KeyFault | null {
  const taken = new Map<string, Binding>();
  for (const binding of keyMapOf(defaults, keys).bindings) {
    for (const key of binding.keys) {
      const place = `${together.has(binding.where) ? 'conversation' : binding.where} ${key}`;
      const other = taken.get(place);
      if (other && other.action !== binding.action) return blame(keys, key, [binding, other]);
      taken.set(place, binding);
    }
  }
  return null;
}

function blame(keys: Settings['keys'], key: string, [one, other]: readonly [Binding, Binding]): KeyFault {
  const [guilty, victim] = Object.hasOwn(keys, one.action) ? [one, other] : [other, one];
  return { action: guilty.action, reason: `has ${JSON.stringify(key)}, which ${victim.action} has already` };
}
