import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { listNew } from '../../source/inbox/watch.ts';
import { canMakeDisks, smallDisk } from '../support/small-disk.ts';
import { diskFolder, tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { attack, figure, pair } from './adapter.ts';
import { insideHome } from './forge.ts';
import { cameTo, numbered, statesAt } from './inbox-files.ts';
import type { Peer } from './peer.ts';

test(
  'A26 names a disk that fills up while messages are read, and loses none (needs root, for a small tmpfs)',
  attack(async (newHome, context) => {
    context.skip(!canMakeDisks, 'no small disk can be made here');
    const folder = await smallDisk(16_384);
    const [alice, bob] = [await newHome('alice', { folder }), await newHome('bob')];
    await pair(alice, bob);
    await alice.listen();
    const screen = await alice.tui();
    screen.kill('SIGSTOP');
    const sent = numbered(50).map((text) => `${text} ${'long '.repeat(600)}`.trim());
    await bob.say(alice, sent);
    const filling = join(folder, 'filling');
    spawnSync('dd', ['if=/dev/zero', `of=${filling}`, 'bs=4096']);
    screen.kill('SIGCONT');
    await screen.sees('the disk is full');
    expect(screen.screen()).not.toMatch(/transaction|rollback|sqlite/iu);
    expect((await listNew(alice.inbox)).length).toBeGreaterThan(0);
    const known = await cameTo(alice, bob);
    expect(known).toEqual(sent.slice(0, known.length));
    await rm(filling);
    await bob.send(alice, 'there is room again');
    await screen.sees('there is room again', 60_000);
    await until('it is no longer said', () => !screen.screen().includes('the disk is full'));
    expect(await cameTo(alice, bob)).toEqual([...sent, 'there is room again']);
    await until('all of it is delivered', async () => {
      await bob.tick();
      const states = await statesAt(bob, alice);
      return states.size === 1 && states.has('delivered');
    });
    expect(await alice.status()).toMatchObject({ quarantined: 0 });
  }),
);

/** The texts of the first conversation of a home that is opened alone. */
function textsInside(peer: Peer): Promise<readonly string[]> {
  return insideHome(peer, (client) => {
    const { database } = client.context;
    expect(database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const came = client.conversation().filter((one) => one.direction === 'in' && one.kind === 'text');
    return came.map(({ text }) => text);
  });
}

test(
  'A27 a home opens after a power cut at any moment, with a true beginning of its history',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice', { folder: await diskFolder() }), await newHome('bob')];
    await pair(alice, bob);
    await alice.listen();
    const copies = await tempFolder();
    const count = figure(50, 6);
    const sent = numbered(count * 20);
    const client = await alice.holds();
    for (let n = 0; n < count; n += 1) {
      // Mail that comes while the client is stopped is all there when it resumes.
      client.kill('SIGSTOP');
      await bob.say(alice, sent.slice(n * 20, (n + 1) * 20));
      await until('mail comes in', async () => (await listNew(alice.inbox)).length > 0, 60_000);
      client.kill('SIGCONT');
      // The first moment may be before anything is read; the later one is not.
      if (n === 1) await until('a text is read', async () => (await cameTo(alice, bob)).length > 0);
      await sleep(randomInt(100));
      // A stopped program writes nothing, so this is one moment, as a disk would have it.
      client.kill('SIGSTOP');
      spawnSync('cp', ['-a', alice.home, join(copies, `${n}`)]);
      client.kill('SIGCONT');
    }
    await until('all is read', async () => (await listNew(alice.inbox)).length === 0, 120_000);
    client.kill('SIGTERM');
    await client.ended;
    expect(await cameTo(alice, bob)).toEqual(sent);
    let longest = 0;
    for (let n = 0; n < count; n += 1) {
      const home = join(copies, `${n}`);
      const texts = await textsInside({ ...alice, home, inbox: join(home, 'inbox') });
      expect(texts).toEqual(sent.slice(0, texts.length));
      expect(texts.length).toBeGreaterThanOrEqual(longest);
      longest = texts.length;
    }
    expect(longest).toBeGreaterThan(0);
  }),
);
