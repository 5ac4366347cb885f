import type { ContactView, Printable } from '../../core/types.ts';
import { asciiOf } from './ascii.ts';
import { drawnWhole, fit, widthOf } from './cells.ts';
import { say } from './line.ts';

/** A contact to be told apart from others. */
export type Named = Pick<ContactView, 'id' | 'label'>;

/** A name as it is drawn, with its number or without, and as the eye sees it. */
type Drawn = {
  readonly id: number;
  readonly text: Printable;
  readonly seen: Printable;
  readonly isCut: boolean;
};

/**
 * Each contact's name as it is drawn, by id, in as many columns as there are (the same for all, or for each). Names that would look
 * alike, because they are cut to the same beginning or this terminal draws their letters alike, have the contact's number at the end:
 * nobody else has that number.
 */
export function toldApart<One extends Named>(
  contacts: readonly One[],
  columns: number | ((contact: One) => number),
  isAscii = false,
): ReadonlyMap<number, Printable> {
  const all = new Map<number, Drawn>();
  const draw = (one: One, isNumbered: boolean): void => {
    const room = Math.max(1, typeof columns === 'number' ? columns : columns(one));
    const text = isNumbered ? numbered(one, room) : fit(one.label, room);
    const isCut = !isNumbered && widthOf(one.label) > room;
    all.set(one.id, { id: one.id, text, seen: isAscii ? asciiOf(text) : text, isCut });
  };
  for (const one of contacts) draw(one, false);
  const done = new Set<number>();
  let alike = sameBeginning([...all.values()].filter(({ isCut }) => isCut));
  for (;;) {
    for (const one of contacts) if (alike.has(one.id)) draw(one, true);
    for (const id of alike) done.add(id);
    // A name without a number may now look like one that has just got its number.
    alike = new Set([...sameWhole([...all.values()])].filter((id) => !done.has(id)));
    if (alike.size === 0) return new Map([...all].map(([id, { text }]) => [id, text]));
  }
}

/** The name of one contact among all of them; no name for a contact that is gone. */
export function nameAmong(
  contacts: readonly Named[],
  id: number,
  columns = Infinity,
  isAscii = false,
): Printable {
  return toldAmong(contacts, columns, isAscii, drawnWhole()).get(id) ?? fit(say`someone`, columns);
}

type Asked = readonly [contacts: readonly Named[], columns: number, isAscii: boolean, emoji: unknown];
type Told = ReturnType<typeof toldApart>;

/** A frame asks for a name in a few widths, and the next frame asks the same. */
const lastAnswers: Array<{ readonly asked: Asked; readonly told: Told }> = [];
const mostAnswers = 4;

function toldAmong(...asked: Asked): Told {
  const known = lastAnswers.find((one) => one.asked.every((value, at) => value === asked[at]));
  if (known) return known.told;
  const [contacts, columns, isAscii] = asked;
  const told = toldApart(contacts, columns, isAscii);
  lastAnswers.unshift({ asked, told });
  lastAnswers.length = Math.min(lastAnswers.length, mostAnswers);
  return told;
}

/** If there is no room for both, the number is worth more than a letter. */
function numbered({ id, label }: Named, room: number): Printable {
  const number = say` ${id}`;
  const left = room - widthOf(number);
  return left < 1 ? say`${id}` : say`${fit(label, left)}${number}`;
}

/** The names whose beginning is the beginning of another name. */
function sameBeginning(cut: readonly Drawn[]): ReadonlySet<number> {
  const alike = new Set<number>();
  const starts = cut.map(({ id, seen }) => ({ id, start: seen.slice(0, -1) }));
  // In this order, every text that begins with another one comes right after it.
  let first: (typeof starts)[number] | undefined;
  for (const one of starts.toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))) {
    if (first && one.start.startsWith(first.start)) alike.add(first.id).add(one.id);
    else first = one;
  }
  return alike;
}

/** The names that are drawn like another one. */
function sameWhole(all: readonly Drawn[]): ReadonlySet<number> {
  const alike = new Set<number>();
  const seen = new Map<string, number>();
  for (const one of all) {
    const other = seen.get(one.seen);
    if (other === undefined) seen.set(one.seen, one.id);
    else alike.add(other).add(one.id);
  }
  return alike;
}
