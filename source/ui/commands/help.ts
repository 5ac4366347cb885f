import { close, helpSheet } from '../reading/reading.ts';
import { defineDialog, type Panel, type Scene } from '../dialogs/define.ts';
import type { Desk } from '../desk/desk.ts';
import { insert } from '../model/editor.ts';
import { contactStates, messageStates, withEditor } from '../model/view.ts';
import type { DialogOf } from '../model/dialog.ts';
import type { Printable } from '../../core/types.ts';
import { commands } from './commands.ts';
import { bindingsIn, keyLabel } from '../model/bindings.ts';
import type { Where } from '../model/keymap.ts';
import { blank, line, repeated, say, span, type Line, type Span } from '../text/line.ts';
import { pad, widthOf } from '../text/cells.ts';
import { wrap } from '../text/wrap.ts';
import { ticks } from '../reading/own-rows.ts';

/** Keys, commands and signs. */
export const helpDialog = defineDialog({
  ...helpSheet,
  titles: { help: 'In the help' },
  keys: [{ action: 'type-question', keys: ['?'], help: say`type a question mark`, does: typeQuestion }],
  panel: helpPanel,
});

const parts: ReadonlyArray<{ readonly title: Printable; readonly where: Where }> = [
  { title: say`Conversation`, where: 'conversation' },
  { title: say`A list above the draft`, where: 'completion' },
  { title: say`A selected message`, where: 'selecting' },
  { title: say`The messages that a search found`, where: 'finding' },
  { title: say`Everywhere`, where: 'everywhere' },
  { title: say`Writing`, where: 'text' },
];

const signs = (['queued', 'kept', 'sent', 'delivered', 'failed'] as const).map((state) => ({
  tick: ticks[state],
  means: messageStates[state],
}));

function typeQuestion(desk: Desk): void {
  close(desk);
  desk.view.update((view) => withEditor(view, (editor) => insert(editor, '?', 'type')));
}

/** Contents of the help sheet: the key map, the commands, the ticks. */
function helpPanel(_dialog: DialogOf<'help'>, scene: Scene): Panel {
  const { columns } = scene;
  const keys = parts.flatMap(({ title, where }) => [
    line(say` ${title}`, 'strong'),
    ...bindingsIn(scene.keys, where).flatMap(({ keys: names, help }) =>
      entry(span(keysLabel(names, wideOf(columns) - 2), 'key'), help, columns),
    ),
    blank,
  ]);
  const names = commands.flatMap(({ name, wants, help }) => {
    return entry(span(say`/${name as Printable} ${wants}`, 'key'), help, columns);
  });
  const marks = signs.flatMap(({ tick, means }) => entry(span(tick.sign, tick.look), means, columns));
  const lines = [
    ...keys,
    line(say` Commands`, 'strong'),
    ...names,
    blank,
    line(say` Signs behind your messages`, 'strong'),
    ...marks,
    blank,
    line(say` Signs behind people`, 'strong'),
    ...Object.values(contactStates).flatMap(({ sign, look, words }) =>
      entry(span(sign, look), words, columns),
    ),
    ...entry(span(say`m`, 'dim'), say`muted: their messages make no notification`, columns),
  ];
  return { title: say`Help · cryptochat ${scene.version}`, lines, caret: null };
}

/** A key or a sign with its purpose to the right, in as many rows as that takes. */
function entry(left: Span, right: Printable, columns: number): readonly Line[] {
  const wide = wideOf(columns);
  return wrap(right, columns - wide - 1).map((row, at): Line => {
    const head = at === 0 ? span(say` ${pad(left.text, wide - 2)} `, left.look) : span(repeated(' ', wide));
    return [head, span(row.text)];
  });
}

/** Number of columns for the part on the left. */
function wideOf(columns: number): number {
  return columns >= 50 ? 26 : 17;
}

/** The first two keys, or the one that fits into `room` columns: half a name does not tell a key. */
function keysLabel(keys: readonly string[], room: number): Printable {
  const [first = '', second] = keys;
  const last = keys.at(-1) ?? '';
  if (keys.length > 4) return say`${keyLabel(first)} … ${keyLabel(last)}`;
  if (second === undefined) return keyLabel(first);
  const both = say`${keyLabel(first)}, ${keyLabel(second)}`;
  return widthOf(both) > room ? keyLabel(first) : both;
}
