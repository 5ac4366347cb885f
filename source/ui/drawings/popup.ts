import { repeated, say, span, type Line } from '../text/line.ts';
import type { Popup } from '../composer/popup.ts';
import { pad, widthOf } from '../text/cells.ts';
import { toldApart, type Named } from '../text/told-apart.ts';

/** Two columns for the mark, one between name and note. */
const besideName = 3;

/** The place of the first entry that is drawn. */
export function firstShown({ entries, index, rows }: Pick<Popup, 'entries' | 'index' | 'rows'>): number {
  return Math.max(0, Math.min(index - rows + 2, entries.length - rows + 1));
}

/** The rows of the popup in exactly `columns` columns: a heading, and the entries around the chosen one. */
export function popupLines(
  { title, entries, index, rows }: Popup,
  columns: number,
  { contacts, isAscii }: { readonly contacts: readonly Named[]; readonly isAscii: boolean },
): readonly Line[] {
  const room = rows - 1;
  const first = firstShown({ entries, index, rows });
  const widest = Math.max(...entries.map(({ name }) => widthOf(name)));
  const hasNotes = entries.some(({ note }) => note !== '');
  const width = Math.min(widest, hasNotes ? Math.floor(columns / 2) : columns - besideName);
  const told = toldApart(contacts, width, isAscii);
  const count = entries.length > room ? say` ${index < 0 ? 1 : index + 1}/${entries.length} ` : say``;
  const rest = columns - widthOf(title) - count.length - 4;
  const heading: Line = [
    span(say`─ `, 'dim'),
    span(title, 'strong'),
    span(say` ${repeated('─', rest)}${count}─`, 'dim'),
  ];
  return [
    heading,
    ...entries.slice(first, first + room).map(({ name, note, contact }, at): Line => {
      const isChosen = first + at === index;
      const mark = isChosen ? span(say`❯ `, 'accent') : span(say`  `);
      const named = span(pad(told.get(contact ?? 0) ?? name, width), isChosen ? 'chosen' : 'plain');
      const left = columns - width - besideName;
      if (left < 1) return [mark, named, span(repeated(' ', columns - width - 2))];
      return [mark, named, span(say` ${pad(note, left)}`, 'dim')];
    }),
  ];
}
