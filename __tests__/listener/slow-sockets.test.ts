import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { writeSlots } from '../../source/inbox/slots.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { newSlot, post, signedHeaders } from '../support/signed-post.ts';
import { openSlowSockets, slowKinds } from '../support/slow-sockets.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const slot = newSlot({ files: 1e6, bytes: 1e12 });
/** Only Linux has loopback addresses besides 127.0.0.1. */
const onLinux = process.platform === 'linux';

test('four hundred slow sockets do not keep others out who come through the same onion service', async () => {
  const inbox = await tempInbox();
  await writeSlots(inbox, [slot]);
  const { port } = await startListenerProcess(inbox);
  openSlowSockets(port, { count: 400, kind: 'headers', from: '127.0.0.1' });
  let answered = 0;
  for (let n = 0; n < 60; n++) answered += (await post(port, slot, randomBytes(4096))).status === 202 ? 1 : 0;
  expect(answered).toBeGreaterThanOrEqual(55);
});

/** Opens sockets that send nothing, in order; returns those that are still open. */
async function crowd(port: number, from: string, count: number): Promise<() => readonly number[]> {
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n++) {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    sockets.push(socket);
    await once(socket.resume(), 'connect');
  }
  return () => [...sockets.keys()].filter((n) => sockets[n]?.closed === false);
}

test.skipIf(!onLinux)('keeps sixteen sockets per address, the newest', async () => {
  const { port } = await startListenerProcess(await tempInbox());
  const open = await crowd(port, '127.0.0.66', 40);
  const newest = Array.from({ length: limits.listenerSocketsPerAddress }, (_, n) => 24 + n);
  await until('the older ones are closed', () => open().length <= newest.length);
  expect(open()).toEqual(newest);
});

test('keeps 256 sockets in all, the newest', async () => {
  const { port } = await startListenerProcess(await tempInbox());
  const open = await crowd(port, '127.0.0.1', limits.listenerSockets + 30);
  await until('the older ones are closed', () => open().length <= limits.listenerSockets);
  expect(open()).toHaveLength(limits.listenerSockets);
  expect(open()[0]).toBe(30);
});

/** Writes `first`, then a little every 200 ms; resolves with everything that came back, when the socket is closed. */
async function dripInto(port: number, first: string, then: string): Promise<string> {
  const socket = connect(port, '127.0.0.1', () => socket.write(first));
  const drip = setInterval(() => socket.write(then), 200);
  onTestFinished(() => clearInterval(drip));
  socket.on('error', () => undefined);
  let answered = '';
  socket.on('data', (bytes: Buffer) => (answered += bytes.toString('latin1')));
  await once(socket, 'close');
  return answered;
}

/** The head of a POST that the listener admits, with its empty row. */
function headOf(body: Uint8Array): string {
  const rows = Object.entries(signedHeaders(slot, body)).map(
    ([name, value]) => `${name}: ${String(value)}\r\n`,
  );
  return `POST /message HTTP/1.1\r\nHost: x\r\n${rows.join('')}\r\n`;
}

test.each(['idle', 'headers'] as const)('closes a slow socket after its time: %s', async (kind) => {
  const { port } = await startListenerProcess(await tempInbox());
  const [first, then] = slowKinds[kind];
  expect(await dripInto(port, first, then)).toBe('');
});

test('closes a socket with a slow body after its time, also when the slot is known', async () => {
  const inbox = await tempInbox();
  await writeSlots(inbox, [slot]);
  const { port } = await startListenerProcess(inbox);
  expect(await dripInto(port, headOf(randomBytes(4096)), 'a')).toBe('');
});

test.each([
  ['slow', ...slowKinds.headers],
  ['missing', ...slowKinds.idle],
])('closes a socket whose first request was served and whose second is %s', async (_how, second, then) => {
  const inbox = await tempInbox();
  await writeSlots(inbox, [slot]);
  const { port } = await startListenerProcess(inbox);
  const body = Buffer.alloc(4096, 'b');
  const answered = await dripInto(port, `${headOf(body)}${body.toString('latin1')}${second}`, then);
  expect(answered).toMatch(/^HTTP\/1\.1 202 /);
});
