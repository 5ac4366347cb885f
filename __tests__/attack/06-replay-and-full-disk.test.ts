import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseMessageName } from '../../source/core/message-name.ts';
import { laterBy } from '../support/clock.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { listenerProgram } from '../support/pty.ts';
import { ask, post } from '../support/signed-post.ts';
import { canMakeDisks, smallDisk } from '../support/small-disk.ts';
import { until } from '../support/until.ts';
import type { Wiretap } from '../support/wiretap.ts';
import { attack, figure, pair } from './adapter.ts';
import { slotKeyOf } from './forge.ts';
import type { Peer } from './peer.ts';

function filesIn(peer: Peer, folder: 'new' | 'tmp'): Promise<readonly string[]> {
  return readdir(join(peer.inbox, folder));
}

test(
  'A10 reports a full disk, leaves nothing behind and recovers (needs root, for a small tmpfs)',
  attack(async (newHome, context) => {
    context.skip(!canMakeDisks, 'no small disk can be made here');
    const folder = await smallDisk(4096);
    const [alice, bob] = [await newHome('alice', { folder }), await newHome('bob')];
    await pair(alice, bob);
    const slot = { key: await slotKeyOf(bob, alice) };
    const { port } = await alice.listen();
    const send = async (): Promise<number | string> => (await post(port, slot, randomBytes(65_536))).status;
    expect(await send()).toBe(202);
    // The listener has counted already, so the first of these discovers it.
    const filling = join(folder, 'filling');
    spawnSync('dd', ['if=/dev/zero', `of=${filling}`, 'bs=4096']);
    expect([await send(), await send(), await send()]).toEqual([507, 507, 507]);
    expect(await filesIn(alice, 'tmp')).toEqual([]);
    expect(await filesIn(alice, 'new')).toHaveLength(1);
    await rm(filling);
    await until('it stores again', async () => (await send()) === 202);
    // A tenth of the free space is the limit, even when there is room for more.
    await writeFile(filling, Buffer.alloc(2 * 1024 * 1024));
    const statuses = await Promise.all(Array.from({ length: 12 }, send));
    await until('more is refused', async () => (await send()) === 507);
    expect(statuses.filter((status) => status !== 202 && status !== 507)).toEqual([]);
    await rm(filling);
    await bob.send(alice, 'there is room again');
    // Waiting mail may use a tenth of the free space as counted a moment ago. Until it is read the post is refused; a later try gets
    // through.
    const said = await until('it is read', async () => {
      for (const one of [alice, bob, alice]) await one.tick();
      const texts = (await alice.lines()).filter(({ kind }) => kind === 'text');
      return texts.length > 0 ? texts : null;
    });
    expect(said.map(({ text }) => text)).toEqual(['there is room again']);
  }),
);

/** The last POST that passed a wiretap, unchanged. */
function lastPost(wire: Wiretap): { headers: Record<string, string>; body: Buffer } {
  const asked = wire.asked();
  const text = asked.subarray(asked.lastIndexOf('POST /message'));
  const end = text.indexOf('\r\n\r\n');
  const lines = text.subarray(0, end).toString('latin1').split('\r\n').slice(1);
  const headers = Object.fromEntries(lines.map((line) => line.split(': ') as [string, string]));
  return { headers, body: text.subarray(end + 4) };
}

function posts(wire: Wiretap): number {
  return wire.asked().toString('latin1').split('POST /message').length - 1;
}

const day = 24 * 3600 * 1000;

test(
  'A12 a captured POST that is replayed, even a day later, gives one line and one receipt',
  attack(async (newHome) => {
    const alice = await newHome('alice', { tapFrom: '127.0.0.1' });
    const bob = await newHome('bob', { tapFrom: '127.0.0.1' });
    await pair(alice, bob);
    await alice.listen();
    // She announces that she can be reached again.
    await alice.tick();
    await bob.send(alice, 'once');
    const { headers, body } = lastPost(alice.wire!);
    expect(body).toHaveLength(4096);
    const receipts = posts(bob.wire!);
    const replay = (): ReturnType<typeof ask> =>
      ask({ port: alice.port, method: 'POST', path: '/message', headers, body });

    for (let n = 0; n < figure(100, 20); n += 1) {
      for (const { status } of await Promise.all(Array.from({ length: 10 }, replay)))
        expect(status).toBe(202);
    }
    // The listener recognises it and does not charge it to the sender's quota.
    expect(await filesIn(alice, 'new')).toHaveLength(1);
    await alice.tick();
    expect(await filesIn(alice, 'new')).toEqual([]);
    expect((await alice.lines()).map(({ text }) => text)).toEqual(['once']);
    expect(posts(bob.wire!) - receipts).toBe(1);

    await alice.stopListening();
    const flags = [laterBy(day)];
    await startListenerProcess(alice.inbox, { port: alice.port, program: listenerProgram, flags });
    const later = { NODE_OPTIONS: flags[0] };
    await alice.tick(undefined, later);
    const before = posts(bob.wire!);
    expect((await replay()).status).toBe(202);
    const [name = ''] = await filesIn(alice, 'new');
    expect(parseMessageName(name)?.time).toBeGreaterThan(Date.now() + day / 2);
    await alice.tick(undefined, later);
    expect(await filesIn(alice, 'new')).toEqual([]);
    expect((await alice.lines()).map(({ text }) => text)).toEqual(['once']);
    expect(await alice.status()).toMatchObject({ quarantined: 0 });
    expect(posts(bob.wire!)).toBe(before);
  }),
);
