import {
  ask,
  busyLines,
  defineDialog,
  failureLines,
  indentedParagraph,
  paragraph,
  type Panel,
  type Scene,
} from './define.ts';
import type { Check, CheckState } from '../../core/check.ts';
import { printableLine } from '../../core/printable.ts';
import type { Printable } from '../../core/types.ts';
import { callsOf, type Desk } from '../desk/desk.ts';
import {
  blank,
  line,
  lineWidth,
  repeated,
  say,
  span,
  type Line,
  type Look,
  type Span,
} from '../text/line.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';
import { open } from '../reading/reading.ts';

/** Explains why people can or cannot be reached. */
export const doctor = defineDialog({
  kind: 'doctor',
  shape: 'sheet',
  titles: { doctor: 'On the doctor sheet' },
  keys: [
    {
      action: 'examine-again',
      keys: ['r'],
      help: say`check again`,
      hint: say`check again`,
      does: openDoctor,
    },
  ],
  panel: doctorPanel,
});

/** Opens the sheet that says why people can or cannot be reached, and starts the checks. */
export function openDoctor(desk: Desk): void {
  if (!callsOf(desk)) return;
  open(desk, dialogOf(doctor, { checks: null }));
  ask(desk, 'doctor', async (calls) => ({ checks: await calls.doctor() }));
}

/** The parts of the sheet, the most important first. */
const parts: ReadonlyArray<{
  readonly state: CheckState;
  readonly title: Printable;
  readonly sign: Printable;
  readonly look: Look;
}> = [
  { state: 'problem', title: say`Problems`, sign: say`✗`, look: 'bad' },
  { state: 'note', title: say`Worth knowing`, sign: say`·`, look: 'warn' },
  { state: 'ok', title: say`OK`, sign: say`✓`, look: 'good' },
];

/** Contents of the doctor sheet. */
function doctorPanel(dialog: DialogOf<'doctor'>, { columns }: Scene): Panel {
  const title = say`Doctor`;
  const { checks } = dialog;
  if (!checks) {
    const lines = [...busyLines(dialog, say`checking`), ...failureLines(dialog.failure, columns)];
    return { title, lines, caret: null };
  }
  const how = checks.some(({ check }) => check === 'proxy')
    ? say`Checked from this machine only; the one connection made was to your own address, through your proxy.`
    : say`Checked from this machine only; the one connection made was to your own address.`;
  const found = parts.flatMap((part) => {
    const own = checks.filter(({ state }) => state === part.state);
    if (own.length === 0) return [];
    const rows = own.flatMap((check) => checkLines(check, part, columns));
    return [blank, line(say` ${part.title}`, 'strong'), ...rows];
  });
  return { title, lines: [...indentedParagraph(how, columns, 'dim'), ...found], caret: null };
}

type Sign = { readonly sign: Printable; readonly look: Look };

function checkLines({ subject, text, hint }: Check, { sign, look }: Sign, columns: number): readonly Line[] {
  const said = say`${printableLine(subject)}: ${printableLine(text)}`;
  return [
    ...behind(span(say` ${sign} `, look), paragraph(said, columns - 4)),
    ...(hint === ''
      ? []
      : behind(span(say`   → `, 'dim'), paragraph(printableLine(hint), columns - 6, 'dim'))),
  ];
}

/** Lines indented after a sign, which only the first line shows. */
function behind(sign: Span, lines: readonly Line[]): readonly Line[] {
  const rest = span(repeated(' ', lineWidth([sign])));
  return lines.map((spans, at) => [at === 0 ? sign : rest, ...spans]);
}
