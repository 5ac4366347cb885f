import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy that was started for a test. */
export type FakeProxy = {
  /** HOST:PORT. */
  readonly address: string;
  /** The requested destinations, HOST:PORT in the order of asking. */
  readonly asked: () => readonly string[];
  /** The names and passwords that it was given (a SOCKS5 proxy), or the values of Proxy-Authorization. */
  readonly logins: () => readonly string[];
  /** Connections to it that are open now. */
  readonly open: () => number;
  /** All connections to it so far. */
  readonly connections: () => number;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** The properties of a connection to the proxy. */
type Serve = (client: Socket, seen: { readonly asked: string[]; readonly logins: string[] }) => void;

/** Starts a proxy that does with each connection what it likes. */
export async function startProxy(serve: Serve): Promise<FakeProxy> {
  const sockets = new Set<Socket>();
  const seen = { asked: [] as string[], logins: [] as string[] };
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    sockets.add(client);
    client.on('error', () => undefined);
    client.on('close', () => sockets.delete(client));
    serve(client, seen);
    // A socket that nobody reads never hears that the other side hung up.
    if (client.listenerCount('readable') + client.listenerCount('data') === 0) client.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    asked: () => seen.asked,
    logins: () => seen.logins,
    open: () => sockets.size,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Where a destination that is asked for (HOST:PORT) really is; null when it cannot be reached. */
export type Resolve = (asked: string) => { readonly host: string; readonly port: number } | null;

/** Every name and number is this machine. */
export const toLoopback: Resolve = (asked) => ({
  host: '127.0.0.1',
  port: Number(asked.slice(asked.lastIndexOf(':') + 1)),
});

/** Starts a working SOCKS5 proxy; with a login (`user:password`) it lets in nobody else, and without one it asks for some if `asks`. */
export function startSocks(
  resolve: Resolve = toLoopback,
  { login, asks = login !== undefined }: { readonly login?: string; readonly asks?: boolean } = {},
): Promise<FakeProxy> {
  return startProxy((client, seen) => {
    const work = async (): Promise<void> => {
      const take = takeFrom(client);
      const [, count = 0] = await take(2);
      const offered = [...(await take(count))];
      const method = asks ? 2 : 0;
      client.write(Buffer.from([5, offered.includes(method) ? method : 255]));
      if (asks) {
        const [, userBytes = 0] = await take(2);
        const user = (await take(userBytes)).toString();
        const [passwordBytes = 0] = await take(1);
        const given = `${user}:${(await take(passwordBytes)).toString()}`;
        seen.logins.push(given);
        const isGood = login === undefined || given === login;
        client.write(Buffer.from([1, isGood ? 0 : 1]));
        if (!isGood) return void client.end();
      }
      const [, , , kind = 0] = await take(4);
      const host = await hostOf(kind, take);
      const to = `${host}:${(await take(2)).readUInt16BE()}`;
      seen.asked.push(to);
      const answer = (code: number): void =>
        void client.write(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]));
      lead(client, resolve(to), answer);
    };
    work().catch(() => client.destroy());
  });
}

async function hostOf(kind: number, take: (bytes: number) => Promise<Buffer>): Promise<string> {
  if (kind === 1) return [...(await take(4))].join('.');
  if (kind === 3) return (await take((await take(1))[0] ?? 0)).toString();
  const bytes = await take(16);
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16));
  return `[${groups.join(':')}]`;
}

function lead(client: Socket, place: ReturnType<Resolve>, answer: (code: number) => void): void {
  if (!place) {
    answer(4);
    client.end();
    return;
  }
  const there = connect(place);
  there.on('error', () => client.destroy());
  client.on('close', () => there.destroy());
  there.once('connect', () => {
    answer(0);
    client.pipe(there);
    there.pipe(client);
  });
}

/** Starts a working HTTP proxy that knows CONNECT alone; with a login it wants that. */
export function startHttpProxy(resolve: Resolve = toLoopback, login?: string): Promise<FakeProxy> {
  return startProxy((client, seen) => {
    const work = async (): Promise<void> => {
      const take = takeFrom(client);
      let head = '';
      while (!head.endsWith('\r\n\r\n')) head += (await take(1)).toString('latin1');
      const [, to = ''] = /^CONNECT (\S+) HTTP\/1\.1\r\nHost: \1\r\n/u.exec(head) ?? [];
      const [, given] = /^Proxy-Authorization: Basic (\S+)\r$/mu.exec(head) ?? [];
      if (given !== undefined) seen.logins.push(Buffer.from(given, 'base64').toString());
      if (login !== undefined && seen.logins.at(-1) !== login)
        return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      seen.asked.push(to);
      lead(client, resolve(to), (code) =>
        client.write(code === 0 ? 'HTTP/1.1 200 Connection established\r\n\r\n' : 'HTTP/1.1 502 x\r\n\r\n'),
      );
    };
    work().catch(() => client.destroy());
  });
}

/** Takes exactly so many bytes of what a client sends. */
function takeFrom(client: Socket): (count: number) => Promise<Buffer> {
  return async (count) => {
    if (count === 0) return Buffer.alloc(0);
    for (;;) {
      const bytes = client.read(count) as Buffer | null;
      if (bytes?.length === count) return bytes;
      if (client.readableEnded || client.destroyed) throw new Error('gone');
      await Promise.race([once(client, 'readable'), once(client, 'end'), once(client, 'close')]);
    }
  };
}
