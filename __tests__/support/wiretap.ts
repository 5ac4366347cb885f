import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Somebody on the way: passes everything on and keeps a copy. */
export type Wiretap = {
  readonly address: string;
  /** Everything in both directions, in the order in which it passed. */
  readonly heard: () => Buffer;
  /** The bytes that the callers sent, one connection after the other. */
  readonly asked: () => Buffer;
};

/**
 * Listens on a port of its own and passes on to `port`, both on loopback; the listener sees `callerAddress` as the caller's.
 * Closed when the test is over.
 */
export async function tapWire(port: number, callerAddress = '127.0.0.1'): Promise<Wiretap> {
  const heard: Buffer[] = [];
  const asked: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const keep = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (bytes) => heard.push(bytes));
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
    from.pipe(to);
  };
  const server = createServer((caller) => {
    const listener = connect({ port, host: '127.0.0.1', localAddress: callerAddress });
    const mine: Buffer[] = [];
    asked.push(mine);
    caller.on('data', (bytes) => mine.push(bytes));
    keep(caller, listener);
    keep(listener, caller);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  return {
    address: `127.0.0.1:${address.port}`,
    heard: () => Buffer.concat(heard),
    asked: () => Buffer.concat(asked.flat()),
  };
}
