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
import { printableLine } from '../../core/printable.ts';
import type { Joined, Printable } from '../../core/types.ts';
import { callsOf, type Desk } from '../desk/desk.ts';
import { blank, line, say } from '../text/line.ts';
import { close, open, select } from '../reading/reading.ts';
import { answerIn, dialogOf, fieldOf, type DialogOf } from '../model/dialog.ts';

/** The form that takes a link. */
export const joining = defineDialog({
  kind: 'join',
  shape: 'box',
  titles: { join: 'While joining', joined: 'When joined' },
  keys: [
    { action: 'join', keys: ['enter'], help: say`join`, hint: say`join`, does: join },
    ...fieldKeys,
    {
      action: 'join',
      keys: ['enter'],
      step: 'joined',
      help: say`go to the conversation`,
      hint: say`go there`,
    },
  ],
  panel: joinPanel,
});

/** Opens the join dialog; with a link already given it starts at once. */
export function openJoin(desk: Desk, link = '', alias = ''): void {
  if (!callsOf(desk)) return;
  const fields = [fieldOf('link', say`Link`, link), fieldOf('alias', say`Your name for them`, alias)];
  open(desk, dialogOf(joining, { joined: null }, fields));
  if (link !== '') join(desk);
}

/** Joins with the link that was typed; once joined it closes the dialog and shows the conversation. */
function join(desk: Desk): void {
  const dialog = openOf(desk, 'join');
  if (dialog?.joined) {
    close(desk);
    return select(desk, dialog.joined.id);
  }
  // A link that was wrapped on its way has blanks in it.
  const link = dialog ? answerIn(dialog, 'link').replace(/\s+/g, '') : '';
  const alias = dialog ? answerIn(dialog, 'alias').trim() : '';
  if (link === '') return;
  ask(
    desk,
    'join',
    async (calls) => {
      const joined = await calls.join(alias === '' ? { link } : { link, alias });
      return { form: null, step: 'joined', joined };
    },
    { isShared: true },
  );
}

/** Meaning of each answer of the client, in words. */
const wordsFor: Readonly<Record<Joined['joined'], (name: Printable) => Printable>> = {
  new: (name) => say`${name} is added.`,
  asked: (name) => say`You asked ${name}. What you write waits until they accept.`,
  again: (name) => say`You had ${name} already; the connection was made anew.`,
  settled: (name) => say`You had ${name} already; the link names the key that you know, you can write again.`,
};

/** Contents of the join dialog. */
function joinPanel(dialog: DialogOf<'join'>, { columns }: Scene): Panel {
  const title = say`Join`;
  const { joined } = dialog;
  if (joined) {
    const name = printableLine(joined.alias ?? joined.name, 32);
    const lines = [
      ...paragraph(wordsFor[joined.joined](name), columns),
      blank,
      line(say`Fingerprint of their key:`, 'dim'),
      ...paragraph(printableLine(joined.fingerprint), columns),
      blank,
      ...paragraph(say`Compare it with them over another way. Enter opens the conversation.`, columns, 'dim'),
    ];
    return { title, lines, caret: null };
  }
  const top = [...paragraph(say`Paste the link that the other person gave you.`, columns), blank];
  const form = formLines(dialog, columns);
  const lines = [
    ...top,
    ...form.lines,
    ...failureLines(dialog.failure, columns),
    ...busyLines(dialog, say`asking them for their keys`),
  ];
  return {
    title,
    lines,
    caret: form.caret && { ...form.caret, row: form.caret.row + top.length },
  };
}
