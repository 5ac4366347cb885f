import { printableLine } from '../core/printable.ts';
import type { Printable } from '../core/types.ts';
import { type Action, type Binding, keymap, type Where } from './keymap.ts';
import { joined, say } from './text/say.ts';

const byPlace = new Map<string, Action>();
for (const binding of keymap) {
  for (const key of binding.keys) byPlace.set(`${binding.where} ${key}`, binding.action);
}

/** What `key` does in the first of `layers` that knows it; null when none does. */
export function actionFor(key: string, layers: readonly Where[]): Action | null {
  for (const layer of layers) {
    const action = byPlace.get(`${layer} ${key}`);
    if (action) return action;
  }
  return null;
}

/** The bindings that count in one place, as plain bindings. */
export function bindingsIn(where: Where): readonly Binding[] {
  return keymap.filter((binding) => binding.where === where);
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
