import type { KeysReport } from '../../core/keys-report.ts';
import { ask, busyLines, defineDialog, failureLines, openOf, type Panel, type Scene } from './define.ts';
import { printableLine } from '../../core/printable.ts';
import type { Printable } from '../../core/types.ts';
import { callsOf, namesIn, type Desk, type Handler } from '../desk/desk.ts';
import { blank, fitLine, line, lineWidth, say, span, type Line } from '../text/line.ts';
import { pad } from '../text/cells.ts';
import { contactStates } from '../model/view.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { chunks, indented, sideBySide } from './link-sheet.ts';
import { open } from '../reading/reading.ts';
import { qrThatFits } from './qr.ts';
import { numberLines } from './verify.ts';

/** My key, and everybody's keys, for verifying. */
export const keys = defineDialog({
  kind: 'keys',
  shape: 'sheet',
  titles: { keys: 'On the keys sheet' },
  keys: [
    {
      action: 'copy-key',
      keys: ['c'],
      help: say`copy the fingerprint`,
      hint: say`copy`,
      does: copies('fingerprint'),
    },
    {
      action: 'copy-pem',
      keys: ['p'],
      help: say`copy the public key`,
      hint: say`copy PEM`,
      does: copies('publicKeyPem'),
    },
  ],
  panel: keysPanel,
});

/** Opens the keys sheet and asks the client for its contents. */
export function openKeys(desk: Desk): void {
  if (!callsOf(desk)) return;
  open(desk, dialogOf(keys, { report: null }));
  ask(desk, 'keys', async (calls) => ({ report: await calls.keys() }));
}

/** Copies a part of the report to the clipboard. */
function copies(part: 'fingerprint' | 'publicKeyPem'): Handler {
  return (desk) => {
    const report = openOf(desk, 'keys')?.report;
    if (report) void desk.terminal.copy(report[part]);
  };
}

/** Contents of the keys sheet. */
function keysPanel(dialog: DialogOf<'keys'>, scene: Scene): Panel {
  const { report } = dialog;
  const { isAscii } = scene;
  const title = say`Keys`;
  if (!report) {
    const lines = [...busyLines(dialog, say`reading`), ...failureLines(dialog.failure, scene.columns)];
    return { title, lines, caret: null, idle: ['copy-key', 'copy-pem'] };
  }
  const mine = ownLines(report, scene.columns);
  const names = namesIn(scene, aside - 1);
  const people = report.contacts.flatMap((contact) =>
    contactLines(contact, names(contact.name), scene.columns),
  );
  const qr = qrThatFits(report.fingerprint, { columns: isAscii ? 80 : 40, rows: 40, isAscii });
  const beside = scene.columns - (qr?.[0] ? lineWidth(qr[0]) : 0) - 2;
  const widest = Math.max(...mine.map(lineWidth));
  const lines =
    qr && beside >= widest
      ? [...sideBySide(mine, qr, beside), blank, ...people.map(indented)]
      : [...[...mine, blank, ...people].map(indented), ...(qr ?? [])];
  return { title, lines, caret: null };
}

function ownLines(report: KeysReport, columns: number): readonly Line[] {
  const pem = report.publicKeyPem.trim().split('\n');
  return [
    line(say`Your key`, 'strong'),
    line(printableLine(report.fingerprint), 'accent'),
    line(
      say`made ${printableLine(report.created.slice(0, 16).replace('T', ' '))} UTC, number ${report.epoch}`,
      'dim',
    ),
    blank,
    line(say`Your digits, to read out when a contact verifies you`, 'dim'),
    ...numberLines(report.ownDigits, columns - 1),
    blank,
    ...pem.flatMap((row) => chunks(printableLine(row), columns - 1)).map((row) => line(row, 'dim')),
    blank,
    line(say`The code shows the fingerprint.`, 'dim'),
  ];
}

const aside = 14;

function contactLines(
  contact: KeysReport['contacts'][number],
  name: Printable,
  columns: number,
): readonly Line[] {
  const { sign, words, look } = contactStates[contact.state];
  const follows = contact.followed
    ? span(say`uses your newest key ✓`, 'dim')
    : span(say`does not use your newest key yet ·`, 'warn');
  return [
    [span(pad(name, aside), 'strong'), span(say`${words} ${sign}`, look)],
    fitLine([span(pad(say``, aside)), follows], columns),
    blank,
  ];
}
