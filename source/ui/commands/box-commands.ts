import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import { sizeOf } from '../../core/sizes.ts';
import { attempt, callsOf, failureOf, sayError, sayNote, type Desk, type Runs } from '../desk/desk.ts';
import { openBoxes } from '../dialogs/boxes.ts';
import { openLend } from '../dialogs/lend.ts';
import { replaced } from '../model/editor.ts';
import { draftOf, withDraft } from '../model/view.ts';
import { say } from '../text/line.ts';

/** `/lend SIZE`; without a size, a box of the default size. */
function lend(desk: Desk, rest: string): boolean {
  try {
    openLend(desk, rest === '' ? undefined : sizeOf(rest));
    return true;
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    sayError(desk, { text: failureOf(error).text, hint: say`for example /lend 256M` });
    return false;
  }
}

/** `/box LINK` claims a box; alone it shows the boxes. A link that was wrapped on its way contains blanks. */
function box(desk: Desk, rest: string): boolean {
  if (rest === '') {
    openBoxes(desk);
    return true;
  }
  claim(desk, rest.replaceAll(/\s+/gu, ''));
  return true;
}

/** The typed line comes back when no box was made, unless the person has begun something else. */
function claim(desk: Desk, link: string): void {
  const calls = callsOf(desk);
  if (!calls) return;
  const view = desk.view.get();
  const [contact, written] = [view.selected ?? 0, draftOf(view).text];
  sayNote(desk, say`asking for the mailbox…`, say`your contacts are told once you have it`);
  attempt(
    desk,
    async () => {
      const { place } = await calls.takeBox({ link });
      sayNote(desk, say`your mailbox is ${printableLine(place)}`, say`your contacts are told automatically`);
    },
    (failure) => {
      desk.view.update((now) =>
        withDraft(now, contact, (editor) => (editor.text === '' ? replaced(editor, written) : editor)),
      );
      sayError(desk, failure);
    },
  );
}

/** The commands about boxes: your own elsewhere, and the ones you lend. */
export const boxCommands = { box, lend } as const satisfies Runs;
