import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const head = 'POST /message HTTP/1.1\r\nHost: x\r\n';

/** The bytes that a slow socket writes first, and then every 200 ms. */
export const slowKinds = {
  idle: ['', ''],
  headers: [head, 'X-a: b\r\n'],
  body: [`${head}Content-Type: application/vnd.cryptochat\r\nContent-Length: 4096\r\n\r\n`, 'a'],
} as const;

/** Slow sockets of one address. */
export type SlowSockets = {
  readonly count: number;
  readonly kind: keyof typeof slowKinds;
  readonly from: string;
};

/** Keeps slow sockets open to a listener on loopback, each opened again as soon as it is closed, until the test is over. */
export function openSlowSockets(port: number, { count, kind, from }: SlowSockets): void {
  const [first, then] = slowKinds[kind];
  const sockets = new Set<Socket>();
  let stopped = false;
  const openOne = (): void => {
    if (stopped) return;
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    sockets.add(socket);
    const drip = setInterval(() => socket.write(then), 200);
    socket.on('connect', () => socket.write(first));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      sockets.delete(socket);
      setTimeout(openOne, 50);
    });
    socket.resume();
  };
  for (let n = 0; n < count; n++) openOne();
  onTestFinished(() => {
    stopped = true;
    for (const socket of sockets) socket.destroy();
  });
}
