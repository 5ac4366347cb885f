import type { Check, CheckState } from '../../core/check.ts';
import { printableLine } from '../../core/printable.ts';
import type { Printable } from '../../core/types.ts';
import { attempt, callsOf, type Desk } from '../desk/desk.ts';
import { blank, type Line, line, lineWidth, type Look, type Span, span } from '../text/line.ts';
import { repeated, say } from '../text/say.ts';
import { inDialog } from '../model/view.ts';
import { type DialogOf, dialogOf } from '../model/dialog.ts';
import { open } from '../reading/open.ts';
import { busyLines, failureLines, indentedParagraph, type Panel, paragraph, type Scene } from './panel.ts';

/** Opens the sheet that says why people can or cannot be reached, and looks. */
export function openDoctor(desk: Desk): void {
  const calls = callsOf(desk);
  if (!calls) return;
  open(desk, { ...dialogOf('doctor', { checks: null }), busy: true });
  const work = async (): Promise<void> => {
    const checks = await calls.doctor();
    desk.view.update((view) => inDialog(view, 'doctor', (now) => ({ ...now, busy: false, checks })));
  };
  attempt(desk, work, (failure) =>
    desk.view.update((view) => inDialog(view, 'doctor', (now) => ({ ...now, busy: false, failure }))),
  );
}

/** The parts of the sheet, what matters most first. */
const parts: ReadonlyArray<{
  readonly state: CheckState;
  readonly title: Printable;
  readonly sign: Printable;
  readonly look: Look;
}> = [
  { state: 'problem', title: say`In the way`, sign: say`✗`, look: 'bad' },
  { state: 'note', title: say`Worth knowing`, sign: say`·`, look: 'warn' },
  { state: 'ok', title: say`Well`, sign: say`✓`, look: 'good' },
];

/** What the doctor sheet draws. */
export function doctorPanel(dialog: DialogOf<'doctor'>, { columns }: Scene): Panel {
  const title = say`Doctor`;
  const { checks } = dialog;
  if (!checks) {
    const lines = [...busyLines(dialog, say`looking`), ...failureLines(dialog.failure, columns)];
    return { title, lines, caret: null };
  }
  const how = say`From what is known here. Nobody was asked, and only your own address was connected to.`;
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

/** Lines behind a sign, which the first of them has. */
function behind(sign: Span, lines: readonly Line[]): readonly Line[] {
  const rest = span(repeated(' ', lineWidth([sign])));
  return lines.map((spans, at) => [at === 0 ? sign : rest, ...spans]);
}
