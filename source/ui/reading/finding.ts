import { sayNote, type Desk, type Handler } from '../desk/desk.ts';
import { goThere, onScreen, type Shown } from './paging.ts';
import { centred } from './pane.ts';
import { pick } from './picking.ts';
import { select } from './reading.ts';
import { say } from '../text/line.ts';
import type { Find } from '../model/view.ts';

/** Goes to the hit at `find.at`: moves the window there and selects the hit. */
export function goToHit(desk: Desk, find: Find): void {
  const hit = find.hits[find.at];
  if (!hit) return;
  const arrive = (shown: Shown): void => {
    if (!shown.conversation.messages.some(({ row }) => row === hit.row)) {
      return sayNote(desk, say`this message is gone`, say``);
    }
    desk.view.update((view) => ({ ...view, find, anchor: onTop(shown, hit.row) }));
    pick(desk, shown, hit.row);
  };
  if (desk.view.get().selected !== hit.contactId)
    return select(desk, hit.contactId, { row: hit.row, arrive });
  const shown = onScreen(desk);
  if (shown?.conversation.messages.some(({ row }) => row === hit.row)) arrive(shown);
  else goThere(desk, hit.row, arrive);
}

function onTop({ conversation, frame, height }: Shown, row: number): ReturnType<typeof centred> {
  return centred(conversation, frame, height, row);
}

function next(by: 1 | -1): Handler {
  return (desk) => {
    const { find } = desk.view.get();
    if (!find) return;
    const at = find.at + by;
    if (find.hits[at]) return goToHit(desk, { ...find, at });
    sayNote(desk, by > 0 ? say`no older hit` : say`no newer hit`, say`Ctrl+F searches again`);
  };
}

/** Handlers of the keys that go between hits. */
export const findingHandlers = {
  'older-hit': next(1),
  'newer-hit': next(-1),
} as const satisfies Record<string, Handler>;
