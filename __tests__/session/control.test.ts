import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Calls } from '../../source/core/calls.ts';
import { ChatError } from '../../source/core/errors.ts';
import { limits } from '../../source/core/limits.ts';
import { connectControl } from '../../source/session/control/client.ts';
import { findSocket, newSocketPath, publishSocket } from '../../source/session/control/path.ts';
import type { Hello } from '../../source/session/control/methods.ts';
import { serveControl, type ControlServer } from '../../source/session/control/server.ts';
import { createGate, isMoved } from '../../source/session/control/gate.ts';

let folder = '';
let path = '';
const ends: Array<() => unknown> = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-'));
  path = join(folder, 'control');
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  await rm(folder, { recursive: true, force: true });
});

const hello: Hello = { version: '1.2.3', pid: 7, holds: 'screen', yields: false };

/** A Calls with just the part that each test needs; calling a missing part is a bug. */
function callsWith(part: Partial<Calls>): Calls {
  return part as Calls;
}

async function serve(part: Partial<Calls>): Promise<ControlServer> {
  const server = await serveControl({ path, calls: callsWith(part), hello: () => hello });
  ends.push(() => server.close());
  return server;
}

async function client() {
  const control = await connectControl(path);
  if (!control) throw new Error('nobody answers');
  ends.push(() => control.end());
  return control;
}

async function raw(): Promise<{ socket: Socket; answer: () => Promise<unknown> }> {
  const socket = connect((await findSocket(path)) ?? '');
  ends.push(() => socket.destroy());
  await once(socket, 'connect');
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return { socket, answer: async () => JSON.parse(String((await lines.next()).value)) };
}

test('a call comes back with what it was asked', async () => {
  await serve({ send: async (ask) => ({ id: `${ask.contact}/${ask.text}` }) });
  const { calls } = await client();
  expect(await calls.send({ contact: 'bob', text: 'two\nlines \u2028' })).toEqual({
    id: 'bob/two\nlines \u2028',
  });
});

test('the socket is for its owner alone', async () => {
  await serve({});
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toHaveLength(2);
});

test.each([
  ['an answer of another kind', '{"jsonrpc":"2.0","id":1,"result":{"yes":true}}'],
  ['an error that is not one of ours', '{"jsonrpc":"2.0","id":1,"error":{"message":"bug"}}'],
  ['no JSON', 'hello'],
])('leaves a server that answers hello with %s', async (_what, line) => {
  const gone = Promise.withResolvers<void>();
  const socketPath = newSocketPath(path);
  const server = createServer((socket) => {
    socket.on('close', () => gone.resolve()).on('error', () => undefined);
    socket.once('data', () => socket.write(`${line}\n`));
  }).listen(socketPath);
  ends.push(() => server.close());
  await once(server, 'listening');
  await publishSocket(path, socketPath);
  const control = await client();
  await expect(control.hello('screen')).rejects.toBeInstanceOf(Error);
  await gone.promise;
  await control.gone;
});

test('hello passes what is wanted and returns who holds the home', async () => {
  const wanted: string[] = [];
  const server = await serveControl({
    path,
    calls: callsWith({}),
    hello: (wants) => (wanted.push(wants), hello),
  });
  ends.push(() => server.close());
  expect(await (await client()).hello('screen')).toEqual(hello);
  expect(wanted).toEqual(['screen']);
});

test('a ChatError keeps its code, text, hint and exit code in transit', async () => {
  const thrown = new ChatError('link-known', 'Bob');
  await serve({ join: () => Promise.reject(thrown) });
  const { calls } = await client();
  const error = await calls.join({ link: 'x' }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ChatError);
  expect(error).toMatchObject({
    code: 'link-known',
    message: thrown.message,
    hint: thrown.hint,
    exit: thrown.exit,
  });
});

test('a bug on the other side is not a ChatError', async () => {
  await serve({ retry: () => Promise.reject(new TypeError('broken')) });
  const error = await (await client()).calls.retry().catch((reason: unknown) => reason);
  expect(error).not.toBeInstanceOf(ChatError);
  expect(String(error)).toContain('broken');
});

test('answers come in the order they are ready, to many clients at once', async () => {
  const slow = Promise.withResolvers<null>();
  await serve({ changed: () => slow.promise, retry: async () => null });
  const [first, second] = [await client(), await client()];
  const order: string[] = [];
  const waiting = first.calls.changed({ timeoutMs: 1000 }).then(() => order.push('changed'));
  await first.calls.retry().then(() => order.push('same client'));
  await second.calls.retry().then(() => order.push('other client'));
  slow.resolve(null);
  await waiting;
  expect(order).toEqual(['same client', 'other client', 'changed']);
});

test.each([
  ['not JSON', '{', -32700],
  ['no request', '{"id":1}', -32600],
  ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"status"}]', -32600],
  ['an unknown method', '{"jsonrpc":"2.0","id":1,"method":"nope"}', -32601],
  ['a method of every object', '{"jsonrpc":"2.0","id":1,"method":"toString"}', -32601],
  ['missing params', '{"jsonrpc":"2.0","id":1,"method":"send"}', -32602],
  ['a wrong type', '{"jsonrpc":"2.0","id":1,"method":"send","params":{"contact":1,"text":""}}', -32602],
  ['an unknown param', '{"jsonrpc":"2.0","id":1,"method":"status","params":{"x":1}}', -32602],
])('%s gets its own error, and the connection stays open', async (_, line, code) => {
  await serve({ retry: async () => null });
  const { socket, answer } = await raw();
  socket.write(`${line}\n{"jsonrpc":"2.0","id":"next","method":"retry"}\n`);
  const answers = [await answer(), await answer()];
  expect(answers).toContainEqual(expect.objectContaining({ error: expect.objectContaining({ code }) }));
  expect(answers).toContainEqual({ jsonrpc: '2.0', id: 'next', result: null });
});

