import {
  beyondOf,
  changing,
  choicesAfter,
  defineDialog,
  failureLines,
  openOf,
  paragraph,
  type Panel,
  type Scene,
} from './define.ts';
import { printableLine } from '../../core/printable.ts';
import { settings } from '../../core/settings.ts';
import type { Themes } from '../../core/themes.ts';
import { applySetting, sayChanged } from '../desk/change-setting.ts';
import { readAgain } from '../desk/choose-theme.ts';
import { attempt, type Desk, type Handler } from '../desk/desk.ts';
import { dialogOf, type DialogOf, type Failure } from '../model/dialog.ts';
import { inDialog } from '../model/view.ts';
import { close, open } from '../reading/reading.ts';
import { blank, line, say, span, type Line } from '../text/line.ts';

/** The themes; the screen is drawn with the chosen one while the list is open. */
export const themesList = defineDialog({
  kind: 'themes',
  shape: 'box',
  titles: { themes: 'On the list of themes' },
  keys: [
    { action: 'theme-up', keys: ['up', 'ctrl+p'], help: say`move up`, does: moves(-1) },
    { action: 'theme-down', keys: ['down', 'ctrl+n'], help: say`move down`, does: moves(1) },
    { action: 'theme-take', keys: ['enter'], help: say`keep this theme`, hint: say`keep it`, does: take },
  ],
  // The first click shows a theme, one on the theme that is shown keeps it.
  clicked(desk, index) {
    if (openOf(desk, 'themes')?.index === index) take(desk);
    else desk.view.update((view) => inDialog(view, 'themes', (now) => ({ ...now, index, failure: null })));
  },
  panel: themesPanel,
});

/** This many names are visible even where there is no room for the whole sample. */
const leastListed = 4;

type Listed = DialogOf<'themes'>['list'][number];

/** Opens the list of all themes, on the one in use; theme files are read again meanwhile. */
export function openThemes(desk: Desk): void {
  const { settings: now, themes } = desk.view.get();
  const list = listOf(themes);
  open(desk, dialogOf(themesList, { index: indexOf(list, now.theme), list }));
  attempt(desk, async () => {
    const read = listOf(await readAgain(desk));
    desk.view.update((view) =>
      inDialog(view, 'themes', (dialog) => {
        const chosen = dialog.list[dialog.index]?.name ?? '';
        return { ...dialog, list: read, index: indexOf(read, chosen) };
      }),
    );
  });
}

function listOf({ files, faults }: Themes): readonly Listed[] {
  const named = [...files.keys(), ...faults.keys()].toSorted();
  return [...settings.theme.values, ...named].map((name) => {
    const fault = faults.get(name);
    return { name, fault: fault === undefined ? null : printableLine(fault) };
  });
}

/** The place of a name in the list; the first where it is not there. */
function indexOf(list: readonly Listed[], wanted: string): number {
  return Math.max(
    0,
    list.findIndex(({ name }) => name === wanted),
  );
}

/** The name of the chosen theme; null while that one cannot be used. */
export function chosenTheme({ list, index }: DialogOf<'themes'>): string | null {
  const chosen = list[index];
  return chosen?.fault === null ? chosen.name : null;
}

/** Moves the choice; it stops at both ends. */
function moves(by: 1 | -1): Handler {
  return changing('themes', (now) => {
    const index = Math.max(0, Math.min(now.list.length - 1, now.index + by));
    return { ...now, index, failure: null };
  });
}

/** Keeps the chosen theme. One that cannot be used stays chosen, because the box already shows the reason. */
function take(desk: Desk): void {
  const dialog = openOf(desk, 'themes');
  const name = dialog && chosenTheme(dialog);
  if (!name) return;
  if (name === desk.view.get().settings.theme) return close(desk);
  const failed = (failure: Failure): void =>
    desk.view.update((view) => inDialog(view, 'themes', (now) => ({ ...now, failure })));
  const work = async (): Promise<void> => {
    await applySetting(desk, ['theme'], name);
    // Do this last: the old theme must not flash in between.
    if (openOf(desk, 'themes')) close(desk);
    sayChanged(desk, ['theme'], name);
  };
  attempt(desk, work, failed);
}

/** Contents of the list: the names, and a sample of everything that is drawn. */
function themesPanel(dialog: DialogOf<'themes'>, { columns, rows }: Scene): Panel {
  const chosen = dialog.list[dialog.index];
  const below = chosen?.fault
    ? paragraph(chosen.fault, columns, 'bad')
    : sample.slice(0, Math.max(1, rows - leastListed - 1));
  const about = [blank, ...below, ...failureLines(dialog.failure, columns)];
  const room = Math.max(leastListed, Math.min(dialog.list.length, rows - about.length));
  const first = Math.max(0, Math.min(dialog.index - room + 2, dialog.list.length - room));
  const list = dialog.list
    .slice(first, first + room)
    .map((one, at) => listed(one, first + at === dialog.index));
  const choices = choicesAfter(0, first, list.length);
  const beyond = beyondOf(first, list.length, dialog.list.length);
  return { title: say`Themes`, lines: [...list, ...about], caret: null, choices, beyond };
}

function listed({ name, fault }: Listed, isChosen: boolean): Line {
  const label = span(
    say`${isChosen ? say`❯` : say` `} ${printableLine(name, 32)} `,
    isChosen ? 'chosen' : 'plain',
  );
  if (fault !== null) return [label, span(say` ✗ cannot be used`, 'dim')];
  return [label];
}

/** A line of each kind that the screen has, so that all roles are seen. */
const sample: readonly Line[] = [
  [span(say`bob`, 'accent'), span(say` verified ✓`, 'good'), span(say` · answered 20 s ago`, 'dim')],
  [
    span(say`bob `, 'person1'),
    span(say`carol `, 'person2'),
    span(say`dave `, 'person3'),
    span(say`erin `, 'person4'),
    span(say`you`, 'you'),
  ],
  [
    span(say`┃ `, 'person1'),
    span(say`On my way, `),
    span(say`really`, 'strong'),
    span(say` · `, 'dim'),
    span(say`not today`, 'struck'),
  ],
  [
    span(say`09:42   `, 'dim'),
    span(say`the `),
    span(say`new`, 'italic'),
    span(say` one: `),
    span(say`npm start`, 'mono'),
    span(say` · `, 'dim'),
    span(say`https://example.org`, 'link'),
  ],
  [span(say`not verified`, 'warn'), span(say` · `, 'dim'), span(say`error: not sent`, 'bad')],
  line(say`Ctrl+K`, 'key'),
];
