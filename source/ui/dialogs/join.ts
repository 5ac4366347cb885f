import {
  ask,
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
import { linkAlone } from '../../core/slash-commands.ts';
import { printableLine } from '../../core/printable.ts';
import type { Joined, Printable } from '../../core/types.ts';
import { callsOf, sayNote, type Desk } from '../desk/desk.ts';
import { blank, say } from '../text/line.ts';
import { close, open, select } from '../reading/reading.ts';
import { keyFor } from '../model/bindings.ts';
import { answerIn, dialogOf, fieldOf, type DialogOf } from '../model/dialog.ts';
import { draftOf } from '../model/view.ts';

/** The form that takes a link. */
export const joining = defineDialog({
  kind: 'join',
  shape: 'box',
  titles: { join: 'While joining' },
  keys: [{ action: 'join', keys: ['enter'], help: say`join`, hint: say`join`, does: join }, ...fieldKeys],
  panel: joinPanel,
});

/** Opens the join dialog; with a link already given it starts at once. */
export function openJoin(desk: Desk, link = '', alias = ''): void {
  if (fillJoin(desk, link, alias) && link !== '') join(desk);
}

/** Opens the join dialog with a link in it, which one Enter joins with; returns whether it is open. */
function fillJoin(desk: Desk, link: string, alias = ''): boolean {
  if (!callsOf(desk)) return false;
  const fields = [fieldOf('link', say`Link`, link), fieldOf('alias', say`Your name for them`, alias)];
  open(desk, dialogOf(joining, {}, fields));
  return true;
}

/**
 * Opens the join dialog for a text that is only an invite link and could be sent to somebody by mistake: pasted into an empty draft, or
 * onto the sheet with a link. Returns whether it did.
 */
export function takesLink(desk: Desk, text: string): boolean {
  const view = desk.view.get();
  const isFree = view.dialog === null ? draftOf(view).text.trim() === '' : view.dialog.kind === 'invite';
  const link = isFree ? linkAlone(text) : null;
  return link !== null && fillJoin(desk, link);
}

/** Joins with the link that was typed; once joined it shows the conversation, unless the person closed the dialog. */
function join(desk: Desk): void {
  const dialog = openOf(desk, 'join');
  // A link that was wrapped on its way has blanks in it.
  const link = dialog ? answerIn(dialog, 'link').replace(/\s+/g, '') : '';
  const alias = dialog ? answerIn(dialog, 'alias').trim() : '';
  if (link === '') return;
  ask(desk, 'join', async (calls) => {
    const joined = await calls.join(alias === '' ? { link } : { link, alias });
    desk.underway.joined.add(joined.id);
    if (openOf(desk, 'join')?.id === dialog?.id) {
      // First the conversation: a dialog that closes chooses one, and a text that was typed ahead would go there.
      desk.underway.named = joined.id;
      select(desk, joined.id);
      close(desk);
    }
    const key = keyFor(desk.view.get().keys, 'verify-contact', say`/verify`);
    sayNote(
      desk,
      wordsFor[joined.joined](printableLine(joined.alias ?? joined.name, 32)),
      joined.state === 'not-compared' ? say`verify the safety number when you can: ${key}` : say``,
    );
    return undefined;
  });
}

/** Meaning of each answer of the client, in words. */
const wordsFor: Readonly<Record<Joined['joined'], (name: Printable) => Printable>> = {
  new: (name) => say`${name} is added: you can write to each other now`,
  asked: (name) => say`you asked ${name}; your messages are queued until they accept`,
  again: (name) => say`you had ${name} already; you are connected again`,
  settled: (name) => say`you had ${name} already; the link has the key that you know, so you can write again`,
};

/** Contents of the join dialog. */
function joinPanel(dialog: DialogOf<'join'>, { columns }: Scene): Panel {
  const top = [...paragraph(say`Paste the link that the other person sent you.`, columns), blank];
  const form = formLines(dialog, columns);
  const lines = [
    ...top,
    ...form.lines,
    ...failureLines(dialog.failure, columns),
    ...busyLines(dialog, say`asking for their keys`),
  ];
  return {
    title: say`Join`,
    lines,
    caret: form.caret && { ...form.caret, row: form.caret.row + top.length },
  };
}
