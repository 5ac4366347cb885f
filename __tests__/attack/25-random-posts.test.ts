import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytes } from '../support/arbitraries.ts';
import { mutated } from '../support/mutations.ts';
import { newSlot, signedHeaders } from '../support/signed-post.ts';
import { attack, figure } from './adapter.ts';
import type { Peer } from './peer.ts';

/** Sends everything at once and hangs up; returns what came back before the other side hung up, too. */
function tell(port: number, said: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.end(said);
  });
}

async function filesOf({ inbox }: Peer): Promise<readonly string[]> {
  const folders = ['new', 'tmp', 'bad', join('invites', 'taken')];
  const found = await Promise.all(folders.map((folder) => readdir(join(inbox, folder))));
  return found.flat();
}

const refusal = /^HTTP\/1\.1 4\d\d [\w -]+\r\nConnection: close\r\nContent-Length: 0\r\n\r\n$/u;

test(
  'refuses or cuts off random bytes on every route and almost-valid requests, and stores nothing',
  attack(async (newHome) => {
    const alice = await newHome('alice');
    await alice.invite();
    const { port } = await alice.listen();
    const token = randomBytes(32).toString('base64url');
    const routes = ['/', '/message', '/invite', `/invite/${token}`, '*', '/message?x'];
    const headers = Object.entries({ host: 'x', ...signedHeaders(newSlot(), Buffer.alloc(4096)) });
    const lines = headers.map((one) => one.join(': '));
    const heads = routes.flatMap((route) => [
      [`POST ${route} HTTP/1.1`, ...lines, '', ''],
      [`GET ${route} HTTP/1.1`, 'host: x', `x-cc-nonce: ${token.slice(0, 22)}`, '', ''],
    ]);
    const goods = heads.map((head) => new Uint8Array(Buffer.from(head.join('\r\n'))));
    const post = fc
      .tuple(fc.constantFrom(...goods), bytes(0, 5000))
      .map(([head, body]) => Buffer.concat([head, body]));
    const something = fc.oneof(post, mutated(goods), bytes(0, 5000));
    const together = 20;
    await fc.assert(
      fc.asyncProperty(
        fc.array(something, { minLength: together, maxLength: together, size: 'max' }),
        async (said) => {
          const answers = await Promise.all(said.map((one) => tell(port, one)));
          for (const answer of answers) if (answer !== '') expect(answer).toMatch(refusal);
        },
      ),
      { numRuns: (figure(10_000, 200) * routes.length) / together, endOnFailure: true },
    );
    expect(await filesOf(alice)).toEqual([]);
    expect((await alice.status()).quarantined).toBe(0);
  }),
);
