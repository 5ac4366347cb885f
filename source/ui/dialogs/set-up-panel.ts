import { busyLines, failureLines, formLines, paragraph, type Panel, type Scene } from './define.ts';
import { noPassphraseMeans } from '../../core/door.ts';
import { readAddress, whoReachesAt } from '../../core/place.ts';
import { printableLine } from '../../core/printable.ts';
import type { Printable } from '../../core/types.ts';
import { keyLabel } from '../model/bindings.ts';
import { answerIn, focusedField, type DialogOf } from '../model/dialog.ts';
import { pad } from '../text/cells.ts';
import { blank, say, span, type Line, type Look } from '../text/line.ts';
import { wrap } from '../text/wrap.ts';

/** The purpose of the line with the cursor. */
const about: Readonly<Record<string, Printable>> = {
  name: say`Your name, as your contacts see it.`,
  passphrase: say`It locks your keys and messages on this disk. It cannot be recovered. Leave it empty for none.`,
  again: say`The same passphrase again.`,
  listen: say`Address and port to listen on.`,
  address: say`How others reach you: HOST:PORT, or onion for Tor. Your links carry it. Separate several with blanks, the best first.`,
};

/** Contents of the first-run dialog: the name, then a line for each choice, with the key that changes it. */
export function setUpPanel(dialog: DialogOf<'set-up'>, scene: Scene): Panel {
  const { columns } = scene;
  const hasRoom = isRoomy(scene);
  const top = hasRoom ? welcome(dialog, columns) : [];
  const form = formLines(dialog, columns);
  const help = about[focusedField(dialog)?.name ?? ''] ?? say``;
  // If rows are few, the error takes the place of the help: further down nobody would see it.
  const isHelped = hasRoom || !dialog.failure;
  const lines = [
    ...top,
    ...form.lines,
    ...failureLines(dialog.failure, columns),
    ...(hasRoom ? paragraph(help, columns, 'dim') : []),
    ...(isHelped ? [blank, ...choices(dialog, scene)] : []),
    ...busyLines(dialog, say`making your keys`),
  ];
  const caret = form.caret && { ...form.caret, row: form.caret.row + top.length };
  const hints = { 'answer-set-up': isOnLast(dialog) ? say`start` : say`next line` };
  return { title: say`Welcome to cryptochat`, lines, caret, hints };
}

function isOnLast({ form }: DialogOf<'set-up'>): boolean {
  return form === null || form.focus === form.fields.length - 1;
}

function isRoomy({ rows }: Scene): boolean {
  return rows > 14;
}

function welcome({ joins }: DialogOf<'set-up'>, columns: number): readonly Line[] {
  const what = say`Messages go straight from you to the other person, encrypted. There is no server and no account.`;
  const next = joins === null ? [] : paragraph(say`You join with the link at ${joins} next.`, columns);
  return [...paragraph(what, columns), ...next, blank];
}

type Choice = { readonly action: string; readonly text: Printable; readonly look?: Look };

/** The choices for this machine; a choice whose lines are open in the form is not repeated. */
function choices(dialog: DialogOf<'set-up'>, scene: Scene): readonly Line[] {
  const { columns, keys } = scene;
  const keyOf = (action: string): Printable =>
    keyLabel(keys.bindings.find((binding) => binding.action === action)?.keys[0] ?? '');
  const rows = chosen(dialog, isRoomy(scene));
  const widest = Math.max(...rows.map(({ action }) => keyOf(action).length)) + 2;
  return rows.flatMap(({ action, text, look = 'plain' }, at) => {
    const isSame = rows[at - 1]?.action === action;
    return wrap(text, columns - widest).map((row, below) => [
      span(pad(below > 0 || isSame ? say`` : keyOf(action), widest), 'key'),
      span(row.text, look),
    ]);
  });
}

/** In few rows the sentences about who can reach the address come last. */
function chosen(dialog: DialogOf<'set-up'>, hasRoom: boolean): readonly Choice[] {
  const isOpen = (name: string): boolean => dialog.form?.fields.some((field) => field.name === name) === true;
  const words = isOpen('address') ? answerIn(dialog, 'address') : dialog.proposed.address;
  const address: Choice[] = isOpen('address')
    ? []
    : [{ action: 'change-address', text: say`Your address: ${printableLine(words || 'none', 80)}` }];
  const passphrase: Choice[] =
    isOpen('passphrase') && answerIn(dialog, 'passphrase') !== ''
      ? []
      : [{ action: 'set-passphrase', text: hasRoom ? unlocked : say`Passphrase: none`, look: 'warn' }];
  const who = reached(words, dialog.advice);
  const keep = receiving(dialog);
  return hasRoom
    ? [...address, ...who, keep, ...passphrase]
    : [keep, ...passphrase, ...address, ...(dialog.failure ? [] : who)];
}

const unlocked = printableLine(noPassphraseMeans);

/** Says who can reach the address, and what helps. */
function reached(words: string, advice: Printable): readonly Choice[] {
  const kept = whoReachesAt(readAddress(words) ?? '');
  const action = 'change-address';
  const who: Choice =
    kept === null
      ? {
          action,
          text: say`Anyone on the internet can reach it, unless a firewall blocks it.`,
          look: 'dim',
        }
      : { action, text: printableLine(kept), look: 'warn' };
  return [who, ...(advice === '' ? [] : [{ action, text: advice, look: 'dim' } as const])];
}

function receiving({ keepListening }: DialogOf<'set-up'>): Choice {
  const text = keepListening ? say`Receive while closed: yes` : say`Receive while closed: no`;
  return { action: 'change-receiving', text };
}
