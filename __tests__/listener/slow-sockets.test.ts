import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { writeSlots } from '../../source/inbox/slots.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { newSlot, post } from '../support/signed-post.ts';
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

test.each(['idle', 'headers'] as const)('closes a slow socket after its time: %s', async (kind) => {
  const { port } = await startListenerProcess(await tempInbox());
  const socket = connect(port, '127.0.0.1', () => socket.write(slowKinds[kind][0]));
  const drip = setInterval(() => socket.write(slowKinds[kind][1]), 200);
  onTestFinished(() => clearInterval(drip));
  socket.on('error', () => undefined);
  await once(socket.resume(), 'close');
});
