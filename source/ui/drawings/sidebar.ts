import type { ContactView, Printable, State } from '../../core/types.ts';
import { blank, fitLine, line, lineWidth, repeated, say, span, type Line } from '../text/line.ts';
import { contactsInOrder, isAsking, standingOf, type View } from '../model/view.ts';
import { drawnWhole, pad } from '../text/cells.ts';
import { isRightToLeft } from '../text/right-to-left.ts';
import { beginsLikeYours } from '../text/like-you.ts';
import { shortStamp } from '../text/times.ts';
import { toldApart } from '../text/told-apart.ts';

/** One row of the list and the contact that it is about; null where it is about nobody. */
export type SidebarRow = { readonly spans: Line; readonly contact: number | null };

/** Everything that the list depends on. */
type Seen = Pick<View, 'selected' | 'terminal'> & {
  /** The number of the day (text/times.ts). */
  readonly today: number;
};

type Facts = Pick<State, 'contacts' | 'phase'>;

/**
 * The people, the latest first, in two rows each: name, how sure the program is who they are, and the time of the last message; the last
 * words, away, and unread messages. Then the people who ask to be let in, under a line that counts them. There is an empty row between
 * two people where all of them fit so.
 */
export function sidebarRows(view: Seen, facts: Facts, columns: number, rows: number): readonly SidebarRow[] {
  const contacts = contactsInOrder(facts);
  if (contacts.length === 0) {
    return fill(facts.phase === 'opening' ? [] : [nobodys(line(say`  no contacts yet`, 'dim'))], rows);
  }
  const size = { columns, today: view.today };
  const told = toldIn(facts.contacts, size, view.terminal.isAscii);
  const draw = (contact: ContactView): readonly SidebarRow[] => {
    const label = told.get(contact.id) ?? contact.label;
    const isSelected = contact.id === view.selected;
    return [
      { spans: nameRow({ ...contact, label }, isSelected, size), contact: contact.id },
      { spans: wordsRow(contact, columns), contact: contact.id },
    ];
  };
  const heading = requestsOf(facts);
  const people = contacts.filter((contact) => !isAsking(contact)).length;
  const entries: ReadonlyArray<ContactView | null> =
    heading === '' ? contacts : [...contacts.slice(0, people), null, ...contacts.slice(people)];
  const isSpaced = entries.length * 3 - 1 <= rows;
  const at = entries.findIndex((entry) => entry?.id === view.selected);
  const room = Math.max(1, Math.floor(rows / 2));
  const first = Math.max(0, Math.min(at - Math.max(0, room - 2), entries.length - room));
  const seen = isSpaced ? entries : entries.slice(first, first + room + 1);
  const drawn = seen.map((entry) => (entry ? draw(entry) : [nobodys(line(say` ${heading}`, 'warn'))]));
  const gap = nobodys(blank);
  return fill(
    drawn.flatMap((entry, index) => (isSpaced && index > 0 ? [gap, ...entry] : entry)),
    rows,
  );
}

/** How many people ask to be let in, in words; empty when nobody does. */
export function requestsOf(facts: Pick<State, 'contacts'>): Printable {
  const count = facts.contacts.filter(isAsking).length;
  if (count === 0) return say``;
  return count === 1 ? say`1 request` : say`${count} requests`;
}

function nobodys(spans: Line): SidebarRow {
  return { spans, contact: null };
}

function fill(rows: readonly SidebarRow[], count: number): readonly SidebarRow[] {
  const cut = rows.slice(0, count);
  return [...cut, ...Array.from({ length: count - cut.length }, () => nobodys(blank))];
}

const space = span(say` `);
/** The arrow or blanks before a name. */
const markColumns = 2;

type Size = { readonly columns: number; readonly today: number };

function nameWidth(contact: ContactView, size: Size): number {
  return Math.max(1, size.columns - besideName(contact, size).width - markColumns);
}

/** The names of the last frame: the next one has the same people as a rule. */
let lastTold: { readonly asked: readonly unknown[]; readonly told: ReturnType<typeof toldApart> } | null =
  null;

function toldIn(contacts: readonly ContactView[], size: Size, isAscii: boolean) {
  const asked: readonly unknown[] = [contacts, size.columns, size.today, isAscii, drawnWhole()];
  if (!lastTold?.asked.every((value, at) => value === asked[at])) {
    const told = toldApart(contacts, (contact) => nameWidth(contact, size), isAscii);
    lastTold = { asked, told };
  }
  return lastTold.told;
}

/** A name that is written from right to left stands at the right, and the time at the left: it would change sides otherwise. */
function nameRow(contact: ContactView, isSelected: boolean, size: Size): Line {
  const mark = isSelected ? span(say`❯ `, 'accent') : span(say`  `);
  const isBright = isSelected || (contact.unread > 0 && !contact.muted);
  const { spans: beside } = besideName(contact, size);
  const isMirrored = isRightToLeft(contact.label);
  const name = span(
    pad(contact.label, nameWidth(contact, size), isMirrored ? 'left' : 'right'),
    isBright ? 'strong' : 'plain',
  );
  return isMirrored ? [mark, ...mirrored(beside, [name])] : [mark, name, ...beside];
}

/** The column in front of a text, and the blank at its end. */
function mirrored(beside: Line, text: Line): Line {
  return [...beside.slice(0, -1).toReversed(), ...text, space];
}

/** A narrow list has room for names, and none for times. */
const timesFrom = 18;

type Beside = Size & { readonly spans: Line; readonly width: number };

/** The last text beside each name: with a thousand people, their times take longer than everything else on the screen. */
const besides = new WeakMap<ContactView, Beside>();

function besideName(contact: ContactView, size: Size): Beside {
  const known = besides.get(contact);
  if (known?.columns === size.columns && known.today === size.today) return known;
  const { sign, look } = standingOf(contact);
  const time =
    size.columns < timesFrom ? [] : [span(shortStamp(contact.lastActivityAt, size.today), 'dim'), space];
  const spans = [space, span(sign, look), space, ...time];
  const beside = { ...size, spans, width: lineWidth(spans) };
  besides.set(contact, beside);
  return beside;
}

/** The last words, as many as fit beside the unread count; at the right, like a name, if they are written from right to left. */
function wordsRow(contact: ContactView, columns: number): Line {
  const beside = besideWords(contact);
  const room = columns - lineWidth(beside) - markColumns;
  const words = room < 8 ? [] : fitLine(wordsOf(contact), room);
  const gap = span(repeated(' ', room - lineWidth(words)));
  if (words.some(({ text }) => isRightToLeft(text)))
    return [span(say`  `), ...mirrored(beside, [gap, ...words])];
  return [span(say`  `), ...words, gap, ...beside];
}

/** The other side's words must never begin like your own. */
function wordsOf({ lastWords, lastIsMine }: ContactView): Line {
  if (lastWords === '') return [];
  if (lastIsMine) return [span(say`you: `), span(lastWords, 'dim')];
  return line(beginsLikeYours(lastWords) ? say`"${lastWords}"` : lastWords, 'dim');
}

function besideWords({ reach, muted, unread }: ContactView): Line {
  const count = unread > 99 ? say`99+` : say`${unread}`;
  const pieces: Line = [
    ...(reach.kind === 'away' ? [space, span(say`away`, 'warn')] : []),
    ...(muted ? [space, span(say`muted`, 'dim')] : []),
    ...(unread > 0 ? [space, span(count, muted ? 'dim' : 'strong')] : []),
  ];
  return [...pieces, space];
}
