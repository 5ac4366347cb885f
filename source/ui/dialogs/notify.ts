import { changing, choicesAfter, defineDialog, openOf, paragraph, type Panel, type Scene } from './define.ts';
import { endWords, isMutedAt, type NotifyChoice } from '../../core/notify-choice.ts';
import { printableLine } from '../../core/printable.ts';
import type { ContactView, Printable } from '../../core/types.ts';
import { labelIn, type Desk, type Handler } from '../desk/desk.ts';
import { setNotify } from '../desk/set-notify.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { replaced } from '../model/editor.ts';
import { inDialog, withDraft } from '../model/view.ts';
import { close, open } from '../reading/reading.ts';
import { blank, say, span, type Line } from '../text/line.ts';

/** Which messages of one contact notify the person. */
export const notifying = defineDialog({
  kind: 'notify',
  shape: 'box',
  titles: { notify: 'On the list of notification choices' },
  keys: [
    { action: 'notify-up', keys: ['up', 'ctrl+p'], help: say`move up`, does: moves(-1) },
    { action: 'notify-down', keys: ['down', 'ctrl+n'], help: say`move down`, does: moves(1) },
    { action: 'notify-take', keys: ['enter'], help: say`choose it`, hint: say`choose`, does: take },
  ],
  clicked(desk, index) {
    desk.view.update((view) => inDialog(view, 'notify', (now) => ({ ...now, index })));
    take(desk);
  },
  panel: notifyPanel,
});

const hourMs = 3_600_000;

/** The choices; the composer asks for `word`. */
const choices: ReadonlyArray<{ readonly words: Printable; readonly choice: NotifyChoice | 'word' }> = [
  { words: say`all messages`, choice: { kind: 'all' } },
  { words: say`messages with a word…`, choice: 'word' },
  { words: say`none`, choice: { kind: 'none' } },
  { words: say`none for 1 hour`, choice: { kind: 'none', forMs: hourMs } },
  { words: say`none for 8 hours`, choice: { kind: 'none', forMs: 8 * hourMs } },
  { words: say`none for 1 day`, choice: { kind: 'none', forMs: 24 * hourMs } },
];

/** Opens the choices for a contact, on the current one. */
export function openNotify(desk: Desk, contact: ContactView): void {
  const index = inEffect(contact, desk.view.get().now);
  open(desk, dialogOf(notifying, { contact: contact.id, index }));
}

/** The current choice; a mute for a time counts as `none`. */
function inEffect(contact: ContactView, now: number): number {
  if (isMutedAt(contact, now)) return 2;
  return contact.notifyWord === null ? 0 : 1;
}

function moves(by: 1 | -1): Handler {
  return changing('notify', (now) => ({
    ...now,
    index: Math.max(0, Math.min(choices.length - 1, now.index + by)),
  }));
}

function take(desk: Desk): void {
  const dialog = openOf(desk, 'notify');
  const contact = desk.facts.get().contacts.find(({ id }) => id === dialog?.contact);
  const chosen = choices[dialog?.index ?? 0];
  close(desk);
  if (!contact || !chosen) return;
  if (chosen.choice === 'word') askWord(desk, contact);
  else setNotify(desk, contact, chosen.choice);
}

/** Puts the command for a word into the draft, with the current word. */
function askWord(desk: Desk, { label, notifyWord }: ContactView): void {
  const text = `/notify ${label} word ${printableLine(notifyWord ?? '')}`;
  desk.view.update((view) => withDraft(view, view.selected ?? 0, (editor) => replaced(editor, text)));
}

/** Contents of the box. */
function notifyPanel(dialog: DialogOf<'notify'>, scene: Scene): Panel {
  const { facts, columns, now, settings } = scene;
  const contact = facts.contacts.find(({ id }) => id === dialog.contact);
  const held = contact ? inEffect(contact, now) : -1;
  const list = choices.map(({ words }, at): Line => {
    const mark = at === dialog.index ? say`❯` : say` `;
    const note = at === held && contact ? noteOn(contact, now) : say``;
    return [span(say`${mark} ${words} `, at === dialog.index ? 'chosen' : 'plain'), span(note, 'dim')];
  });
  const quiet = printableLine(settings.quiet_hours);
  const about = [
    ...(settings.notifications === 'off'
      ? [say`Notifications are off for everybody: /set notifications name`]
      : []),
    ...(quiet === '' ? [] : [say`Quiet hours: ${quiet}`]),
  ];
  const lines = [...list, ...about.flatMap((words) => [blank, ...paragraph(words, columns, 'dim')])];
  return {
    title: say`Notify me of ${labelIn(scene, dialog.contact)}`,
    lines,
    caret: null,
    choices: choicesAfter(0, 0, list.length),
  };
}

/** The text beside the current choice. */
function noteOn(contact: ContactView, now: number): Printable {
  if (isMutedAt(contact, now))
    return contact.mutedUntil === null
      ? say` now`
      : say` now, until ${printableLine(endWords(contact.mutedUntil, now))}`;
  return contact.notifyWord === null ? say` now` : say` now: ${printableLine(contact.notifyWord, 32)}`;
}
