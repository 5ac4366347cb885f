// How a listener keeps a port mapped at test routers on loopback, and what it gives back.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { readMappedPort, writeMappedPort } from '../../source/inbox/mapped-port.ts';
import { keepMapped, type KeptPort } from '../../source/listener/keep-mapped.ts';
import type { Gateways } from '../../source/net/map-port.ts';
import { newNonce } from '../../source/net/nat-pmp.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const loopback = '127.0.0.1';
const patience = { asks: [200, 200], search: 300, exchange: 500 };

/** A router that knows PCP, and names what it is asked for; `place` is what it says, null for a refusal. */
type Router = { place: number[] | null; readonly gateway: Gateways[number]; readonly asked: string[] };

async function udp(heard: (asked: Buffer, answer: (bytes: Uint8Array) => void) => void): Promise<number> {
  const socket: Socket = createSocket('udp4');
  socket.on('message', (asked, from) => heard(asked, (bytes) => socket.send(bytes, from.port, from.address)));
  socket.bind(0, loopback);
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket.address().port;
}

async function router(place: number[] | null): Promise<Router> {
  const asked: string[] = [];
  const port = await udp((question, answer) => {
    const isPcp = question.readUInt8(0) === 2;
    asked.push(isPcp ? `PCP ${question.readUInt32BE(4)}` : 'NAT-PMP');
    if (!isPcp) return;
    const bytes = Buffer.alloc(60);
    bytes.writeUInt8(2, 0);
    bytes.writeUInt8(129, 1);
    bytes.writeUInt8(made.place ? 0 : 2, 3);
    bytes.writeUInt32BE(question.readUInt32BE(4), 4);
    question.copy(bytes, 24, 24, 42);
    bytes.writeUInt16BE(8080, 42);
    bytes.set([255, 255, ...(made.place ?? [0, 0, 0, 0])], 54);
    answer(bytes);
  });
  const ssdpPort = await udp(() => asked.push('UPnP'));
  const made: Router = {
    place,
    asked,
    gateway: { host: loopback, port, ssdpPort, nonce: newNonce(), patience },
  };
  return made;
}

/** Keeps a port at the routers that `find` returns by then. */
function keeping(inbox: string, find: () => readonly Router[]): KeptPort {
  const kept = keepMapped(inbox, 8080, () => Promise.resolve(find().map(({ gateway }) => gateway)));
  onTestFinished(() => kept.close());
  return kept;
}

const says = (inbox: string, place: string): Promise<unknown> =>
  until(`port.json says ${place || 'none'}`, async () => (await readMappedPort(inbox))?.place === place);

const outside = [93, 184, 216, 34];

test('gives back only what a router has granted, and only the same way', async () => {
  const [inbox, one] = [await tempInbox(), await router(outside)];
  const kept = keeping(inbox, () => [one]);
  await says(inbox, '93.184.216.34:8080');
  await kept.close();
  expect(one.asked).toEqual(['PCP 7200', 'PCP 0']);
});

test('takes nothing back where nothing was granted', async () => {
  const [inbox, one] = [await tempInbox(), await router(null)];
  const kept = keeping(inbox, () => [one]);
  await says(inbox, '');
  const before = [...one.asked];
  expect(before).not.toContain('PCP 0');
  await kept.close();
  expect(one.asked).toEqual(before);
});

test('gives back a mapping that makes no place, because another router is before this one', async () => {
  const [inbox, one] = [await tempInbox(), await router([10, 0, 0, 7])];
  const kept = keeping(inbox, () => [one]);
  await says(inbox, '');
  await kept.close();
  expect(one.asked.at(-1)).toBe('PCP 0');
});

test('asks the router at once after a sleep, and drops its place when it says no more', async () => {
  const [inbox, one] = [await tempInbox(), await router(outside)];
  const kept = keeping(inbox, () => [one]);
  await says(inbox, '93.184.216.34:8080');
  one.place = [93, 184, 216, 35];
  kept.moved();
  await says(inbox, '93.184.216.35:8080');
  one.place = null;
  kept.moved();
  await says(inbox, '');
  await kept.close();
  // It may be another network's, with a router at the same number.
  expect(one.asked).not.toContain('PCP 0');
});

test('drops the previous place in another network, and takes nothing back there', async () => {
  const inbox = await tempInbox();
  const [home, cafe] = [await router(outside), await router(null)];
  let here = [home];
  const kept = keeping(inbox, () => here);
  await says(inbox, '93.184.216.34:8080');
  here = [{ ...cafe, gateway: { ...cafe.gateway, host: '127.0.0.2' } }];
  kept.moved();
  await says(inbox, '');
  await kept.close();
  expect([...home.asked, ...cafe.asked]).not.toContain('PCP 0');
});

test.each([
  '10.0.0.7:1',
  '192.0.0.2:1',
  '203.0.113.7:1',
  '[2a00:1450:4001::5]:1',
  'chat.example.org:1',
  '93.184.216.34',
])('a listener that was taken over cannot name %s', async (place) => {
  const inbox = await tempInbox();
  await writeMappedPort(inbox, { place, words: '' });
  expect(await readMappedPort(inbox)).toBeNull();
});
