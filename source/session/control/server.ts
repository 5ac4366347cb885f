import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import * as v from 'valibot';
import type { Calls } from '../../core/calls.ts';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { connectControl } from './client.ts';
import { readLines, writeLine } from './lines.ts';
import { newSocketPath, publishSocket, removeSockets } from './path.ts';
import { asks, callMethod, helloAsk, isMethod, type Hello, type Rank } from './methods.ts';
import { isMoved } from './gate.ts';

/** A client that answers on its socket. */
export type ControlServer = {
  /** Answers the requests under way, tells every connection that it is closing, and removes the socket. */
  readonly close: () => Promise<void>;
};

type Serving = {
  /** The file that names the socket; the socket is made beside it. */
  readonly path: string;
  readonly calls: Calls;
  /** Answers a connection that wants this strong a hold on the home. */
  readonly hello: (wants: Rank) => Hello;
};

type Answer = { readonly result: unknown } | { readonly error: Failure } | 'none';
type Failure = { readonly code: number; readonly message: string; readonly data?: { readonly code: string } };

/** The error codes of JSON-RPC 2.0; `chat` is ours, with the ChatError's code in `data`. */
const codes = { parse: -32700, request: -32600, method: -32601, params: -32602, bug: -32603, chat: -32000 };

/** How long connections may take to go away after the goodbye. */
const goodbyeMs = 500;

const requestShape = v.object({
  jsonrpc: v.literal('2.0'),
  id: v.exactOptional(v.union([v.string(), v.number(), v.null()])),
  method: v.string(),
  params: v.exactOptional(v.unknown()),
});

/**
 * Serves `calls` on a UNIX socket as JSON-RPC 2.0, one object a line; a request gets its answer as soon as it has one. The socket has a new
 * name each time, which is in the file at `path`. Replaces the files of a dead process; throws ChatError home-busy when a live one answers
 * there.
 */
export async function serveControl(serving: Serving): Promise<ControlServer> {
  await removeStale(serving.path);
  const sockets = new Set<Socket>();
  const underWay = new Set<Promise<unknown>>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    talk(serving, socket, underWay);
  });
  const socketPath = newSocketPath(serving.path);
  await listen(server, socketPath);
  await publishSocket(serving.path, socketPath);
  return {
    async close() {
      server.close();
      // The next server removes anything that a failing disk leaves here.
      await rm(serving.path, { force: true }).catch(() => undefined);
      while (underWay.size > 0) await Promise.all(underWay);
      await sayGoodbye(sockets);
    },
  };
}

/** Serves one connection; one that sends nothing more still gets its answers. */
function talk(serving: Serving, socket: Socket, underWay: Set<Promise<unknown>>): void {
  const mine = new Set<Promise<unknown>>();
  const all = [mine, underWay];
  readLines(socket, {
    limitBytes: limits.controlLineBytes,
    onLine(line) {
      const work = answerLine(serving, line, socket).finally(() => all.map((set) => set.delete(work)));
      for (const set of all) set.add(work);
    },
    onTooLong() {
      writeLine(socket, failure(codes.request, 'the line is too long'));
      socket.destroySoon();
    },
  });
  socket.on('end', () => void Promise.all(mine).then(() => socket.end()));
}

async function removeStale(path: string): Promise<void> {
  const live = await connectControl(path);
  if (live) {
    live.end();
    throw new ChatError('home-busy');
  }
  await removeSockets(path);
}

/** The socket is born for its owner alone: binding happens within listen(). */
async function listen(server: Server, path: string): Promise<void> {
  const umask = process.umask(0o177);
  const listening = once(server.listen(path), 'listening');
  process.umask(umask);
  await listening;
}

/** A request that is not answered before the goodbye was not carried out: the client asks the next holder. */
async function sayGoodbye(sockets: ReadonlySet<Socket>): Promise<void> {
  const gone = [...sockets].map((socket) => {
    writeLine(socket, { jsonrpc: '2.0', method: 'closing' });
    socket.end();
    return new Promise<void>((done) => socket.once('close', () => done()));
  });
  const late = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, goodbyeMs);
  await Promise.all(gone);
  clearTimeout(late);
}

async function answerLine(serving: Serving, line: string, socket: Socket): Promise<void> {
  const request = parseRequest(line);
  if ('error' in request) return writeLine(socket, request);
  const answer = await carryOut(serving, request);
  if (answer === 'none' || request.id === undefined) return;
  writeLine(socket, { jsonrpc: '2.0', id: request.id, ...answer });
}

function parseRequest(line: string): v.InferOutput<typeof requestShape> | ReturnType<typeof failure> {
  try {
    const parsed = v.safeParse(requestShape, JSON.parse(line));
    return parsed.success ? parsed.output : failure(codes.request, 'not a request');
  } catch {
    return failure(codes.parse, 'not JSON');
  }
}

async function carryOut(
  { calls, hello }: Serving,
  request: { method: string; params?: unknown },
): Promise<Answer> {
  const { method, params = {} } = request;
  if (method !== 'hello' && !isMethod(method))
    return { error: { code: codes.method, message: 'no such method' } };
  const ask = v.safeParse(method === 'hello' ? helloAsk : asks[method], params);
  if (!ask.success) return { error: { code: codes.params, message: describe(ask.issues[0]) } };
  try {
    if (method === 'hello') return { result: hello((ask.output as { wants: Rank }).wants) };
    return { result: (await callMethod(calls, method, ask.output)) ?? null };
  } catch (error) {
    return isMoved(error) ? 'none' : { error: describeError(error) };
  }
}

function describe(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'params'}: ${issue.message}`;
}

function describeError(error: unknown): Failure {
  if (error instanceof ChatError) {
    return { code: codes.chat, message: error.message, data: { code: error.code } };
  }
  return {
    code: codes.bug,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

function failure(code: number, message: string) {
  return { jsonrpc: '2.0', id: null, error: { code, message } };
}
