import {
  ask,
  busyLines,
  changing,
  defineDialog,
  failureLines,
  indentedParagraph,
  type Panel,
  type Scene,
} from './define.ts';
import type { MessageView, Printable } from '../../core/types.ts';
import type { WireReport } from '../../core/wire.ts';
import { callsOf, namesIn, sayError, type Desk, type Handler } from '../desk/desk.ts';
import { blank, say, span, type Line, type Span } from '../text/line.ts';
import { pickedMessage } from '../reading/picking.ts';
import { dialogOf, type DialogOf, type WireSheet } from '../model/dialog.ts';
import { open } from '../reading/reading.ts';
import { byteLines } from './wire-bytes.ts';
import { letterLines } from './wire-letters.ts';
import { requestLines } from './wire-request.ts';

/** Shows the network's view of one message. */
export const wire = defineDialog({
  kind: 'wire',
  shape: 'sheet',
  titles: { wire: 'On the wire sheet' },
  keys: [
    {
      action: 'next-wire-part',
      keys: ['tab', 'right'],
      help: say`next part: request, letters, bytes`,
      hint: say`next part`,
      does: turns(1),
    },
    { action: 'previous-wire-part', keys: ['shift+tab', 'left'], help: say`previous part`, does: turns(-1) },
  ],
  panel: wirePanel,
});

/** `/wire`: the selected message, else the newest one of the open conversation. Returns whether there is one. */
export function showWire(desk: Desk): boolean {
  const { selected } = desk.view.get();
  const conversation = desk.facts.get().conversations.get(selected ?? 0);
  const newest = conversation?.messages.findLast(({ kind }) => kind === 'text');
  const shown = pickedMessage(desk) ?? (conversation?.latest === true ? newest : undefined);
  if (shown) {
    openWire(desk, shown);
    return true;
  }
  const hint = newest ? say`Ctrl+End goes to the newest` : say`/query NAME opens a conversation`;
  sayError(desk, {
    text: newest ? say`the newest message is not in memory` : say`there is no message here`,
    hint,
  });
  return false;
}

/** Opens the sheet with the network's view of one message; a line of the program never went over the network. */
export function openWire(desk: Desk, { id, row, kind }: Pick<MessageView, 'id' | 'row' | 'kind'>): void {
  if (kind === 'notice') {
    return sayError(desk, { text: say`this line was never sent: cryptochat wrote it`, hint: say`` });
  }
  if (!callsOf(desk)) return;
  open(desk, dialogOf(wire, { report: null, part: 'request' }));
  ask(desk, 'wire', async (calls) => ({ report: await calls.wire({ id, row }) }));
}

const sheets: ReadonlyArray<{ readonly part: WireSheet; readonly name: Printable }> = [
  { part: 'request', name: say`Request` },
  { part: 'letters', name: say`Letters` },
  { part: 'bytes', name: say`Bytes` },
];

/** Turns to the top of the next part (`by` 1) or the one before (-1), round and round. */
function turns(by: 1 | -1): Handler {
  return changing('wire', (now) => {
    const at = sheets.findIndex(({ part }) => part === now.part);
    const next = sheets[(at + by + sheets.length) % sheets.length];
    return { ...now, scroll: 0, part: next?.part ?? now.part };
  });
}

/** Contents of the wire sheet. */
function wirePanel(dialog: DialogOf<'wire'>, scene: Scene): Panel {
  const { report } = dialog;
  const { columns } = scene;
  if (!report) {
    const lines = [...busyLines(dialog, say`reading`), ...failureLines(dialog.failure, columns)];
    return { title: say`On the wire`, lines, caret: null, idle: ['next-wire-part'] };
  }
  const contact = namesIn(scene, 24)(report.contact);
  const title =
    report.direction === 'in' ? say`On the wire · from ${contact}` : say`On the wire · to ${contact}`;
  const lines = [tabs(dialog.part), blank, ...sheetLines(dialog.part, report, scene)];
  return { title, lines, caret: null };
}

function tabs(shown: WireSheet): Line {
  const names = sheets.map(({ part, name }): Span =>
    part === shown ? span(say` ❯ ${name}`, 'strong') : span(say`   ${name}`, 'dim'),
  );
  return names;
}

function sheetLines(part: WireSheet, report: WireReport, scene: Scene): readonly Line[] {
  if (part === 'request') return requestLines(report, scene);
  const { columns } = scene;
  const missing = report.envelope === null ? indentedParagraph(missingWords(report), columns, 'dim') : [];
  if (part === 'bytes') return [...byteLines(report, columns), ...missing];
  return [...letterLines(report, columns), ...missing];
}

function missingWords({ kept }: WireReport): Printable {
  return kept === 'facts'
    ? say`Its bytes are gone: only those of the newest messages are kept.`
    : say`There are no bytes: it has no envelope yet, or it was written before bytes were kept.`;
}
