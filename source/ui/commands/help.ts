import { close, helpSheet } from '../reading/reading.ts';
import { defineDialog, formLines, type Panel, type Scene } from '../dialogs/define.ts';
import type { Desk } from '../desk/desk.ts';
import { insert } from '../model/editor.ts';
import { withEditor } from '../model/view.ts';
import { answerIn, type DialogOf } from '../model/dialog.ts';
import { blank, line, repeated, say, span, type Line } from '../text/line.ts';
import { pad } from '../text/cells.ts';
import { wrap } from '../text/wrap.ts';
import { found, partsOf, type Entry } from './help-entries.ts';

/** Keys, commands and signs, searched by typing. */
export const helpDialog = defineDialog({
  ...helpSheet,
  titles: { help: 'In the help' },
  keys: [
    {
      action: 'type-question',
      keys: ['?'],
      help: say`close the help and type a question mark`,
      does: typeQuestion,
    },
  ],
  panel: helpPanel,
});

function typeQuestion(desk: Desk): void {
  close(desk);
  desk.view.update((view) => withEditor(view, (editor) => insert(editor, '?', 'type')));
}

/** Contents of the help sheet: a search line, and the matching keys, commands and signs. */
function helpPanel(dialog: DialogOf<'help'>, { columns, keys, settings, version }: Scene): Panel {
  const query = answerIn(dialog, 'query');
  const editing = { isVim: settings.editing === 'vim', hasMouse: settings.mouse };
  const parts = found(partsOf(keys, dialog.uses, editing), query);
  const form = formLines(dialog, columns - 1);
  const search = form.lines.map((row): Line => [
    span(say` `),
    ...row,
    ...(query === '' ? [span(say`type to search`, 'dim')] : []),
  ]);
  const lines = parts.flatMap(({ title, entries }) => [
    blank,
    line(say` ${title}`, 'strong'),
    ...entries.flatMap((entry) => entryLines(entry, columns)),
  ]);
  const shown = parts.length > 0 ? lines : [blank, line(say` nothing in the help matches`, 'dim')];
  const caret = form.caret && { ...form.caret, column: form.caret.column + 1 };
  return { title: say`Help · cryptochat ${version}`, lines: [...search, ...shown], caret };
}

/** A key or a sign with its purpose to the right, in as many rows as that takes. */
function entryLines({ left, help }: Entry, columns: number): readonly Line[] {
  const wide = wideOf(columns);
  const { text, look } = left(wide - 2);
  return wrap(help, columns - wide - 1).map((row, at): Line => {
    const head = at === 0 ? span(say` ${pad(text, wide - 2)} `, look) : span(repeated(' ', wide));
    return [head, span(row.text)];
  });
}

/** Number of columns for the part on the left. */
function wideOf(columns: number): number {
  return columns >= 50 ? 26 : 17;
}
