import { connect, type Socket } from 'node:net';
import * as v from 'valibot';
import type { Calls } from '../../core/calls.ts';
import { ChatError, isErrorCode } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { readLines, writeLine } from './lines.ts';
import { findSocket } from './path.ts';
import { callsFrom, helloAnswer, type Hello, type Rank } from './methods.ts';
import { movedError } from './gate.ts';

/** A connection to the client that holds the home. */
export type ControlClient = {
  /** Rejected as "moved" (gate.ts) when the other side leaves the home without having done what was asked. */
  readonly calls: Calls;
  /** Asks for a hold of this strength; the other side may yield. Throws ChatError home-silent when it does not answer in time. */
  readonly hello: (wants: Rank) => Promise<Hello>;
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>;
  readonly end: () => void;
};

type Request = {
  readonly method: string;
  readonly params: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
};

type Connection = {
  readonly socket: Socket;
  readonly pending: Map<number, Request>;
  left: boolean;
  lastId: number;
};

/** The error codes of connecting where no process listens: no file, no folder, a dead socket, another kind of file. */
const nobody: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'ENOTSOCK']);

/** Answers are trusted more than requests: a long history is one line. */
const answerBytes = 256 * 1024 * 1024;

/** The calls that are not safe to repeat; any other call is repeated when the other side dies without an answer. */
const onceOnly: ReadonlySet<string> = new Set<keyof Calls>([
  'invite',
  'join',
  'rotate',
  'forget',
  'backup',
  'revoke',
]);

/** A message with the asker's own id is queued once, however often it is asked for. */
function mayRepeat({ method, params }: Request): boolean {
  if (method !== 'send') return !onceOnly.has(method);
  return typeof params === 'object' && params !== null && 'id' in params;
}

const answerShape = v.object({
  id: v.exactOptional(v.nullable(v.number())),
  method: v.exactOptional(v.string()),
  result: v.exactOptional(v.unknown()),
  error: v.exactOptional(
    v.object({ message: v.string(), data: v.exactOptional(v.object({ code: v.string() })) }),
  ),
});

/** Connects to the socket that the file at `path` names; null when no process answers there. Throws any other error of the system. */
export async function connectControl(path: string): Promise<ControlClient | null> {
  const named = await findSocket(path);
  const socket = named === null ? null : await open(named);
  if (!socket) return null;
  const connection: Connection = { socket, pending: new Map(), left: false, lastId: 0 };
  const gone = Promise.withResolvers<void>();
  readLines(socket, {
    limitBytes: answerBytes,
    onLine: (line) => takeAnswer(connection, line),
    onTooLong: () => socket.destroy(),
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    failPending(connection, (request) => (mayRepeat(request) ? movedError() : new ChatError('control-lost')));
    gone.resolve();
  });
  return {
    calls: callsFrom((method, params) => ask(connection, method, params)),
    hello: (wants) => greet(connection, wants),
    gone: gone.promise,
    end: () => void socket.end(),
  };
}

/** A stopped process holds the home and takes connections, but never answers; whatever fails, the connection ends. */
async function greet(connection: Connection, wants: Rank): Promise<Hello> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => silence.reject(new ChatError('home-silent')), limits.controlHelloMs);
  try {
    const answer = await Promise.race([ask(connection, 'hello', { wants }), silence.promise]);
    return v.parse(helloAnswer, answer);
  } catch (error) {
    connection.socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function open(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const failed = (error: NodeJS.ErrnoException): void => {
      if (nobody.has(error.code)) resolve(null);
      else reject(error);
    };
    socket.once('error', failed).once('connect', () => {
      socket.off('error', failed);
      resolve(socket);
    });
  });
}

async function ask(connection: Connection, method: string, params: unknown): Promise<unknown> {
  if (connection.left || !connection.socket.writable) throw movedError();
  const id = ++connection.lastId;
  writeLine(connection.socket, { jsonrpc: '2.0', id, method, params });
  return new Promise((resolve, reject) => {
    connection.pending.set(id, { method, params, resolve, reject });
  });
}

function takeAnswer(connection: Connection, line: string): void {
  const answer = parseAnswer(line);
  if (answer === null) {
    connection.socket.destroy();
  } else if (answer.method === 'closing') {
    failPending(connection, movedError);
    connection.socket.end();
  } else {
    const id = answer.id ?? 0;
    const request = connection.pending.get(id);
    connection.pending.delete(id);
    if (answer.error) request?.reject(remoteError(answer.error));
    else request?.resolve(answer.result);
  }
}

function parseAnswer(line: string): v.InferOutput<typeof answerShape> | null {
  try {
    return v.parse(answerShape, JSON.parse(line));
  } catch {
    return null;
  }
}

function failPending(connection: Connection, reason: (request: Request) => Error): void {
  connection.left = true;
  for (const request of connection.pending.values()) request.reject(reason(request));
  connection.pending.clear();
}

/** The ChatError of the other side, with its text; any other error was a bug there. */
function remoteError({ message, data }: { message: string; data?: { code: string } }): Error {
  if (data === undefined || !isErrorCode(data.code)) return new Error(message);
  const error = new ChatError(data.code);
  error.message = message;
  return error;
}
