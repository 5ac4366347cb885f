import {
  ask,
  busyLines,
  closeUp,
  defineDialog,
  failureLines,
  formLines,
  isTiny,
  openOf,
  paragraph,
  type Panel,
  type Scene,
} from './define.ts';
import type { ScreenCalls } from '../../core/calls.ts';
import { printableLine } from '../../core/printable.ts';
import type { ContactView, Printable, State, Verification } from '../../core/types.ts';
import { callsOf, labelIn, labelOn, type Desk } from '../desk/desk.ts';
import { blank, joined, line, say, span, type Line } from '../text/line.ts';
import { standingOf } from '../model/view.ts';
import { pad } from '../text/cells.ts';
import { wrap } from '../text/wrap.ts';
import { answerIn, dialogOf, fieldOf, type DialogOf } from '../model/dialog.ts';
import { open } from '../reading/reading.ts';

/** My digits to read out, and a line for the contact's; theirs are shown nowhere, so nothing here can be pasted as theirs. */
export const verifying = defineDialog({
  kind: 'verify',
  shape: 'box',
  titles: { verify: 'While verifying' },
  keys: [
    {
      action: 'compare',
      keys: ['enter'],
      help: say`verify their digits`,
      hint: say`verify`,
      does: compare,
    },
  ],
  panel: verifyPanel,
});

/** The digits of one key, and of a whole safety number, which older programs show. */
const [halfNumber, wholeNumber] = [30, 60];

/** Opens the dialog that compares the safety number with one contact; with `digits` it compares at once. */
export function openVerify(desk: Desk, contact: number, digits = ''): void {
  if (!callsOf(desk)) return;
  const field = fieldOf('digits', say`Their digits`, digits);
  open(desk, dialogOf(verifying, { contact, found: null }, [field]));
  askFor(desk, null);
  if (digits !== '') compare(desk);
}

/** Compares the digits that were typed. */
function compare(desk: Desk): void {
  const dialog = openOf(desk, 'verify');
  const digits = dialog && !dialog.found?.matches ? answerIn(dialog, 'digits').trim() : '';
  if (digits !== '') askFor(desk, digits);
}

/** Compares automatically as soon as there are as many digits as a safety number has. */
export function compareWhenWhole(desk: Desk): void {
  const dialog = openOf(desk, 'verify');
  if (dialog && isComplete(typedIn(dialog))) compare(desk);
}

function isComplete(count: number): boolean {
  return count === halfNumber || count === wholeNumber;
}

function digitsIn(text: string): number {
  return text.replace(/\D/gu, '').length;
}

/** Asks for the safety number, or for a comparison with `digits`; the person can type on meanwhile. */
function askFor(desk: Desk, digits: string | null): void {
  const given = digits === null ? {} : { digits };
  const answer = async (
    calls: ScreenCalls,
    { contact }: DialogOf<'verify'>,
  ): Promise<Partial<DialogOf<'verify'>>> => {
    const found = await calls.verify({ contact: String(contact), ...given });
    // The number itself is asked for first; its answer must not take back the result of a comparison.
    if (digits === null && openOf(desk, 'verify')?.found) return {};
    return found.matches ? { found, form: null } : { found };
  };
  ask(desk, 'verify', answer, { isQuiet: true });
}

/** Watches for a new key of the contact who is being verified: an older result says nothing of it. Returns the function that ends this. */
export function followKeys(desk: Desk): () => void {
  let before = desk.facts.get();
  return desk.facts.subscribe(() => {
    const was = before;
    before = desk.facts.get();
    const dialog = openOf(desk, 'verify');
    if (dialog && was.contacts !== before.contacts) startAnew(desk, dialog, was);
  });
}

/** Empties the dialog when its contact has another key than before; answers about the older key that are still to come are dropped with it. */
function startAnew(desk: Desk, { contact, found }: DialogOf<'verify'>, was: State): void {
  const key = keyIn(desk.facts.get(), contact);
  if (key === undefined || key === (found?.fingerprint ?? keyIn(was, contact))) return;
  const failure = { text: say`${labelOn(desk, contact)} has a new key`, hint: say`verify again` };
  const fresh = dialogOf(verifying, { contact, found: null }, [fieldOf('digits', say`Their digits`)]);
  open(desk, { ...fresh, failure });
  askFor(desk, null);
}

function keyIn({ contacts }: State, contact: number): string | undefined {
  return contacts.find(({ id }) => id === contact)?.fingerprint;
}

