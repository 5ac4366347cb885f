import {
  busyLines,
  defineDialog,
  failureLines,
  fieldKeys,
  formLines,
  openOf,
  paragraph,
  type Panel,
  type Scene,
} from './define.ts';
import { noPassphraseMeans, type SetUp } from '../../core/door.ts';
import { parseAddress } from '../../core/address.ts';
import { addressFrom } from '../../core/address-from.ts';
import { listenFor, namesOnion, readAddress, whoReachesAt } from '../../core/place.ts';
import { ChatError } from '../../core/errors.ts';
import { checkName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import { attempt, failureOf, type Desk } from '../desk/desk.ts';
import { blank, say, type Line } from '../text/line.ts';
import type { Printable } from '../../core/types.ts';
import { inDialog, type View } from '../model/view.ts';
import {
  answerIn,
  dialogOf,
  fieldOf,
  focusedField,
  secretOf,
  withFocus,
  withFocusOn,
  type Dialog,
  type DialogOf,
  type Failure,
} from '../model/dialog.ts';

/** The very first start. */
export const settingUp = defineDialog({
  kind: 'set-up',
  shape: 'door',
  titles: { 'set-up': 'In the first run', 'no-passphrase': 'When asked to go on without a passphrase' },
  keys: [
    {
      action: 'answer-set-up',
      keys: ['enter'],
      help: say`next line; on the last one: begin`,
      hint: say`go on`,
      does: answerSetUp,
    },
    ...fieldKeys,
    { action: 'quit', keys: ['ctrl+c'], help: say`quit`, hint: say`quit` },
    {
      action: 'accept-no-passphrase',
      keys: ['y'],
      step: 'no-passphrase',
      help: say`go on without`,
      hint: say`go on without`,
      does: acceptNoPassphrase,
    },
    { action: 'close-dialog', keys: ['escape'], step: 'no-passphrase', help: say`back`, hint: say`back` },
  ],
  panel: setUpPanel,
});

const about: Readonly<Record<string, Printable>> = {
  name: say`What the people you write with see first.`,
  passphrase: say`Locks your keys and messages on this disk. Nobody can reset it. Empty: none.`,
  again: say`The same passphrase once more.`,
  listen: say`Where messages come in on this machine, HOST:PORT.`,
  address: say`How others reach this machine, HOST:PORT, or onion for Tor: it goes into your links. Several, the best first, with blanks between them.`,
  keep: say`yes: messages arrive even while this screen is closed. no: only while it is open.`,
};

/** The dialog of the very first start, filled in with answers that fit most machines. */
export function setUpDialog(defaults: SetUp, advice = ''): DialogOf<'set-up'> {
  return dialogOf(settingUp, { advice: printableLine(advice), proposed: defaults }, [
    fieldOf('name', say`Name`, defaults.name),
    secretOf('passphrase', say`Passphrase`),
    secretOf('again', say`Once more`),
    fieldOf('address', say`Address`, defaults.address),
    fieldOf('listen', say`Listen on`, defaults.listen),
    fieldOf('keep', say`Keep receiving`, defaults.keepListening ? 'yes' : 'no'),
  ]);
}

/** Enter: on to the next line; on the last one checks the answers and begins. */
function answerSetUp(desk: Desk): void {
  const dialog = openOf(desk, 'set-up');
  if (!dialog?.form || dialog.busy) return;
  if (dialog.form.focus < dialog.form.fields.length - 1) return replace(desk, withFocus(dialog, 1));
  const mistake = mistakeIn(dialog);
  if (mistake) return replace(desk, mistake);
  if (answerIn(dialog, 'passphrase') === '') return replace(desk, { ...dialog, step: 'no-passphrase' });
  begin(desk, dialog);
}

/** The explicit yes to a home without a passphrase. */
function acceptNoPassphrase(desk: Desk): void {
  const dialog = openOf(desk, 'set-up');
  if (dialog && !dialog.busy) begin(desk, dialog);
}

function replace(desk: Desk, dialog: Dialog): void {
  desk.view.update((view) => ({ ...view, dialog }));
}

/** The dialog at the first invalid answer, saying why; null when all answers are valid. */
function mistakeIn(dialog: Dialog): Dialog | null {
  for (const [name, check] of Object.entries(checks)) {
    const failure = check(dialog);
    if (failure) return { ...withFocusOn(dialog, name), failure };
  }
  return null;
}

/** Checks for each answer; everything is checked before anything is written to the disk. */
const checks: Readonly<Record<string, (dialog: Dialog) => Failure | null>> = {
  name: (dialog) => failing(() => checkName(answerIn(dialog, 'name'))),
  passphrase: (dialog) =>
    answerIn(dialog, 'passphrase') === answerIn(dialog, 'again')
      ? null
      : { text: say`the two passphrases differ`, hint: say`type both again` },
  // Empty is allowed here: nobody can reach this machine then, but it can reach others.
  address: (dialog) => failing(() => addressIn(dialog)),
  listen: (dialog) => failing(() => checkListen(answerIn(dialog, 'listen').trim())),
  keep: (dialog) =>
    /^\s*(y|yes|n|no)\s*$/i.test(answerIn(dialog, 'keep'))
      ? null
      : { text: say`keep receiving: yes or no`, hint: say`` },
};

function failing(check: () => unknown): Failure | null {
  try {
    check();
    return null;
  } catch (error) {
    return failureOf(error);
  }
}

function addressIn(dialog: Dialog): string {
  const words = answerIn(dialog, 'address').trim();
  return words === '' ? '' : addressFrom(words);
}

/** Who changed the address alone gets the listener that fits it. */
function listenIn(dialog: DialogOf<'set-up'>): string {
  const listen = answerIn(dialog, 'listen').trim();
  return listen === dialog.proposed.listen ? listenFor(addressIn(dialog), dialog.proposed) : listen;
}

function checkListen(text: string): void {
  if (!parseAddress(text)) throw new ChatError('address-bad', printableLine(text || 'nothing', 40));
}

function answers(dialog: DialogOf<'set-up'>): SetUp {
  const passphrase = answerIn(dialog, 'passphrase');
  return {
    name: answerIn(dialog, 'name').trim(),
    passphrase: passphrase === '' ? null : passphrase,
    listen: listenIn(dialog),
    address: addressIn(dialog),
    keepListening: /^\s*y/i.test(answerIn(dialog, 'keep')),
  };
}

function begin(desk: Desk, dialog: DialogOf<'set-up'>): void {
  const door = desk.door();
  if (door.kind !== 'first-run') return;
  replace(desk, { ...dialog, busy: true, step: null, failure: null });
  const work = async (): Promise<void> => {
    const given = answers(dialog);
    const opened = await door.setUp(given);
    desk.view.update((view) => withAnswers(view, given));
    desk.enter(opened);
  };
  attempt(desk, work, (failure) =>
    desk.view.update((view) => inDialog(view, 'set-up', (now) => ({ ...now, busy: false, failure }))),
  );
}

/** The settings as the first run has just written them: before it there was no config.toml to read. */
function withAnswers(view: View, { listen, address, keepListening }: SetUp): View {
  const onion = namesOnion(address);
  return { ...view, settings: { ...view.settings, listen, address, keep_listening: keepListening, onion } };
}

/** Contents of the first-run dialog. */
function setUpPanel(dialog: DialogOf<'set-up'>, scene: Scene): Panel {
  const { columns } = scene;
  if (dialog.step === 'no-passphrase')
    return { title: say`No passphrase`, lines: warning(columns), caret: null };
  const welcome = say`Messages go straight from you to the other person, encrypted. There is no server and no account.`;
  const isRoomy = scene.rows > 14;
  const top: readonly Line[] = isRoomy ? [...paragraph(welcome, columns), blank] : [];
  const form = formLines(dialog, columns);
  // Where rows are few, the error takes the place of the help: further down nobody would see it.
  const help = isRoomy || !dialog.failure ? about[focusedField(dialog)?.name ?? ''] : undefined;
  const lines = [
    ...top,
    ...form.lines,
    ...(help ? [blank, ...paragraph(help, columns, 'dim'), ...reachLines(dialog, columns)] : []),
    ...failureLines(dialog.failure, columns),
    ...busyLines(dialog, say`making your keys`),
  ];
  const caret = form.caret && { ...form.caret, row: form.caret.row + top.length };
  return { title: say`Welcome to cryptochat`, lines, caret };
}

/** The lines beside the address: they say whom it keeps out, and what helps. */
function reachLines(dialog: DialogOf<'set-up'>, columns: number): readonly Line[] {
  if (focusedField(dialog)?.name !== 'address') return [];
  const kept = whoReachesAt(readAddress(answerIn(dialog, 'address')) ?? '');
  return [
    ...(kept === null ? [] : paragraph(printableLine(kept), columns, 'warn')),
    ...(dialog.advice === '' ? [] : paragraph(dialog.advice, columns)),
  ];
}

function warning(columns: number): readonly Line[] {
  return [
    ...paragraph(printableLine(noPassphraseMeans), columns, 'warn'),
    blank,
    ...paragraph(say`Press y to go on without one, Esc to go back and choose one.`, columns),
  ];
}
