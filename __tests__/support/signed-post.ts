import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Agent, request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Slot } from '../../source/inbox/slots.ts';

const gate = randomBytes(16);

/** A slot with a random id and a key of its own, behind the gate that all slots of one home share. */
export function newSlot(most: { files?: number; bytes?: number } = {}): Slot {
  const id = randomBytes(8).toString('hex');
  return {
    id,
    key: Buffer.concat([gate, randomBytes(16)]),
    files: most.files ?? 2000,
    bytes: most.bytes ?? 32 * 1024 * 1024,
  };
}

/** The headers of a POST of `body` through `slot`, as PROTOCOL.md §8 says; written apart from the program's own code. */
export function signedHeaders(
  slot: Pick<Slot, 'key'>,
  body: Uint8Array,
  path = '/message',
): OutgoingHttpHeaders {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const nonce = randomBytes(16).toString('base64url');
  const mac = createHmac('sha256', slot.key)
    .update(`POST|${path}|${nonce}|${digest}`)
    .digest()
    .subarray(0, 16);
  return {
    'content-type': 'application/vnd.cryptochat',
    'content-length': body.length,
    'content-digest': digest,
    'x-cc-auth': `v1.${nonce}.${tagOf(slot.key, nonce)}.${mac.toString('base64url')}`,
  };
}

/** The tag of a slot in a request with this nonce, as PROTOCOL.md §8 says. */
export function tagOf(key: Uint8Array, nonce: string): string {
  const mask = createHmac('sha256', key.subarray(0, 16)).update(`slot|${nonce}`).digest();
  const slotId = createHash('sha256').update('cryptochat/1 slot').update(key).digest().subarray(0, 8);
  return Buffer.from(slotId.map((byte, at) => byte ^ mask[at]!)).toString('base64url');
}

/** The proof of a listener that stored a request with these headers, of a batch `stored` envelopes; as PROTOCOL.md §8 "kept" says. */
export function proofOf(
  key: Uint8Array,
  { auth, digest }: { readonly auth: string; readonly digest: string },
  stored?: number,
): string {
  const nonce = auth.split('.')[1] ?? '';
  const [said, shown] = stored === undefined ? ['', ''] : [`${stored}|`, `${stored}.`];
  const mac = createHmac('sha256', key).update(`202|${said}${nonce}|${digest}`).digest();
  return `${shown}${mac.subarray(0, 16).toString('base64url')}`;
}

/** The headers of a request that its proof is made of. */
export function headersOf({ headers }: IncomingMessage): { readonly auth: string; readonly digest: string } {
  const [auth = '', digest = ''] = [headers['x-cc-auth'], headers['content-digest']].flat();
  return { auth, digest };
}

/** The proof for the head of a request as it came over the wire. */
export function proofOfHead(key: Uint8Array, head: string, stored?: number): string {
  const value = (name: string): string => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  return proofOf(key, { auth: value('x-cc-auth'), digest: value('content-digest') }, stored);
}

/** The reply: the status, or the code of the error that came instead. */
export type Reply = {
  readonly status: number | string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
};

/** How a request is made; `agent` for keep-alive, `from` another loopback address than 127.0.0.1. */
export type Ask = {
  readonly port: number;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array;
  readonly agent?: Agent;
  readonly from?: string;
};

/** One request to a listener on loopback; never throws. */
export function ask({
  port,
  method = 'GET',
  path = '/',
  headers = {},
  body,
  agent,
  from,
}: Ask): Promise<Reply> {
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      resolve({ status: error.code ?? error.message, headers: {}, body: Buffer.alloc(0) });
    const present = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
    const options = { host: '127.0.0.1', port, method, path, headers: present, timeout: 20_000 };
    const sent = request(
      { ...options, agent: agent ?? false, ...(from === undefined ? {} : { localAddress: from }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('timeout')));
    sent.on('error', fail);
    sent.end(body);
  });
}

/** Posts `body` through `slot`; `headers` are put over the right ones, undefined takes one away. */
export function post(
  port: number,
  slot: Pick<Slot, 'key'>,
  body: Uint8Array,
  more: Pick<Ask, 'agent' | 'from' | 'headers'> = {},
): Promise<Reply> {
  const headers = { ...signedHeaders(slot, body), ...more.headers };
  return ask({ ...more, port, method: 'POST', path: '/message', headers, body });
}

/** Posts envelopes of one size in one request. */
export function postBatch(
  port: number,
  slot: Pick<Slot, 'key'>,
  envelopes: readonly Uint8Array[],
  agent?: Agent,
): Promise<Reply> {
  const path = `/messages/${envelopes.length}`;
  const body = Buffer.concat(envelopes);
  return ask({
    port,
    method: 'POST',
    path,
    headers: signedHeaders(slot, body, path),
    body,
    ...(agent && { agent }),
  });
}