/** Contents of the verify dialog. */
function verifyPanel(dialog: DialogOf<'verify'>, scene: Scene): Panel {
  const { columns, facts } = scene;
  const { found } = dialog;
  const contact = facts.contacts.find(({ id }) => id === dialog.contact);
  const name = labelIn(scene, dialog.contact);
  const title = say`Verify ${name}`;
  // A result about a key that is no longer the contact's does not count.
  if (!found || !contact || found.fingerprint !== contact.fingerprint) {
    const lines = [line(say`reading…`, 'dim'), ...failureLines(dialog.failure, columns)];
    return { title, lines, caret: null };
  }
  const top = stepLines(dialog, found, name, scene);
  const form = formLines(dialog, columns);
  const lines = [
    ...top,
    ...form.lines,
    ...closeUp(resultLines(dialog, contact, columns), scene),
    blank,
    ...stateLines(contact, columns),
    ...keyLines(say`Your key`, found.mine, columns),
    ...keyLines(say`Their key`, found.fingerprint, columns),
  ];
  return { title, lines, caret: form.caret && { ...form.caret, row: form.caret.row + top.length } };
}

/** The digits to read out and the line to type in; a small screen has no room for them beside a result. */
function stepLines(
  dialog: DialogOf<'verify'>,
  { matches, ownDigits }: Verification,
  name: Printable,
  { columns, rows }: Scene,
): readonly Line[] {
  const isSmall = rows <= 10;
  const isTold = dialog.failure !== null || (matches === false && isComplete(typedIn(dialog)));
  if (matches === true || (isSmall && isTold)) return [];
  if (isTiny({ rows })) return numberLines(ownDigits, columns);
  const where = isSmall ? say`` : say`, in person or by phone, not in this chat`;
  return [
    ...paragraph(say`Read these digits to ${name}${where}.`, columns),
    ...numberLines(ownDigits, columns),
    ...(isSmall ? [] : [blank]),
    ...paragraph(say`Type the digits that ${name} reads to you.`, columns),
  ];
}

function typedIn(dialog: DialogOf<'verify'>): number {
  return digitsIn(answerIn(dialog, 'digits'));
}

/** Digits in groups of five: six groups in a line, fewer where that is too wide. */
export function numberLines(digits: string, columns: number): readonly Line[] {
  const groups = (digits.replace(/\D/gu, '').match(/\d{1,5}/gu) ?? []).map((group) => printableLine(group));
  const perRow = columns >= 35 ? 6 : 4;
  const rows: Printable[] = [];
  for (let at = 0; at < groups.length; at += perRow) rows.push(joined(groups.slice(at, at + perRow), say` `));
  return rows.map((row) => line(row, 'strong'));
}

const aside = 12;

/** The name of a key and its fingerprint: beside the name, or in rows below. */
export function keyLines(name: Printable, key: string, columns: number): readonly Line[] {
  const isBeside = columns >= aside + 40;
  const rows = wrap(printableLine(key), isBeside ? columns - aside : columns).map(({ text }) => text);
  if (!isBeside) return [line(name, 'dim'), ...rows.map((row) => line(row))];
  return rows.map((row, at) => [span(pad(at === 0 ? name : say``, aside), 'dim'), span(row)]);
}

function stateLines(contact: ContactView, columns: number): readonly Line[] {
  const { sign, words, look } = standingOf(contact);
  const behind = say`They do not have your newest key yet, so they see another number.`;
  return [
    [span(pad(say`Now`, aside), 'dim'), span(say`${words} ${sign}`, look)],
    ...(contact.followed ? [] : paragraph(behind, columns, 'warn')),
  ];
}

function resultLines(dialog: DialogOf<'verify'>, { label }: ContactView, columns: number): readonly Line[] {
  if (dialog.failure) return failureLines(dialog.failure, columns);
  if (dialog.busy) return busyLines(dialog, say`verifying`);
  if (dialog.found?.matches === true) {
    return [
      ...paragraph(say`✓ MATCH. You are talking to the key of ${label}.`, columns, 'good'),
      ...paragraph(comparedWords(dialog.found.given, label), columns, 'dim'),
    ];
  }
  const typed = typedIn(dialog);
  if (dialog.found?.matches === false && isComplete(typed)) return differLines(label, columns);
  const all = typed > halfNumber ? wholeNumber : halfNumber;
  return typed > 0 ? [blank, line(say`${typed} of ${all} digits`, 'dim')] : [];
}

/** Says what was compared, and how long that counts. */
function comparedWords(given: Verification['given'], label: Printable): Printable {
  return given === 'whole'
    ? say`That was the whole safety number, which is the same on both sides: it counts only if ${label} read it to you.`
    : say`The digits that you typed are those of ${label}. Verified until ${label}'s key changes.`;
}

/** Words for a match, the moment that this dialog is for. */
function differLines(label: Printable, columns: number): readonly Line[] {
  return [
    blank,
    ...paragraph(say`✗ NO MATCH. Do not trust this conversation yet.`, columns, 'bad'),
    ...paragraph(
      say`Either these are not the digits that ${label} sees now (a slip, another contact, a key that has just changed), or someone is between you, reading along.`,
      columns,
    ),
    ...paragraph(
      say`Ask ${label} for the digits again over another channel. If they still differ, write nothing that matters, and make a new link in person.`,
      columns,
    ),
  ];
}
