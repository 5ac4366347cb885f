import { hexDump } from '../core/hex-dump.ts';
import { printableLine } from '../core/printable.ts';
import { answerHead, sentTogether, type WireReport } from '../core/wire.ts';
import { print, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';
import { isoTime, jsonLine } from './shapes.ts';

/** `wire`: prints the network's view of one message: facts, the request as it was sent, the bytes in hex. */
export async function wire(call: Invocation): Promise<void> {
  const [id = ''] = call.words;
  const report = await withHome(call, 'read', ({ calls }) => calls.wire({ id }));
  if (call.flags.json) return print(call, jsonLine(wireJson(report)));
  for (const line of wireLines(report)) print(call, line);
}

/** The object of `wire --json` (a contract); times ISO 8601 UTC. */
export function wireJson(report: WireReport) {
  const { queuedAt, acceptedAt, storedAt, deliveredAt, ...rest } = report;
  return {
    ...rest,
    queued: isoTime(queuedAt),
    accepted: isoTime(acceptedAt),
    stored: isoTime(storedAt),
    delivered: isoTime(deliveredAt),
  };
}

/** The same for people: facts, a blank line, the head, a blank line, a hex dump. */
export function wireLines(report: WireReport): readonly string[] {
  const { envelope, head, proof } = report;
  return [
    ...factLines(report),
    ...(head === null ? [] : ['', ...head.trimEnd().split('\r\n').map(printLine)]),
    ...(head === null || proof === null ? [] : ['', ...answerHead(proof).map(printLine)]),
    ...(envelope === null ? [] : ['', ...hexDump(Buffer.from(envelope, 'base64url'))]),
  ];
}

function printLine(line: string): string {
  return printableLine(line);
}

const keptWords: Readonly<Record<WireReport['kept'], string>> = {
  whole: 'as they were on the wire',
  waiting: 'ready to be sent',
  facts: 'no longer kept',
  nothing: 'there are none',
};

function factLines(report: WireReport): readonly string[] {
  const { direction, kept, wireBytes, ratchet, textBytes, state, id } = report;
  const contact = printableLine(report.contact);
  const facts: ReadonlyArray<readonly [string, string | null]> = [
    ['message', `${id} ${direction === 'in' ? 'from' : 'to'} ${contact}, ${state}`],
    ['size', wireBytes === null ? null : `${wireBytes} bytes on the wire for ${textBytes} bytes of text`],
    ['bytes', keptWords[kept]],
    ['ratchet', ratchet && (ratchet === 'first' ? 'the first message of a session' : 'a later message')],
    ...timesOf(report),
    ...requestOf(report),
  ];
  return facts.flatMap(([name, fact]) => (fact === null ? [] : [`${`${name}:`.padEnd(11)} ${fact}`]));
}

function timesOf(report: WireReport): ReadonlyArray<readonly [string, string | null]> {
  const { direction, queuedAt, acceptedAt, storedAt, deliveredAt } = report;
  return [
    ['written', isoTime(queuedAt)],
    [direction === 'in' ? 'listener' : 'accepted', isoTime(acceptedAt)],
    ['decrypted', isoTime(storedAt)],
    ['delivered', isoTime(deliveredAt)],
  ];
}

function requestOf(report: WireReport): ReadonlyArray<readonly [string, string | null]> {
  const { direction, status, tries, failure, file } = report;
  const count = sentTogether(report);
  const unseen = 'not known: the listener keeps only the body of a request';
  return [
    ['tries', tries === null ? null : String(tries)],
    ['status', status === null ? null : String(status)],
    ['failure', failure && printableLine(failure)],
    ['together', count === 1 ? null : `one of ${count} envelopes in one request`],
    ['file', file && printableLine(file)],
    ['headers', direction === 'in' ? unseen : null],
  ];
}
