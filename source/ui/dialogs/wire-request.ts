import { printableLine } from '../../core/printable.ts';
import type { Printable } from '../../core/types.ts';
import { answerHead, sentTogether, type WireReport } from '../../core/wire.ts';
import { blank, line, say, span, type Line } from '../text/line.ts';
import { pad } from '../text/cells.ts';
import { dayName, exactClock } from '../text/times.ts';
import { chunks, indented } from './link-sheet.ts';
import { indentedParagraph, type Scene } from './define.ts';

/** Known facts about the request that carried a message: sizes, times, the head as it was sent. */
export function requestLines(report: WireReport, scene: Scene): readonly Line[] {
  return [
    ...sizeLines(report, scene.columns),
    blank,
    ...timeLines(report, scene),
    blank,
    ...(report.direction === 'in' ? storedLines(report, scene.columns) : headLines(report, scene.columns)),
  ];
}

function sizeLines({ wireBytes, textBytes, ratchet }: WireReport, columns: number): readonly Line[] {
  if (wireBytes === null) return indentedParagraph(say`Nothing is known about it on the wire.`, columns);
  const size = say`${wireBytes} bytes on the wire for ${textBytes} bytes of text`;
  const inside =
    ratchet === 'first'
      ? say`Inside is a first message of a session: it carries the keys that the session begins with.`
      : say`Inside is a later message of a session, under a key of its own.`;
  return [...indentedParagraph(size, columns, 'strong'), ...indentedParagraph(inside, columns, 'dim')];
}

const aside = 11;
/** Minimum width, in columns, for the meaning of each time. */
const meansFrom = 60;

type Moment = { readonly name: Printable; readonly at: number | null; readonly means: Printable };

function timeLines(report: WireReport, { columns, now }: Scene): readonly Line[] {
  const moments = report.direction === 'in' ? momentsOfTheirs(report) : momentsOfMine(report);
  return moments.flatMap(({ name, at, means }): readonly Line[] => {
    if (at === null) return [];
    const when = [span(say` ${pad(name, aside)}`, 'dim'), span(say`${dayName(at, now)} ${exactClock(at)}`)];
    return [columns < meansFrom ? when : [...when, span(say`   ${means}`, 'dim')]];
  });
}

function momentsOfMine({ queuedAt, acceptedAt, deliveredAt }: WireReport): readonly Moment[] {
  return [
    { name: say`written`, at: queuedAt, means: say`and sealed here` },
    { name: say`accepted`, at: acceptedAt, means: say`it is on their disk` },
    { name: say`delivered`, at: deliveredAt, means: say`a receipt said that it is decrypted` },
  ];
}

function momentsOfTheirs({ queuedAt, acceptedAt, storedAt }: WireReport): readonly Moment[] {
  return [
    { name: say`written`, at: queuedAt, means: say`by their clock` },
    { name: say`arrived`, at: acceptedAt, means: say`your listener stored it` },
    { name: say`decrypted`, at: storedAt, means: say`and stored here` },
  ];
}

function storedLines({ file }: WireReport, columns: number): readonly Line[] {
  const why = say`The headers of their request are unknown: your listener stores only the body.`;
  if (file === null) return indentedParagraph(why, columns, 'dim');
  const stored = chunks(printableLine(file), columns - 2).map((part) => indented(line(part)));
  return [
    indented(line(say`The file that your listener stored`, 'dim')),
    ...stored,
    ...togetherLines({ file, head: null }, columns),
    blank,
    ...indentedParagraph(why, columns, 'dim'),
  ];
}

function headLines(report: WireReport, columns: number): readonly Line[] {
  const { head, status, proof, tries, failure, kept } = report;
  const answer = answerWords(status, tries, failure);
  const said = answer === null ? [] : indentedParagraph(answer, columns, failure === null ? 'plain' : 'warn');
  if (head === null) {
    const why =
      kept === 'waiting'
        ? say`No listener has answered yet.`
        : say`The request is gone: only those of the newest messages are kept.`;
    return [...said, ...(kept === 'nothing' ? [] : indentedParagraph(why, columns, 'dim'))];
  }
  return [
    ...said,
    ...(said.length > 0 ? [blank] : []),
    ...headRows(head.trimEnd().split('\r\n'), columns),
    ...togetherLines(report, columns),
    ...(proof === null ? [] : [blank, ...headRows(answerHead(proof), columns)]),
  ];
}

function togetherLines(report: Pick<WireReport, 'head' | 'file'>, columns: number): readonly Line[] {
  const count = sentTogether(report);
  return count === 1 ? [] : indentedParagraph(say`One of ${count} envelopes in one request.`, columns, 'dim');
}

function headRows(head: readonly string[], columns: number): readonly Line[] {
  const rows = head.flatMap((row) => chunks(printableLine(row), columns - 2));
  return rows.map((row, at) => indented(line(row, at === 0 ? 'accent' : 'plain')));
}

function answerWords(status: number | null, tries: number | null, failure: string | null): Printable | null {
  if (tries === null) return null;
  const count = tries === 1 ? say`Tried once` : say`Tried ${tries} times`;
  const why = failure === null ? say`` : say`: ${printableLine(failure)}`;
  return status === null ? say`${count}${why}` : say`${count}, the answer was ${status}${why}`;
}
