import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP server on loopback that answers as it likes. */
export type RawServer = {
  /** HOST:PORT. */
  readonly address: string;
  /** Every byte of every request so far, in the order of arrival. */
  readonly received: () => string;
  readonly connections: () => number;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** Starts a server that calls `answer` each time a request has arrived whole (its head, and as much body as it says). */
export async function startRawServer(
  answer: (socket: Socket, head: string, count: number) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const seen: string[] = [];
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk) => {
      const piece = chunk.toString('latin1');
      seen.push(piece);
      text += piece;
      for (let whole = wholeRequest(text); whole > 0; whole = wholeRequest(text)) {
        const head = text.slice(0, text.indexOf('\r\n\r\n'));
        text = text.slice(whole);
        requests += 1;
        answer(socket, head, requests);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    received: () => seen.join(''),
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function wholeRequest(text: string): number {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
  return text.length >= end + 4 + length ? end + 4 + length : 0;
}