test('a notification is carried out and not answered', async () => {
  const done: string[] = [];
  await serve({ retry: async () => (done.push('retry'), null) });
  const { socket, answer } = await raw();
  socket.write('{"jsonrpc":"2.0","method":"retry"}\n{"jsonrpc":"2.0","id":1,"method":"retry"}\n');
  expect(await answer()).toEqual({ jsonrpc: '2.0', id: 1, result: null });
  expect(done).toEqual(['retry', 'retry']);
});

test('a caller that sends everything at once still gets the answers', async () => {
  await serve({ retry: async () => null });
  const { socket, answer } = await raw();
  socket.end('{"jsonrpc":"2.0","id":1,"method":"retry"}\n');
  expect(await answer()).toEqual({ jsonrpc: '2.0', id: 1, result: null });
  await once(socket, 'close');
});

test('bytes that come one at a time are the same lines', async () => {
  await serve({ send: async ({ text }) => ({ id: text }) });
  const { socket, answer } = await raw();
  const line = '{"jsonrpc":"2.0","id":1,"method":"send","params":{"contact":"é","text":"日本"}}\n';
  for (const byte of Buffer.from(line)) {
    await new Promise((done) => socket.write(Uint8Array.of(byte), done));
  }
  expect(await answer()).toMatchObject({ result: { id: '日本' } });
});

test('a line that is too long ends the connection and nothing else', async () => {
  await serve({ retry: async () => null });
  const { socket } = await raw();
  socket.on('error', () => undefined).resume();
  socket.write('x'.repeat(limits.controlLineBytes + 1));
  await once(socket, 'close');
  expect(await (await client()).calls.retry()).toBeNull();
});

test('a missing server is null, not an error', async () => {
  expect(await connectControl(path)).toBeNull();
  expect(await connectControl(join(folder, 'no-such-folder', 'control'))).toBeNull();
});

test('replaces the socket of a dead process', async () => {
  const dead = newSocketPath(path);
  const code = `require('net').createServer().listen(${JSON.stringify(dead)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', code]), 'exit');
  await publishSocket(path, dead);
  expect(await connectControl(path)).toBeNull();
  await serve({ retry: async () => null });
  expect(await (await client()).calls.retry()).toBeNull();
  expect(await readdir(folder)).not.toContain(basename(dead));
});

test('replaces a file that is not a socket', async () => {
  await writeFile(path, 'left over');
  await serve({ retry: async () => null });
  expect(await (await client()).calls.retry()).toBeNull();
});

test('never replaces the socket of a live process', async () => {
  await serve({ retry: async () => null });
  await expect(serveControl({ path, calls: callsWith({}), hello: () => hello })).rejects.toMatchObject({
    code: 'home-busy',
  });
  expect(await (await client()).calls.retry()).toBeNull();
});

test('closing answers what is under way, then says goodbye and frees the path', async () => {
  const slow = Promise.withResolvers<{ id: string }>();
  const started = Promise.withResolvers<void>();
  const gate = createGate(
    callsWith({
      send: () => (started.resolve(), slow.promise),
      changed: () => new Promise<null>(() => undefined),
      untilIdle: () => new Promise<boolean>(() => undefined),
    }),
  );
  const server = await serve(gate.calls);
  const { calls, gone } = await client();
  const sending = calls.send({ contact: 'bob', text: 'hi' });
  const waiting = calls.changed({ timeoutMs: 60_000 }).catch((reason: unknown) => reason);
  const idling = calls.untilIdle({ timeoutMs: 60_000 }).catch((reason: unknown) => reason);
  await started.promise;
  const closing = gate.close().then(() => server.close());
  const late = calls.send({ contact: 'bob', text: 'late' }).catch((reason: unknown) => reason);
  slow.resolve({ id: '1' });
  expect(await sending).toEqual({ id: '1' });
  expect([isMoved(await waiting), isMoved(await idling)]).toEqual([true, true]);
  expect(isMoved(await late)).toBe(true);
  await closing;
  await gone;
  expect(isMoved(await calls.retry().catch((reason: unknown) => reason))).toBe(true);
  expect(await connectControl(path)).toBeNull();
});

test('when the other side is killed, only calls that are safe to repeat can be asked again', async () => {
  const own = newSocketPath(path);
  const code = `require('net').createServer((one) => one.once('data', () => process.kill(process.pid, 'SIGKILL')))
    .listen(${JSON.stringify(own)}, () => console.log('ready'))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await publishSocket(path, own);
  const { calls } = await client();
  const [sending, sendingWithId, asking] = [
    calls.send({ contact: 'bob', text: 'hi' }).catch((reason: unknown) => reason),
    calls.send({ contact: 'bob', text: 'hi', id: 'ab'.repeat(16) }).catch((reason: unknown) => reason),
    calls.status().catch((reason: unknown) => reason),
  ];
  expect(await sending).toMatchObject({ code: 'control-lost' });
  expect(isMoved(await sendingWithId)).toBe(true);
  expect(isMoved(await asking)).toBe(true);
});
