import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A question to one machine by UDP, and the test for its answer. */
type UdpAsk<Answer> = {
  readonly host: string;
  readonly port: number;
  /** Makes the question, given the address of this machine towards that one. */
  readonly question: (own: string) => Uint8Array;
  /** Reads a datagram; null for one that is not an answer. */
  readonly read: (bytes: Buffer) => Answer | null;
  /** How long to wait for an answer in ms, each time that the question is sent. */
  readonly waitsMs: readonly number[];
  readonly signal: AbortSignal;
};

/** The most datagrams to read for one question: a machine that sends more is ignored. */
const mostDatagrams = 32;

/** Asks a machine and returns its answer; null when none came. The system drops datagrams of other machines. Never throws. */
export async function askByUdp<Answer>(ask: UdpAsk<Answer>): Promise<Answer | null> {
  const socket = createSocket('udp4');
  const heard = Promise.withResolvers<Answer | null>();
  const give = (): void => heard.resolve(null);
  let count = 0;
  socket.on('error', give);
  socket.on('message', (bytes) => {
    const answer = ask.read(bytes);
    if (answer !== null) heard.resolve(answer);
    else if ((count += 1) >= mostDatagrams) give();
  });
  ask.signal.addEventListener('abort', give, { once: true });
  if (ask.signal.aborted) give();
  try {
    socket.connect(ask.port, ask.host);
    await Promise.race([once(socket, 'connect'), heard.promise]);
    const own = socket.address().address;
    const timer = askAgain(ask.waitsMs, () => socket.send(ask.question(own)), give);
    const answer = await heard.promise;
    timer.stop();
    return answer;
  } catch {
    return null;
  } finally {
    ask.signal.removeEventListener('abort', give);
    socket.close();
  }
}

/** Sends the question at once and after each wait, and gives up after the last. */
function askAgain(
  waitsMs: readonly number[],
  put: () => void,
  give: () => void,
): { readonly stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const next = (at: number): void => {
    const wait = waitsMs[at];
    if (wait === undefined) return give();
    put();
    timer = setTimeout(() => next(at + 1), wait);
  };
  next(0);
  return { stop: () => clearTimeout(timer) };
}
