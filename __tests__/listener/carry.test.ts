// A listener carries a client's parcels to real listeners and to machines that misbehave.

import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keptAt, type Parcel } from '../../source/core/parcel.ts';
import { openIntake } from '../../source/inbox/deliver.ts';
import { holdHome, isHeld } from '../../source/inbox/holder.ts';
import {
  parcelName,
  readDone,
  readParcel,
  writeCarry,
  writeParcels,
  type CarrySettings,
} from '../../source/inbox/parcels.ts';
import { writeSlots } from '../../source/inbox/slots.ts';
import { createMailServer } from '../../source/listener/server.ts';
import { hangUp, postParcel, type Lines, type Taken } from '../../source/listener/post-parcel.ts';
import { newMemory } from '../../source/net/places.ts';
import { addressee, carrying, leave, numbersIn, parcelFor, type Addressee } from '../support/left-parcels.ts';
import { takePort } from '../support/ports.ts';
import { startSocks } from '../support/proxies.ts';
import { startRawServer } from '../support/raw-server.ts';
import { headersOf, proofOf } from '../support/signed-post.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { killLater } from '../support/kill-later.ts';

/** A recipient with their own listener at a port. */
async function listens(whom: Addressee): Promise<{ readonly inbox: string }> {
  const inbox = await tempInbox();
  await writeSlots(inbox, [whom.slot]);
  const server = createMailServer(await openIntake(inbox));
  server.listen(Number(whom.address.split(':')[1]), '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { inbox };
}

async function somebody(): Promise<Addressee> {
  return addressee(`127.0.0.1:${await takePort()}`);
}

async function cameTo(inbox: string): Promise<string> {
  const names = (await readdir(join(inbox, 'new'))).toSorted();
  const files = await Promise.all(names.map((name) => readFile(join(inbox, 'new', name))));
  return Buffer.concat(files).toString('hex');
}

function inHex(envelopes: readonly Uint8Array[]): string {
  return Buffer.concat(envelopes).toString('hex');
}

/** An inbox with a client's word about a proxy. */
async function ownInbox(proxy: string | null = ''): Promise<string> {
  const inbox = await tempInbox();
  if (proxy !== null) await writeCarry(inbox, { proxy, listen: '', address: '' });
  return inbox;
}

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A recipient at a machine that answers as it likes. */
async function answers(answer: Answer): Promise<{ readonly whom: Addressee; readonly asked: () => number }> {
  let count = 0;
  const server = createHttp((request, response) => {
    request.resume().on('end', () => answer(request, response, (count += 1)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { whom: addressee(`127.0.0.1:${port}`), asked: () => count };
}

function prove(request: IncomingMessage, response: ServerResponse, { slot }: Addressee): void {
  response.writeHead(202, { 'content-length': 0, 'x-cc-kept': proofOf(slot.key, headersOf(request)) }).end();
}

test('posts parcels in order, to several recipients side by side, and notes each with its proof', async () => {
  const inbox = await ownInbox();
  const people = await Promise.all([1, 2, 3].map(somebody));
  const left = await Promise.all(
    people.map((whom, at) => leave(inbox, whom, { count: 30, first: at * 100 })),
  );
  const first = await readParcel(inbox, { lane: left[0]!.lane, number: 0 });
  const theirs = await Promise.all(people.map(listens));
  carrying(inbox);
  await until('all are taken', async () => (await numbersIn(inbox, 'done')).length === 90);
  await until('nothing waits', async () => (await numbersIn(inbox, 'parcel')).length === 0);
  for (const [at, { inbox: there }] of theirs.entries())
    expect((await cameTo(there)) === inHex(left[at]!.envelopes)).toBe(true);
  const done = await readDone(inbox, { lane: left[0]!.lane, number: 0 });
  expect(done).toMatchObject({ tries: 1, place: people[0]!.address, nonce: first!.doors[0]!.nonce });
  const letter = { nonce: done!.nonce, envelope: left[0]!.envelopes[0]! };
  const proof = keptAt(done!.place, new Uint8Array(people[0]!.slot.key), letter);
  expect(Buffer.from(done!.kept).toString('base64url')).toBe(proof);
  expect(done!.head).toMatch(/^POST \/message HTTP\/1\.1\r\n[^]*x-cc-auth: v1\.[^]*\r\nHost: [^]*\r\n\r\n$/u);
  expect(Math.abs(Date.now() - done!.at)).toBeLessThan(60_000);
});

test('damaged, expired or taken parcels delay nobody and are not posted', async () => {
  const inbox = await ownInbox();
  const whom = await somebody();
  const { inbox: there } = await listens(whom);
  const { lane } = await leave(inbox, whom, { first: 1 });
  await leave(inbox, whom, { first: 2, notAfter: Date.now() - 1000 });
  await leave(inbox, whom, { first: 3 });
  const { envelopes } = await leave(inbox, whom, { first: 4, notAfter: Date.now() + 60_000 });
  const path = (number: number, kind: 'parcel' | 'done'): string =>
    join(inbox, 'out', parcelName({ lane, number, kind }));
  const bytes = await readFile(path(1, 'parcel'));
  await writeFile(path(1, 'parcel'), bytes.subarray(0, 3000));
  await writeFile(path(3, 'done'), 'anything');
  await writeFile(join(inbox, 'out', 'of nobody'), bytes);
  await mkdir(path(5, 'parcel'));
  carrying(inbox);
  await until('the last is taken', async () => (await numbersIn(inbox, 'done')).includes(4));
  expect((await cameTo(there)) === inHex(envelopes)).toBe(true);
  expect(await numbersIn(inbox, 'parcel')).toEqual([1, 2, 3, 5]);
});

test('posts nothing while a client has the home, and starts at once when it is gone', async () => {
  const inbox = await ownInbox();
  const { whom, asked } = await answers((request, response) => prove(request, response, whom));
  await leave(inbox, whom);
  const client = await holdHome(inbox);
  const started = carrying(inbox);
  // A file that comes is a reason to look at once; the checks here run after that look.
  for (let n = 0; n < 5; n += 1) {
    started.heard(whom.here);
    await isHeld(inbox);
  }
  await leave(inbox, whom, { first: 2 });
  expect([await numbersIn(inbox, 'parcel'), asked()]).toEqual([[1, 2], 0]);
  await client.close();
  await until('both are taken', async () => (await numbersIn(inbox, 'done')).length === 2);
  expect(asked()).toBe(2);
});

describe('a client that holds the home', () => {
  test('is told from one that has left it, or that left something else there', async () => {
    const inbox = await tempInbox();
    const path = join(inbox, 'holder');
    expect(await isHeld(inbox)).toBe(false);
    const hold = await holdHome(inbox);
    expect([await isHeld(inbox), await isHeld(inbox)]).toEqual([true, true]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await hold.close();
    expect([await isHeld(inbox), await readdir(inbox)]).toEqual([
      false,
      expect.not.arrayContaining(['holder']),
    ]);
    for (const put of [
      () => writeFile(path, 'a file'),
      () => mkdir(path),
      () => symlink('listener.json', path),
      () => symlink('/dev/null', path),
    ]) {
      await put();
      expect(await isHeld(inbox)).toBe(false);
      const next = await holdHome(inbox);
      expect(await isHeld(inbox)).toBe(true);
      await next.close();
    }
  });

  test('is gone when it is killed, even while a program that it started runs on', async () => {
    const inbox = await tempInbox();
    const script = `
      const { holdHome } = await import(${JSON.stringify(join(process.cwd(), 'source/inbox/holder.ts'))});
      const { spawn } = await import('node:child_process');
      await holdHome(${JSON.stringify(inbox)});
      const other = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
      console.log(other.pid);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const [other] = (await once(child.stdout, 'data')) as [Buffer];
    killLater(Number(other.toString()));
    expect(await isHeld(inbox)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isHeld(inbox)).toBe(false);
  });
});

test('posts nothing until a client has said whether there is a proxy, and then posts nothing around it', async () => {
  const inbox = await ownInbox(null);
  const { whom, asked } = await answers((request, response) => prove(request, response, whom));
  await leave(inbox, whom);
  const holder = await holdHome(inbox);
  carrying(inbox);
  await writeFile(join(inbox, 'carry.json'), '{"version":2,"proxy":""}');
  await holder.close();
  const proxy = await startSocks((to) => ({ host: '127.0.0.1', port: Number(to.split(':')[1]) }));
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  expect(asked()).toBe(0);
  await writeCarry(inbox, { proxy: `socks5://${proxy.address}`, listen: '', address: '' });
  await until('it is taken', async () => (await numbersIn(inbox, 'done')).length === 1);
  expect([asked(), proxy.asked()]).toEqual([1, [whom.address]]);
});

function taken(parcel: Parcel, proxy: string): Promise<Taken | null> {
  const { signal } = new AbortController();
  return postParcel(parcel, {
    places: newMemory(),
    lines: new Map(),
    settings: { proxy, listen: '', address: '' },
    signal,
  });
}

test('posts to a box that the listener keeps itself where it is bound, and through no proxy', async () => {
  const { whom, asked } = await answers((request, response) => prove(request, response, whom));
  const [port, box] = [whom.address.split(':')[1], 'A'.repeat(22)];
  const place = `me.example:8080/b/${box}`;
  const inbox = await tempInbox();
  const { lane } = await leave(inbox, { ...whom, address: place });
  const parcel = await readParcel(inbox, { lane, number: 1 });
  const lines: Lines = new Map();
  onTestFinished(() => hangUp(lines));
  const go = (settings: CarrySettings): Promise<Taken | null> => {
    const { signal } = new AbortController();
    return postParcel(parcel!, { places: newMemory(), lines, settings, signal });
  };
  const proxy = 'socks5://127.0.0.1:1';
  const mine = { proxy, listen: `127.0.0.1:${port}`, address: 'me.example:8080' };
  // A connection to a place elsewhere does not count for one that is now here, and the other way round.
  await go({ ...mine, address: 'other.example:8080' });
  expect(asked()).toBe(0);
  await go(mine);
  expect(asked()).toBe(1);
  await go({ ...mine, address: 'other.example:8080' });
  expect(asked()).toBe(1);
  await go(mine);
  expect(asked()).toBe(2);
});

test('asks an onion service only through a proxy, and a proxy that does not work lets nothing out', async () => {
  const { whom, asked } = await answers((request, response) => prove(request, response, whom));
  const onion = { ...whom, address: `${'b'.repeat(56)}.onion:80` };
  const envelope = new Uint8Array(4096);
  expect(await taken(parcelFor(onion, envelope), '')).toBeNull();
  const port = Number(whom.address.split(':')[1]);
  const proxy = await startSocks(() => ({ host: '127.0.0.1', port }));
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  expect(await taken(parcelFor(onion, envelope), `socks5://${proxy.address}`)).toMatchObject({
    place: onion.address,
  });
  expect(asked()).toBe(1);
  expect(await taken(parcelFor(whom, envelope), 'no proxy')).toBeNull();
  expect(asked()).toBe(1);
});

test('tries the places of a recipient one after the other', async () => {
  const { whom } = await answers((request, response) => prove(request, response, whom));
  const other = await answers((_, response) => response.writeHead(404, { 'content-length': 0 }).end());
  const places = `127.0.0.1:${await takePort()} ${other.whom.address} ${whom.address}`;
  const found = await taken(parcelFor({ ...whom, address: places }, new Uint8Array(4096)), '');
  expect([found?.place, other.asked()]).toEqual([whom.address, 1]);
});

/** Answers of a machine that does not prove that it has the envelope. */
const lies: Readonly<Record<string, (socket: Socket, proof: string) => void>> = {
  'a 202 without proof': (socket) => void socket.end('HTTP/1.1 202 OK\r\ncontent-length: 0\r\n\r\n'),
  'another proof': (socket) =>
    void socket.end(`HTTP/1.1 202 OK\r\ncontent-length: 0\r\nx-cc-kept: ${'A'.repeat(22)}\r\n\r\n`),
  'two proofs': (socket, proof) =>
    void socket.end(
      `HTTP/1.1 202 OK\r\ncontent-length: 0\r\nx-cc-kept: ${proof}\r\nx-cc-kept: ${proof}\r\n\r\n`,
    ),
  'the proof with a 200': (socket, proof) =>
    void socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-cc-kept: ${proof}\r\n\r\n`),
  'a body behind the proof': (socket, proof) =>
    void socket.end(`HTTP/1.1 202 OK\r\ncontent-length: 4\r\nx-cc-kept: ${proof}\r\n\r\nbody`),
  'a body without end': (socket, proof) => {
    socket.write(`HTTP/1.1 202 OK\r\ntransfer-encoding: chunked\r\nx-cc-kept: ${proof}\r\n\r\n`);
    flood(socket, `${(1000).toString(16)}\r\n${'x'.repeat(1000)}\r\n`);
  },
  'a head without end': (socket) => {
    socket.write('HTTP/1.1 202 OK\r\n');
    flood(socket, `x-more: ${'x'.repeat(1000)}\r\n`);
  },
  'interim answers without end': (socket) => flood(socket, 'HTTP/1.1 103 Early Hints\r\nx: y\r\n\r\n'),
  'another protocol': (socket) =>
    void socket.write('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  'a redirection': (socket) =>
    void socket.end('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
  'no HTTP': (socket) => void socket.end('hello\r\n\r\n'),
  nothing: (socket) => void socket.destroy(),
};

function flood(socket: Socket, text: string): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(text));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
}

test.each(Object.keys(lies))('%s is no proof', async (name) => {
  const server = await startRawServer((socket, head) => {
    const [auth = '', digest = ''] = ['x-cc-auth', 'content-digest'].map(
      (header) => new RegExp(`^${header}: (.*)$`, 'imu').exec(head)?.[1]?.trim() ?? '',
    );
    lies[name]?.(socket, proofOf(whom.slot.key, { auth, digest }));
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const whom = addressee(server.address);
  expect(await taken(parcelFor(whom, new Uint8Array(4096)), '')).toBeNull();
});

test('a silent recipient delays nobody else, and is tried again when mail comes from them', async () => {
  const inbox = await ownInbox();
  const { whom: slow, asked } = await answers((request, response, count) => {
    if (count === 1) response.writeHead(429, { 'content-length': 0 }).end();
    if (count > 2) prove(request, response, slow);
  });
  await leave(inbox, slow, { first: 1 });
  const started = carrying(inbox);
  await until('it hangs', () => asked() === 2);
  const hangsSince = performance.now();
  const { whom: other } = await answers((request, response) => prove(request, response, other));
  await leave(inbox, other, { first: 2 });
  await until('the other has theirs', async () => (await numbersIn(inbox, 'done')).includes(2));
  started.heard('0'.repeat(16));
  // Signs of life come again and again; within a second of a try they do not break it off.
  await until('it was tried anew', () => {
    started.heard(slow.here);
    return asked() === 3;
  });
  await until('it is taken', async () => (await numbersIn(inbox, 'done')).includes(1));
  expect(performance.now() - hangsSince).toBeLessThan(14_000);
});

test('waits for nothing that was under way before a sleep', async () => {
  const inbox = await ownInbox();
  const { whom, asked } = await answers((request, response, count) => {
    if (count > 1) prove(request, response, whom);
  });
  await leave(inbox, whom);
  const started = carrying(inbox);
  await until('it hangs', () => asked() === 1);
  const hangsSince = performance.now();
  started.moved();
  await until('it is taken', async () => (await numbersIn(inbox, 'done')).length === 1);
  expect(performance.now() - hangsSince).toBeLessThan(14_000);
});

test('does not post again what was taken and could not be noted, and notes it when the disk allows', async () => {
  const inbox = await ownInbox();
  const { whom, asked } = await answers((request, response) => prove(request, response, whom));
  const { lane } = await leave(inbox, whom, { count: 2 });
  const [tmp, aside] = [join(inbox, 'tmp'), join(inbox, 'aside')];
  await rename(tmp, aside);
  carrying(inbox);
  await until('both were posted', () => asked() === 2);
  await writeFile(join(inbox, 'out', 'something new'), '');
  await rm(join(inbox, 'out', 'something new'));
  expect(await numbersIn(inbox, 'done')).toEqual([]);
  await rename(aside, tmp);
  await until('both are noted', async () => (await numbersIn(inbox, 'done')).length === 2);
  expect(asked()).toBe(2);
  expect(await readDone(inbox, { lane, number: 2 })).toMatchObject({ tries: 1 });
});

test('posts to at most eight recipients at the same time', async () => {
  const inbox = await ownInbox();
  let [open, most] = [0, 0];
  const people: Addressee[] = [];
  for (let n = 0; n < 20; n += 1) {
    const { whom } = await answers((request, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        prove(request, response, whom);
      }, 30);
    });
    people.push(whom);
  }
  const parcels = people.map((whom, at) => ({
    lane: at.toString(16).padStart(32, '0'),
    number: at,
    parcel: parcelFor(whom, new Uint8Array(4096)),
  }));
  await writeParcels(inbox, parcels);
  carrying(inbox);
  await until('all are taken', async () => (await numbersIn(inbox, 'done')).length === 20);
  expect(most).toBe(8);
});
