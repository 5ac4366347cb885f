import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { ask } from './signed-post.ts';

/** A request that goes by, whole. */
export type Passing = { readonly method: string; readonly path: string; readonly body: Buffer };

/** The answer that the caller is given; `kept` is the value of x-cc-kept. */
export type Told = { readonly status: number; readonly body: Buffer; readonly kept?: string };

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
    const kept = reply.headers['x-cc-kept'];
    return {
      status: typeof reply.status === 'number' ? reply.status : 502,
      body: reply.body,
      ...(typeof kept === 'string' ? { kept } : {}),
    };
  });
  const type = told.body.length > 0 ? { 'content-type': 'application/vnd.cryptochat' } : {};
  const kept = told.kept === undefined ? {} : { 'x-cc-kept': told.kept };
  const length = { 'content-length': told.body.length };
  response.writeHead(told.status, { ...type, ...kept, ...length, connection: 'close' });
  response.end(told.body);
}
