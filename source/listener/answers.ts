import { STATUS_CODES, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { limits } from '../core/limits.ts';
import type { Guest } from './guests.ts';

/** The status codes of a refusal. PROTOCOL.md §8 and "Boxes" say when each is given. */
export type Refusal = 400 | 401 | 404 | 411 | 413 | 415 | 429 | 507;

/** A success; `body` is left out where the status has none. */
export type Reply = {
  readonly status: 200 | 201 | 202 | 204;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Uint8Array;
};

/** Answers a request, and keeps its socket unless that has been used long enough. */
export function reply(guest: Guest, response: ServerResponse, { status, headers, body }: Reply): void {
  response.sendDate = false;
  if (guest.requests >= limits.listenerRequestsPerSocket) response.shouldKeepAlive = false;
  response.writeHead(status, { ...headers, ...(body && { 'content-length': body.length }) });
  guest.busy = false;
  response.end(body);
}

/**
 * Writes an empty refusal, with at most one header of ours, and closes; it discards further data for a moment, which lets the sender
 * read the answer.
 */
export function refuse(socket: Duplex, status: Refusal, request?: IncomingMessage, header = ''): void {
  const cut = (): unknown => socket.destroy();
  if (!socket.writable) return void cut();
  const timer = setTimeout(cut, limits.listenerLingerMs);
  socket.once('close', () => clearTimeout(timer));
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
  const more = header === '' ? '' : `${header}\r\n`;
  socket.end(`${line}\r\nConnection: close\r\n${more}Content-Length: 0\r\n\r\n`, () => {
    if (!request || request.complete) cut();
    else request.once('end', cut).resume();
  });
}

/** The whole body of this many bytes; null when it did not come. Node's parser holds it to its content-length. */
export async function readBody(request: IncomingMessage, bytes: number): Promise<Buffer | null> {
  const body = Buffer.allocUnsafeSlow(bytes);
  let read = 0;
  try {
    for await (const chunk of request) read += (chunk as Buffer).copy(body, read);
  } catch {
    return null;
  }
  return read === bytes ? body : null;
}
