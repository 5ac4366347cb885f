import {
  ask,
  busyLines,
  changing,
  defineDialog,
  failureLines,
  openOf,
  paragraph,
  type Panel,
  type Scene,
} from './define.ts';
import type { OwnBox } from '../../core/own-box.ts';
import { printableLine } from '../../core/printable.ts';
import { callsOf, type Desk, type Handler } from '../desk/desk.ts';
import { blank, line, say, span, type Line } from '../text/line.ts';
import { open } from '../reading/reading.ts';
import { past } from '../text/times.ts';
import { wrap } from '../text/wrap.ts';
import { press } from '../model/events.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { openLeaveBox } from './leave-box.ts';

/** The boxes of this home at other listeners. */
export const boxes = defineDialog({
  kind: 'boxes',
  shape: 'box',
  titles: { boxes: 'On the list of your mailboxes' },
  keys: [
    { action: 'leave-box', keys: ['d'], help: say`leave it`, hint: say`leave it`, does: leaveChosen },
    { action: 'box-up', keys: ['up', 'ctrl+p'], help: say`move up`, does: moves(-1) },
    { action: 'box-down', keys: ['down', 'ctrl+n'], help: say`move down`, does: moves(1) },
  ],
  clicked: (desk, index) => changing('boxes', (now) => ({ ...now, index }))(desk, press('enter')),
  panel: boxesPanel,
});

/** Opens the list, and asks the client for the state of the boxes. */
export function openBoxes(desk: Desk): void {
  if (!callsOf(desk)) return;
  open(desk, dialogOf(boxes, { found: null, index: 0 }));
  ask(desk, 'boxes', async (calls) => ({ found: await calls.boxes() }));
}

/** Moves the choice; it stops at both ends. */
function moves(by: 1 | -1): Handler {
  return changing('boxes', (now) => {
    const last = Math.max(0, (now.found?.length ?? 0) - 1);
    return { ...now, index: Math.max(0, Math.min(last, now.index + by)) };
  });
}

function leaveChosen(desk: Desk): void {
  const dialog = openOf(desk, 'boxes');
  const chosen = dialog?.found?.[dialog.index];
  if (chosen) openLeaveBox(desk, chosen.place);
}

/** Contents of the list: as many boxes as there is room for, with the chosen one among them. */
function boxesPanel(dialog: DialogOf<'boxes'>, scene: Scene): Panel {
  const { columns, rows } = scene;
  const { found, index } = dialog;
  const title = say`Mailboxes`;
  const idle = ['leave-box'];
  const failure = failureLines(dialog.failure, columns);
  if (!found) return { title, lines: [...busyLines(dialog, say`checking`), ...failure], caret: null, idle };
  if (found.length === 0) {
    const none = say`You have no mailboxes. Ask someone who can be reached for a mailbox link, and type /box and the link.`;
    return { title, lines: paragraph(none, columns, 'dim'), caret: null, idle };
  }
  const how = say`Your listener collects from them what people send while you cannot be reached.`;
  const top = rows < 8 ? [] : [...paragraph(how, columns, 'dim'), blank];
  const drawn = found.map((box, at) => boxLines(box, at === index, scene));
  const room = rows - top.length - failure.length;
  const lines = [...top, ...thatFit(drawn, index, room), ...failure];
  const places = thatFit(
    drawn.map((one, at) => one.map(() => at)),
    index,
    room,
  );
  const beyond = {
    above: places[0] !== 0,
    below: places.length < drawn.flat().length - startOf(drawn, places[0] ?? 0),
  };
  return { title, lines, caret: null, choices: [...top.map(() => null), ...places], beyond };
}

/** How many lines come before a choice. */
function startOf(drawn: ReadonlyArray<readonly Line[]>, choice: number): number {
  return drawn.slice(0, choice).flat().length;
}

/** The lines of the chosen box, of as many before it as there is room for, and then of those after it. */
function thatFit<One>(drawn: ReadonlyArray<readonly One[]>, index: number, rows: number): readonly One[] {
  let first = index;
  let used = drawn[index]?.length ?? 0;
  for (let at = index - 1; at >= 0 && used + (drawn[at]?.length ?? 0) <= rows; at -= 1) {
    used += drawn[at]?.length ?? 0;
    first = at;
  }
  return drawn.slice(first).flat().slice(0, Math.max(rows, used));
}

function boxLines({ place, answeredAt, reason }: OwnBox, isChosen: boolean, scene: Scene): readonly Line[] {
  const { columns, now } = scene;
  const mark = isChosen ? span(say`❯ `, 'accent') : span(say`  `);
  const rows = wrap(printableLine(place), columns - 2).map(({ text }, at) => [
    at === 0 ? mark : span(say`  `),
    span(text, isChosen ? 'strong' : 'plain'),
  ]);
  const when = answeredAt === null ? say`never answered` : say`answered ${past(answeredAt, now)}`;
  const said = reason === null ? when : say`${when}: ${reason}`;
  const look = reason === null ? 'dim' : 'warn';
  return [...rows, ...wrap(said, columns - 2).map(({ text }) => line(say`  ${text}`, look))];
}
