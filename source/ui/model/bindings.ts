import { printableLine } from '../../core/printable.ts';
import type { Settings } from '../../core/settings.ts';
import type { Printable } from '../../core/types.ts';
import type { Binding, MainAction, Where } from './keymap.ts';
import { joined, say } from '../text/line.ts';

/** The keys in effect: dispatch, hints and help are all made from the same ones. */
export type KeyMap = {
  /** The keys of a person who changed none. */
  readonly defaults: readonly Binding[];
  readonly bindings: readonly Binding[];
  readonly byPlace: ReadonlyMap<string, string>;
};

/** The key map with the keys of some actions replaced, wherever these actions count. */
export function keyMapOf(defaults: readonly Binding[], keys: Settings['keys'] = {}): KeyMap {
  const bindings = defaults.map((binding) => {
    const chosen = Object.hasOwn(keys, binding.action) ? keys[binding.action] : undefined;
    return chosen ? { ...binding, keys: chosen.map(canonicalKey) } : binding;
  });
  const byPlace = new Map<string, string>();
  for (const { action, keys: names, where } of bindings) {
    for (const key of names) byPlace.set(`${where} ${key}`, action);
  }
  return { defaults, bindings, byPlace };
}

const modifierOrder = ['super', 'ctrl', 'alt', 'shift'];

/** A key as the parser of the keyboard names it, whatever its case and the order of its modifiers. */
export function canonicalKey(key: string): string {
  const parts = key
    .trim()
    .toLowerCase()
    .split(/\+(?=.)/u);
  const name = parts.pop() ?? '';
  if ([...key].length === 1) return key;
  return [...parts.toSorted((a, b) => modifierOrder.indexOf(a) - modifierOrder.indexOf(b)), name].join('+');
}

/** The action of `key` in the first of `layers` that knows the key; null when none does. */
export function actionFor({ byPlace }: KeyMap, key: string, layers: readonly Where[]): string | null {
  for (const layer of layers) {
    const action = byPlace.get(`${layer} ${key}`);
    if (action) return action;
  }
  return null;
}

/** The action that `key` has in a place for a person who changed no keys; null when it has none. */
export function defaultAction({ defaults }: KeyMap, key: string, where: Where): string | null {
  return defaults.find((one) => one.where === where && one.keys.includes(key))?.action ?? null;
}

/** The bindings that count in one place and have a key, as plain bindings. */
export function bindingsIn({ bindings }: KeyMap, where: Where): readonly Binding[] {
  return bindings.filter((binding) => binding.where === where && binding.keys.length > 0);
}

/** The first key of `action` as people write it, or `instead` where it has none. */
export function keyFor({ bindings }: KeyMap, action: MainAction, instead: Printable): Printable {
  const key = bindings.find((binding) => binding.action === action)?.keys[0];
  return key === undefined ? instead : keyLabel(key);
}

const labels: Readonly<Record<string, Printable>> = {
  ctrl: say`Ctrl`,
  alt: say`Alt`,
  shift: say`Shift`,
  up: say`↑`,
  down: say`↓`,
  left: say`←`,
  right: say`→`,
  enter: say`Enter`,
  escape: say`Esc`,
  pageup: say`PgUp`,
  pagedown: say`PgDn`,
  home: say`Home`,
  end: say`End`,
  tab: say`Tab`,
  delete: say`Del`,
  backspace: say`Backspace`,
  f1: say`F1`,
};

/** A key as people write it: `Ctrl+K`, `Alt+↓`, `PgUp`. */
export function keyLabel(key: string): Printable {
  const parts = key.split(/\+(?=.)/);
  const isChord = parts.length > 1;
  const words = parts.map((part) => labels[part] ?? printableLine(isChord ? part.toUpperCase() : part));
  return joined(words, say`+`);
}
