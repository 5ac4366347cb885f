import type { Printable } from '../../core/types.ts';
import { commands } from '../commands.ts';
import { bindingsIn, keyLabel } from '../bindings.ts';
import type { Where } from '../keymap.ts';
import { blank, type Line, line, span } from '../line.ts';
import { pad } from '../text/cells.ts';
import { joined, say } from '../text/say.ts';
import { ticks } from '../blocks.ts';
import type { DialogOf } from './dialog.ts';
import type { Panel, Scene } from './panel.ts';

const parts: ReadonlyArray<{ readonly title: Printable; readonly where: Where }> = [
  { title: say`Conversation`, where: 'conversation' },
  { title: say`Everywhere`, where: 'everywhere' },
  { title: say`Writing`, where: 'text' },
];

const signs = [
  { tick: ticks.queued, means: say`waits here until they can be reached` },
  { tick: ticks.sent, means: say`on their disk` },
  { tick: ticks.delivered, means: say`decrypted and stored by their client` },
  { tick: ticks.failed, means: say`not sent` },
];

/** What the help panel draws: the key map, the commands, the ticks. */
export function helpPanel(_dialog: DialogOf<'help'>, scene: Scene): Panel {
  const wide = scene.columns >= 50 ? 26 : 17;
  const keys = parts.flatMap(({ title, where }) => [
    line(say` ${title}`, 'strong'),
    ...bindingsIn(where).map(({ keys: names, help }) => entry(keysLabel(names), help, wide)),
    blank,
  ]);
  const names = commands.map(({ name, wants, help }) =>
    entry(say`/${name as Printable} ${wants}`, help, wide),
  );
  const marks = signs.map(({ tick, means }): Line => [
    span(say` ${pad(tick.sign, wide - 1)}`, tick.look),
    span(means),
  ]);
  const lines = [
    ...keys,
    line(say` Commands`, 'strong'),
    ...names,
    blank,
    line(say` Signs behind your messages`, 'strong'),
    ...marks,
  ];
  return { title: say`Help`, lines, caret: null };
}

function entry(left: Printable, right: Printable, wide: number): Line {
  return [span(say` ${pad(left, wide - 2)}`, 'key'), span(say` ${right}`)];
}

function keysLabel(keys: readonly string[]): Printable {
  const isRow = keys.length > 4;
  const shown = isRow ? [keys[0] ?? '', keys.at(-1) ?? ''] : keys.slice(0, 2);
  return joined(shown.map(keyLabel), isRow ? say` … ` : say`, `);
}
