import { changing, defineDialog, fieldKeys, openOf } from './define.ts';
import { setUpPanel } from './set-up-panel.ts';
import type { SetUp } from '../../core/door.ts';
import { parseAddress } from '../../core/address.ts';
import { addressFrom } from '../../core/address-from.ts';
import { listenFor, namesOnion } from '../../core/place.ts';
import { ChatError } from '../../core/errors.ts';
import { checkName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import { attempt, failureOf, type Desk } from '../desk/desk.ts';
import { say } from '../text/line.ts';
import { inDialog, type View } from '../model/view.ts';
import {
  answerIn,
  dialogOf,
  fieldOf,
  secretOf,
  withFocus,
  withFocusOn,
  type Dialog,
  type DialogOf,
  type Failure,
  type Field,
} from '../model/dialog.ts';

/** The very first start: it asks for a name, and shows its other choices, each with a key that changes it. */
export const settingUp = defineDialog({
  kind: 'set-up',
  shape: 'door',
  titles: { 'set-up': 'In the first run' },
  keys: [
    {
      action: 'answer-set-up',
      keys: ['enter'],
      help: say`start; on a line that is not the last, go to the next one`,
      hint: say`start`,
      does: answerSetUp,
    },
    {
      action: 'set-passphrase',
      keys: ['ctrl+p'],
      help: say`set a passphrase`,
      does: (desk) => openLine(desk, 'passphrase'),
    },
    {
      action: 'change-address',
      keys: ['ctrl+o'],
      help: say`change the address, and where to listen`,
      does: (desk) => openLine(desk, 'address'),
    },
    {
      action: 'change-receiving',
      keys: ['ctrl+r'],
      help: say`receive while closed, or only while open`,
      does: changing('set-up', (dialog) => ({ ...dialog, keepListening: !dialog.keepListening })),
    },
    ...fieldKeys,
    { action: 'quit', keys: ['ctrl+c'], help: say`quit`, hint: say`quit` },
  ],
  panel: setUpPanel,
});

/** The link that a first run joins with once the home is made. */
export type JoinsWith = { readonly link: string } | null;

/** The dialog of the very first start; its choices fit most machines. */
export function setUpDialog(defaults: SetUp, advice = '', joins: JoinsWith = null): DialogOf<'set-up'> {
  const own = {
    advice: printableLine(advice),
    proposed: defaults,
    keepListening: defaults.keepListening,
    joins: joins && printableLine(joins.link.replaceAll(/\s/gu, '').replace(/^.*@/u, ''), 60),
  };
  return dialogOf(settingUp, own, [fieldOf('name', say`Name`, '', printableLine(defaults.name))]);
}

/** The lines that a key adds to the form, the first of which has the cursor then. */
const lines: Readonly<Record<'passphrase' | 'address', (dialog: DialogOf<'set-up'>) => readonly Field[]>> = {
  passphrase: () => [secretOf('passphrase', say`Passphrase`), secretOf('again', say`Repeat it`)],
  address: ({ proposed }) => [
    fieldOf('address', say`Address`, proposed.address),
    fieldOf('listen', say`Listen on`, proposed.listen),
  ],
};

/** Opens the lines of a choice, or goes back to them. */
function openLine(desk: Desk, name: keyof typeof lines): void {
  const dialog = openOf(desk, 'set-up');
  if (!dialog?.form || dialog.busy) return;
  const { fields } = dialog.form;
  const all = fields.some((field) => field.name === name) ? fields : [...fields, ...lines[name](dialog)];
  const focus = all.findIndex((field) => field.name === name);
  replace(desk, { ...dialog, form: { fields: all, focus }, failure: null });
}

/** Enter: on to the next line; on the last one checks the answers and begins. */
function answerSetUp(desk: Desk): void {
  const dialog = openOf(desk, 'set-up');
  if (!dialog?.form || dialog.busy) return;
  if (dialog.form.focus < dialog.form.fields.length - 1) return replace(desk, withFocus(dialog, 1));
  const mistake = mistakeIn(dialog);
  if (mistake) return replace(desk, mistake);
  begin(desk, dialog);
}

function replace(desk: Desk, dialog: Dialog): void {
  desk.view.update((view) => ({ ...view, dialog }));
}

/** The dialog at the first invalid answer, saying why; null when all answers are valid. */
function mistakeIn(dialog: Dialog): Dialog | null {
  for (const [name, check] of Object.entries(checks)) {
    const failure = dialog.form?.fields.some((field) => field.name === name) ? check(dialog) : null;
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
  address: (dialog) => failing(() => addressIn(answerIn(dialog, 'address').trim())),
  listen: (dialog) => failing(() => checkListen(answerIn(dialog, 'listen').trim())),
};

function failing(check: () => unknown): Failure | null {
  try {
    check();
    return null;
  } catch (error) {
    return failureOf(error);
  }
}

/** The address that was typed, or else the one that was chosen. */
function addressWords(dialog: DialogOf<'set-up'>): string {
  const isOpen = dialog.form?.fields.some(({ name }) => name === 'address');
  return isOpen ? answerIn(dialog, 'address').trim() : dialog.proposed.address;
}

function addressIn(words: string): string {
  return words === '' ? '' : addressFrom(words);
}

/** If only the address was changed, the listener follows it. */
function listenIn(dialog: DialogOf<'set-up'>): string {
  const listen = answerIn(dialog, 'listen').trim() || dialog.proposed.listen;
  const address = addressIn(addressWords(dialog));
  return listen === dialog.proposed.listen ? listenFor(address, dialog.proposed) : listen;
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
    address: addressIn(addressWords(dialog)),
    keepListening: dialog.keepListening,
  };
}

function begin(desk: Desk, dialog: DialogOf<'set-up'>): void {
  const door = desk.door();
  if (door.kind !== 'first-run') return;
  replace(desk, { ...dialog, busy: true, failure: null });
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
