import type { MessageView } from '../../core/types.ts';
import { attempt, callsOf, copyText, sayError, sayNote, type Desk, type Handler } from '../desk/desk.ts';
import { openErase } from '../dialogs/erase.ts';
import { openMessage } from '../dialogs/message.ts';
import { openWire } from '../dialogs/wire.ts';
import { insert } from '../model/editor.ts';
import { endPicking, pickedMessage, pickEnd, pickNext, pickPage } from '../reading/picking.ts';
import { say } from '../text/line.ts';
import { draftOf, withDraft } from '../model/view.ts';
import { withWriting } from '../model/vim-view.ts';

/** Lines of a message that a reply quotes. */
const quotedLines = 3;
const quotedLetters = 240;

/** Does `act` with the selected message. */
function withPicked(act: (desk: Desk, message: MessageView) => void): Handler {
  return (desk) => {
    const message = pickedMessage(desk);
    if (message) act(desk, message);
  };
}

/** The first lines of a text without the fences of code, each after `> `, and an empty line to write in. */
function quoteOf(text: string): string {
  const all = text.split('\n');
  const said = all.filter((line) => !/^```[\w+#.-]{0,20}\s*$/u.test(line));
  const lines = said.length > 0 ? said : all;
  const cut = lines.slice(0, quotedLines).map((line) => {
    const letters = [...line];
    return letters.length > quotedLetters ? `${letters.slice(0, quotedLetters).join('')}…` : line;
  });
  const rest = lines.length > quotedLines ? ['…'] : [];
  return [...cut, ...rest].map((line) => `> ${line}\n`).join('');
}

function reply(desk: Desk, message: MessageView): void {
  if (message.kind === 'notice') return sayError(desk, { text: say`nobody wrote this line`, hint: say`` });
  endPicking(desk);
  desk.view.update((view) =>
    withWriting(withDraft(view, message.contactId, (editor) => insert(editor, quoteOf(message.text)))),
  );
}

/** Take the text as it was written; not all of it can be drawn. */
function whole(desk: Desk, { id, row }: MessageView, use: (text: string) => void): void {
  const calls = callsOf(desk);
  if (!calls) return;
  attempt(desk, async () => use((await calls.wire({ id, row })).text));
}

function writeAgain(desk: Desk, message: MessageView): void {
  if (message.direction === 'in' || message.kind === 'notice') {
    return sayError(desk, {
      text: say`you can write only your own messages again`,
      hint: message.kind === 'notice' ? say`` : say`r replies to it`,
    });
  }
  whole(desk, message, (text) => {
    endPicking(desk);
    desk.view.update((view) =>
      draftOf(view).text === ''
        ? withWriting(withDraft(view, message.contactId, (editor) => insert(editor, text)))
        : view,
    );
  });
}

function copy(desk: Desk, message: MessageView): void {
  if (message.kind === 'notice') copyText(desk, message.text);
  else whole(desk, message, (text) => copyText(desk, text));
}

function retry(desk: Desk, message: MessageView): void {
  if (message.state !== 'queued') return sayNote(desk, say`this message is not queued`, say``);
  sendQueued(desk);
}

/** Sends queued messages now, and says whether there were any; returns false while the client is still opening. */
export function sendQueued(desk: Desk): boolean {
  const calls = callsOf(desk);
  if (!calls) return false;
  attempt(desk, async () => {
    const { queued } = desk.facts.get();
    await calls.retry();
    sayNote(desk, queued > 0 ? say`sending everything that is queued` : say`nothing is queued`, say``);
  });
  return true;
}

/** Handlers of the keys that count while a message is selected. */
export const messageHandlers = {
  reply: withPicked(reply),
  'write-again': withPicked(writeAgain),
  'ask-erase': withPicked(openErase),
  'copy-message': withPicked(copy),
  'open-message': withPicked(openMessage),
  'wire-selected': withPicked(openWire),
  'retry-message': withPicked(retry),
  'pick-older': (desk) => pickNext(desk, -1),
  'pick-newer': (desk) => pickNext(desk, 1),
  'pick-page-up': (desk) => pickPage(desk, -1),
  'pick-page-down': (desk) => pickPage(desk, 1),
  'pick-oldest': (desk) => pickEnd(desk, 'oldest'),
  'pick-newest': (desk) => pickEnd(desk, 'newest'),
  'end-picking': endPicking,
} as const satisfies Record<string, Handler>;
