import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { writeSlots } from '../../source/inbox/slots.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { newSlot, post } from '../support/signed-post.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const slot = newSlot({ files: 1e6, bytes: 1e12 });
const head = 'POST /message HTTP/1.1\r\nHost: x\r\n';

/** What a slow socket writes first, and then every 200 ms. */
const kinds = {
  idle: ['', ''],
  headers: [head, 'X-a: b\r\n'],
  body: [`${head}Content-Type: application/vnd.cryptochat\r\nContent-Length: 4096\r\n\r\n`, 'a'],
} as const;

/** Other loopback addresses than 127.0.0.1 are there on Linux only. */
const onLinux = process.platform === 'linux';

/** Keeps `count` slow sockets open from one address, each opened again as soon as it is closed. */
function attack(
  port: number,
  { count, kind, from }: { count: number; kind: keyof typeof kinds; from: string },
) {
  const [first, then] = kinds[kind];
  const sockets = new Set<Socket>();
  let stopped = false;
  const openOne = (): void => {
    if (stopped) return;
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    sockets.add(socket);
    const drip = setInterval(() => socket.write(then), 200);
    socket.on('connect', () => socket.write(first));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      sockets.delete(socket);
      setTimeout(openOne, 50);
    });
    socket.resume();
  };
  for (let n = 0; n < count; n++) openOne();
  onTestFinished(() => {
    stopped = true;
    for (const socket of sockets) socket.destroy();
  });
}

async function probe(port: number, from: string): Promise<{ answered: number; slowest: number }> {
  let answered = 0;
  let slowest = 0;
  for (let n = 0; n < 60; n++) {
    const start = performance.now();
    if ((await post(port, slot, randomBytes(4096), { from })).status !== 202) continue;
    answered += 1;
    slowest = Math.max(slowest, performance.now() - start);
  }
  return { answered, slowest };
}

test.skipIf(!onLinux).each(['idle', 'headers', 'body'] as const)(
  'three hundred slow sockets from one address do not keep another out: %s',
  async (kind) => {
    const inbox = await tempInbox();
    await writeSlots(inbox, [slot]);
    const { port } = await startListenerProcess(inbox);
    attack(port, { count: 300, kind, from: '127.0.0.66' });
    const { answered, slowest } = await probe(port, '127.0.0.2');
    expect(answered).toBe(60);
    expect(slowest).toBeLessThan(3000);
  },
);

test('nor from the same address, when all come through an onion service', async () => {
  const inbox = await tempInbox();
  await writeSlots(inbox, [slot]);
  const { port } = await startListenerProcess(inbox);
  attack(port, { count: 400, kind: 'headers', from: '127.0.0.1' });
  const { answered } = await probe(port, '127.0.0.1');
  expect(answered).toBeGreaterThanOrEqual(55);
});

/** Opens sockets that say nothing, in order; answers those that are still open. */
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

test.skipIf(!onLinux)('one address has sixteen sockets, and the newest of them', async () => {
  const { port } = await startListenerProcess(await tempInbox());
  const open = await crowd(port, '127.0.0.66', 40);
  const newest = Array.from({ length: limits.listenerSocketsPerAddress }, (_, n) => 24 + n);
  await until('the older ones are closed', () => open().length <= newest.length);
  expect(open()).toEqual(newest);
});

test('all together have 256, and the newest of them', async () => {
  const { port } = await startListenerProcess(await tempInbox());
  const open = await crowd(port, '127.0.0.1', limits.listenerSockets + 30);
  await until('the older ones are closed', () => open().length <= limits.listenerSockets);
  expect(open()).toHaveLength(limits.listenerSockets);
  expect(open()[0]).toBe(30);
});

test.each(['idle', 'headers'] as const)('a slow socket is closed after its time: %s', async (kind) => {
  const { port } = await startListenerProcess(await tempInbox());
  const socket = connect(port, '127.0.0.1', () => socket.write(kinds[kind][0]));
  const drip = setInterval(() => socket.write(kinds[kind][1]), 200);
  onTestFinished(() => clearInterval(drip));
  socket.on('error', () => undefined);
  await once(socket.resume(), 'close');
});

test.skipIf(!onLinux)(
  'a flood of strangers leaves no file, little memory, and a working listener',
  async () => {
    const inbox = await tempInbox();
    await writeSlots(inbox, [slot]);
    const { port, pid } = await startListenerProcess(inbox);
    const stranger = newSlot();
    const flood = async (): Promise<void> => {
      for (let n = 0; n < 100; n++) await post(port, stranger, randomBytes(4096), { from: '127.0.0.66' });
    };
    const honest = probe(port, '127.0.0.2');
    await Promise.all(Array.from({ length: 24 }, flood));
    expect((await honest).answered).toBe(60);
    expect(await readdir(join(inbox, 'new'))).toHaveLength(60);
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
    expect(Number(kilobytes)).toBeLessThan(200_000);
  },
);
