// The proxies that people have: microsocks and tinyproxy, as released. Missing ones are reported.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Envelope } from '../../source/core/types.ts';
import { postEnvelope } from '../../source/outbox/post.ts';
import { takePort } from '../support/ports.ts';
import { startRawServer } from '../support/raw-server.ts';
import { proofOfHead } from '../support/signed-post.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const isInstalled = (program: string): boolean => spawnSync(program, ['-h']).error === undefined;

const slotKey = new Uint8Array(32).fill(7);
const envelope = new Uint8Array(4096) as Envelope;

/** Starts a proxy that stays in the foreground; it ends with the test. */
async function starts(program: string, args: readonly string[], port: number): Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore' });
  onTestFinished(async () => {
    const gone = child.exitCode === null ? once(child, 'exit') : null;
    child.kill('SIGKILL');
    await gone;
  });
  await until(`${program} listens`, async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket.destroy();
  });
}

const startMicrosocks = (port: number, login: readonly string[]) =>
  starts('microsocks', ['-i', '127.0.0.1', '-p', String(port), ...login], port);

async function startTinyproxy(port: number, lines: readonly string[]): Promise<void> {
  const file = join(await tempFolder(), 'tinyproxy.conf');
  await writeFile(
    file,
    [`Port ${port}`, 'Listen 127.0.0.1', 'Timeout 30', 'LogLevel Critical', ...lines, ''].join('\n'),
  );
  await starts('tinyproxy', ['-d', '-c', file], port);
}

const proxies = [
  ['microsocks', 'socks5', (port: number) => startMicrosocks(port, ['-u', 'me', '-P', 'secret'])],
  ['tinyproxy', 'http', (port: number) => startTinyproxy(port, ['BasicAuth me secret'])],
] as const;

for (const [program, kind, start] of proxies) {
  test.skipIf(!isInstalled(program))(`an envelope goes through ${program} (needs ${program})`, async () => {
    await using server = await startRawServer((socket, head) =>
      socket.write(`HTTP/1.1 202 x\r\nx-cc-kept: ${proofOfHead(slotKey, head)}\r\nContent-Length: 0\r\n\r\n`),
    );
    const port = await takePort();
    await start(port);
    const listener = Number(server.address.split(':')[1]);
    const post = (login: string, address: string) =>
      postEnvelope({ place: address, slotKey, envelope, proxy: `${kind}://${login}127.0.0.1:${port}` });
    // The proxy looks the name up.
    for (const host of ['127.0.0.1', 'localhost'])
      expect(await post('me:secret@', `${host}:${listener}`)).toMatchObject({ kind: 'accepted' });
    const away = await post('me:secret@', `127.0.0.1:${await takePort()}`);
    expect(away).toMatchObject({ reason: expect.stringMatching(/^the proxy could not reach it/u) as string });
    expect(await post('', server.address)).toMatchObject({
      reason: 'the proxy asks for a name and a password',
    });
    const wrong = await post('me:other@', server.address);
    expect(wrong).toMatchObject({
      reason: expect.stringMatching(/refused the name or the password$/u) as string,
    });
  });
}

test.skipIf(!isInstalled('microsocks'))(
  'microsocks without a login asks for none (needs microsocks)',
  async () => {
    await using server = await startRawServer((socket, head) =>
      socket.write(`HTTP/1.1 202 x\r\nx-cc-kept: ${proofOfHead(slotKey, head)}\r\nContent-Length: 0\r\n\r\n`),
    );
    const port = await takePort();
    await startMicrosocks(port, []);
    const post = { place: server.address, slotKey, envelope, proxy: `socks5://127.0.0.1:${port}` };
    expect(await postEnvelope(post)).toMatchObject({ kind: 'accepted' });
  },
);
