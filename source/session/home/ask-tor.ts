import { connect, type Socket } from 'node:net';
import { limits } from '../../core/limits.ts';
import { readBounded } from '../../disk/files.ts';
import type { OnionFiles } from './onion-files.ts';

/** The state that a Tor reports. */
type TorReport = {
  readonly version: string;
  /** How far it is connected to the Tor network, in percent; 100 when it can be used. */
  readonly percent: number;
  /** Its current work, or the reason why it is stuck, in its own words. */
  readonly summary: string;
  /** True once it uploads the descriptor of this home's onion service. */
  readonly announced: boolean;
};

/** Asks the running Tor of a home for its state; null when none answers in time. `place` is that of the onion service. */
export async function askTor(files: OnionFiles, place: string | null): Promise<TorReport | null> {
  const cookie = await readBounded(files.cookie, 32).catch(() => null);
  if (!cookie) return null;
  const service = place === null ? [] : [`GETINFO hs/service/desc/id/${place.slice(0, place.indexOf('.'))}`];
  const orders = [
    `AUTHENTICATE ${cookie.toString('hex')}`,
    'GETINFO version',
    'GETINFO status/bootstrap-phase',
    ...service,
    'QUIT',
  ];
  const said = await talk(files.control, orders);
  return said === null ? null : readReport(said);
}

function readReport(said: string): TorReport | null {
  const version = found(said, /^250-version=(?<found>[\w.-]+)/mu);
  const phase = found(said, /^250-status\/bootstrap-phase=(?<found>.*)$/mu);
  const percent = Number(found(phase, / PROGRESS=(?<found>\d{1,3})(?: |$)/u) || NaN);
  if (version === '' || !(percent <= 100)) return null;
  const summary = found(phase, / SUMMARY="(?<found>[^"]*)"/u);
  const warning = found(phase, / WARNING="(?<found>[^"]*)"/u);
  const announced = /^250\+hs\/service\/desc\/id\//mu.test(said);
  return { version, percent, summary: warning || summary, announced };
}

/** The group `found` of a pattern in a text; empty when it is not there. */
function found(text: string, pattern: RegExp): string {
  return pattern.exec(text)?.groups?.['found'] ?? '';
}

/** Sends everything at once, and returns what arrived until the other side hung up; null when that is too much, too late, or nothing. */
function talk(path: string, orders: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ path });
    const chunks: Buffer[] = [];
    let read = 0;
    const end = (said: string | null): void => {
      socket.destroy();
      resolve(said);
    };
    socket.setTimeout(limits.torAnswerMs, () => end(null));
    socket.on('error', () => end(null));
    socket.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read > limits.torAnswerBytes) return end(null);
      chunks.push(chunk);
    });
    socket.on('close', () => end(Buffer.concat(chunks).toString('latin1').replaceAll('\r', '')));
    socket.write(orders.map((order) => `${order}\r\n`).join(''));
  });
}
