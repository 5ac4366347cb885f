import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { ask } from './signed-post.ts';

/** A request that goes by, whole. */
export type Passing = { readonly method: string; readonly path: string; readonly body: Buffer };

/** What the caller is told. */
export type Told = { readonly status: number; readonly body: Buffer };

/**
 * Somebody between a caller and a listener who changes what they like. `pass` asks the listener as the caller did, and need not
 * be called.
 */
export type Tamper = (request: Passing, pass: () => Promise<Told>) => Promise<Told> | Told;

/** Starts one before the listener at `port`; answers its own address. Closed when the test is over. */
export async function startTamperingProxy(port: number, tamper: () => Tamper): Promise<string> {
  const server: Server = createServer((request, response) => {
    void passOn(request, response, { port, tamper: tamper() });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  { port, tamper }: { port: number; tamper: Tamper },
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [method = '', path = ''] = [request.method, request.url];
  const body = Buffer.concat(chunks);
  const told = await tamper({ method, path, body }, async () => {
    const { connection: _, ...headers } = request.headers;
    const reply = await ask({ port, method, path, headers, ...(body.length > 0 ? { body } : {}) });
    return { status: typeof reply.status === 'number' ? reply.status : 502, body: reply.body };
  });
  const type = told.body.length > 0 ? { 'content-type': 'application/vnd.cryptochat' } : {};
  response.writeHead(told.status, { ...type, 'content-length': told.body.length, connection: 'close' });
  response.end(told.body);
}
