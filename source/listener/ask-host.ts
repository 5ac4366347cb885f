import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { askedHost, whyUnasked } from '../core/address.ts';
import { limits } from '../core/limits.ts';
import type { Place } from '../core/place.ts';

/** One request to the host of a box: a POST that is answered within `waitMs`, by at most `mostBytes`. */
export type HostAsk = {
  readonly place: Place;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Uint8Array;
  readonly mostBytes: number;
  readonly waitMs: number;
  readonly agent: Agent;
  readonly signal: AbortSignal;
};

/** What came back, or why nothing of use did, in words for a person. */
export type HostAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Uint8Array;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The connections to one host, kept between requests: the one place where a collector opens any. To go through something else, give this
 * agent a `createConnection` of its own.
 */
export function agentFor({ secure }: Place): Agent {
  const options = { keepAlive: true, maxSockets: 2, timeout: limits.boxWaitMs + limits.postTimeoutMs };
  return secure ? new SecureAgent(options) : new Agent(options);
}

/** Asks the host of a box once; never throws because of the network or the other side, and never reads more than it was told to. */
export function askHost(ask: HostAsk): Promise<HostAnswer> {
  const { place, path, headers, body, agent, signal, waitMs } = ask;
  const unasked = whyUnasked(place.host);
  if (unasked !== null) return Promise.resolve({ kind: 'failed', reason: unasked });
  return new Promise((resolve) => {
    const options = {
      host: askedHost(place.host),
      port: place.port,
      path: `${place.path}/b/${place.box}${path}`,
      method: 'POST',
      headers,
      agent,
      signal,
      maxHeaderSize: limits.listenerHeaderBytes,
    };
    const sent = place.secure ? secureRequest(options) : request(options);
    const end = (answer: HostAnswer): void => {
      clearTimeout(late);
      resolve(answer);
    };
    const late = setTimeout(() => sent.destroy(new Error('late')), waitMs);
    let interim = 0;
    sent.on('information', () => {
      interim += 1;
      if (interim > limits.interimAnswers) sent.destroy(new Error('1xx'));
    });
    let isAnswered = false;
    sent.on('upgrade', (_, socket) => socket.destroy());
    sent.on('error', (error) => end({ kind: 'failed', reason: explain(error) }));
    sent.on('close', () => {
      if (!isAnswered) end({ kind: 'failed', reason: explain({}) });
    });
    sent.on('response', (response) => {
      isAnswered = true;
      readAnswer(response, ask.mostBytes).then(end, (error: unknown) => {
        end({ kind: 'failed', reason: explain(error) });
      });
    });
    sent.end(body);
  });
}

async function readAnswer(response: IncomingMessage, most: number): Promise<HostAnswer> {
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    read += chunk.length;
    if (read > most) {
      response.destroy();
      return { kind: 'failed', reason: 'its answer is too long' };
    }
    chunks.push(chunk);
  }
  const { statusCode: status = 0, headers } = response;
  return { kind: 'answer', status, headers, body: new Uint8Array(Buffer.concat(chunks)) };
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to that machine',
  ENETUNREACH: 'there is no way to that network',
};

function explain(error: unknown): string {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (message === 'late') return 'no answer in time';
  return reasons[code] ?? (code.includes('CERT') ? 'its certificate is not good' : 'the connection broke');
}
