// Waiting mail leaves without the client: the listener carries it while the screen is closed, however it was closed.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPresence } from '../../source/inbox/presence.ts';
import { isHeld } from '../../source/inbox/holder.ts';
import { countParcels } from '../../source/inbox/parcels.ts';
import { jsonLines, setUpPerson, type Person } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { startSocks } from '../support/proxies.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

function inboxOf({ home }: Person): string {
  return join(home, 'inbox');
}

/** Two people who know each other; bob is away, with his listener. */
async function bobIsAway(
  alicesPlace: Parameters<typeof setUpPerson>[1] = {},
  bobsPlace: Parameters<typeof setUpPerson>[1] = {},
): Promise<readonly [alice: Person, bob: Person]> {
  const [alice, bob] = [await setUpPerson('alice', alicesPlace), await setUpPerson('bob', bobsPlace)];
  await meet(alice, bob);
  return [alice, bob];
}

async function meet(alice: Person, bob: Person): Promise<void> {
  await alice.does('join', (await bob.does('invite')).stdout.trim());
  await until('they know each other', async () => {
    for (const one of [bob, alice]) await one.does('sync');
    const [known] = jsonLines(await alice.does('contacts', '--json'));
    return known !== undefined && jsonLines(await bob.does('contacts', '--json')).length === 1;
  });
  for (const one of [bob, alice, bob]) await one.does('sync');
  await goesAway(bob);
}

async function goesAway(person: Person): Promise<void> {
  const presence = await readPresence(inboxOf(person));
  if (!presence) return;
  process.kill(presence.pid, 'SIGKILL');
  await until('the listener is gone', async () => {
    try {
      process.kill(presence.pid, 0);
      return false;
    } catch {
      return true;
    }
  });
}

/** Bob's listener is there again, and no client of his or of alice's. */
async function comesBack(bob: Person): Promise<void> {
  await bob.does('sync');
}

/** Types lines at once, and kills the client as soon as it has said of each that it waits, or before. */
async function typesAndDies(
  alice: Person,
  texts: readonly string[],
  after: () => Promise<boolean>,
): Promise<void> {
  const client = alice.starts('--plain');
  client.type('/query bob\n');
  for (const text of texts) client.type(`${text}\n`);
  await until('it is time to die', after, 60_000, 1);
  client.kill('SIGKILL');
  await client.ended;
}

async function textsAt(bob: Person): Promise<readonly unknown[]> {
  return jsonLines(await bob.does('read', 'alice', '--json'))
    .filter(({ direction, kind }) => direction === 'in' && kind === 'text')
    .map(({ text }) => text);
}

async function statesAt(alice: Person): Promise<readonly unknown[]> {
  return jsonLines(await alice.does('read', 'bob', '--json')).map(({ state }) => state);
}

test('a text whose writer is killed right after Enter arrives when its reader comes back, once, and the tick is right', async () => {
  const [alice, bob] = await bobIsAway();
  const texts = ['one', 'two', 'three'];
  await typesAndDies(alice, texts, async () => (await countParcels(inboxOf(alice))) === texts.length);
  await comesBack(bob);
  await until('nothing is left at the listener', async () => (await countParcels(inboxOf(alice))) === 0);
  // They may have come after his client had ended.
  await comesBack(bob);
  expect(await textsAt(bob)).toEqual(texts);
  await goesAway(bob);
  // His receipt may have been quicker than he.
  const states = await statesAt(alice);
  expect([states.length, states.filter((state) => state !== 'sent' && state !== 'delivered')]).toEqual([
    3,
    [],
  ]);
  expect(await readdir(join(inboxOf(alice), 'out'))).toEqual([]);
  await comesBack(bob);
  await alice.does('sync');
  await until('all are delivered', async () => {
    for (const one of [bob, alice]) await one.does('sync');
    return (await statesAt(alice)).every((state) => state === 'delivered');
  });
  expect(await textsAt(bob)).toEqual(texts);
});

/** How many parcels wait with somebody's listener. */
function leftTo(person: Person): Promise<number> {
  return countParcels(inboxOf(person));
}

test('a command or messenger leaves waiting mail when it ends; status and doctor say so', async () => {
  const [alice, bob] = await bobIsAway();
  await alice.does('send', 'bob', 'by a command');
  const client = alice.starts('--plain');
  client.type('/query bob\nby a client\n');
  await until('it is written', async () => (await leftTo(alice)) === 2);
  client.endInput();
  await client.ended;
  expect((await alice.does('status')).stdout).toContain('2 envelopes, which the listener sends');
  expect(jsonLines(await alice.does('status', '--json'))).toMatchObject([{ queued: 2, carried: 2 }]);
  expect((await alice.tries('doctor')).stdout).toContain('the listener holds 2 envelopes');
  const screen = startInTerminal(['--home', alice.home]);
  await screen.sees('by a client');
  screen.type(`by a screen${actionBytes('send')}`);
  await until('it is left', async () => (await leftTo(alice)) === 3);
  await comesBack(bob);
  // An open client sends too; no matter which of the two was faster, the message comes once.
  await until('it came', async () => (await textsAt(bob)).length === 3);
  expect(await textsAt(bob)).toEqual(['by a command', 'by a client', 'by a screen']);
  screen.kill('SIGKILL');
  await screen.exited;
});

test('a listener sends nothing while a client has the home, and at once when that is gone', async () => {
  const [alice, bob] = await bobIsAway();
  await alice.does('send', 'bob', 'waits');
  const client = alice.starts('sync', '--for', '120s');
  const control = join(alice.home, 'keys', 'control');
  await until('the client has the home', async () => existsSync(control) && (await isHeld(inboxOf(alice))));
  process.kill(client.pid, 'SIGSTOP');
  for (let round = 0; round < 3; round += 1) await comesBack(bob);
  expect([await leftTo(alice), await textsAt(bob)]).toEqual([1, []]);
  client.kill('SIGKILL');
  await until('the listener carries it', async () => (await leftTo(alice)) === 0);
  expect(await textsAt(bob)).toEqual(['waits']);
});

test('a blocked or forgotten contact gets none of the waiting mail', async () => {
  const [alice] = await bobIsAway();
  await alice.does('send', 'bob', 'not for you any more');
  expect(await leftTo(alice)).toBe(1);
  const client = alice.starts('--plain');
  client.type('/query bob\n/block\n');
  await until('it is gone', async () => (await leftTo(alice)) === 0, 60_000, 1);
  client.kill('SIGKILL');
  await client.ended;
  expect(await readdir(join(inboxOf(alice), 'out'))).toEqual([]);
  await alice.does('unblock', 'bob');
  await alice.does('send', 'bob', 'nor this');
  expect(await leftTo(alice)).toBeGreaterThan(0);
  await alice.does('forget', 'bob', '--yes');
  expect(await readdir(join(inboxOf(alice), 'out'))).toEqual([]);
});

test('a key change in between loses nothing, and waiting mail is read in order', async () => {
  const [alice, bob] = await bobIsAway();
  for (const text of ['before', 'too']) await alice.does('send', 'bob', text);
  await alice.does('rotate', '--yes');
  await alice.does('send', 'bob', 'after');
  await comesBack(bob);
  await until('all is carried', async () => (await leftTo(alice)) === 0);
  await until('all is read', async () => {
    for (const one of [bob, alice]) await one.does('sync');
    return (await textsAt(bob)).length === 3;
  });
  expect(await textsAt(bob)).toEqual(['before', 'too', 'after']);
});

test('a listener that only collects also carries mail, into the reader’s box', async () => {
  const mail = await setUpPerson('mail');
  const nowhere = { listen: 'none', address: () => Promise.resolve('none') };
  const [alice, bob] = [await setUpPerson('alice', nowhere), await setUpPerson('bob', nowhere)];
  for (const one of [alice, bob]) await one.does('box', (await mail.does('lend')).stdout.trim());
  await meet(alice, bob);
  const presence = await readPresence(inboxOf(mail));
  await goesAway(mail);
  expect(presence).not.toBeNull();
  await alice.does('send', 'bob', 'into the box');
  expect(await leftTo(alice)).toBeGreaterThan(0);
  await mail.does('sync');
  await until('it is carried', async () => (await leftTo(alice)) === 0);
  expect(await statesAt(alice)).toEqual(['kept']);
  await until('it is read', async () => {
    await bob.does('sync');
    return (await textsAt(bob)).length === 1;
  });
});

test('a listener uses the proxy, and after a change of that setting only the new one', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  const address = `127.0.0.1:${bob.port}`;
  let isThere = false;
  const proxy = await startSocks((asked) =>
    asked === address && isThere ? { host: '127.0.0.1', port: bob.port } : null,
  );
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  await meet(alice, bob);
  await comesBack(bob);
  const file = join(alice.home, 'config.toml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('\nproxy = ""\n', `\nproxy = "socks5://${proxy.address}"\n`));
  await alice.does('send', 'bob', 'only this way');
  expect(await leftTo(alice)).toBe(1);
  const asked = proxy.asked().length;
  await until('the listener asks the proxy', () => proxy.asked().length > asked);
  expect(await leftTo(alice)).toBe(1);
  isThere = true;
  await until('it is carried', async () => (await leftTo(alice)) === 0);
  expect(await textsAt(bob)).toEqual(['only this way']);
});

test('an answer from somebody else than the contact makes no tick: the listener posts until there is a proof', async () => {
  const [alice, bob] = await bobIsAway();
  let asked = 0;
  const liar = createServer((request, response) => {
    asked += 1;
    request.resume();
    response.writeHead(202, { 'content-length': 0, ...(asked % 2 === 0 && { 'x-cc-kept': 'A'.repeat(22) }) });
    response.end();
  }).listen(bob.port, '127.0.0.1');
  await once(liar, 'listening');
  await alice.does('send', 'bob', 'for bob alone');
  const before = asked;
  await until('the listener has tried twice', () => asked >= before + 2);
  expect(await leftTo(alice)).toBe(1);
  liar.closeAllConnections();
  await new Promise((resolve) => liar.close(resolve));
  expect(await statesAt(alice)).toEqual(['queued']);
  await comesBack(bob);
  await until('it is carried', async () => (await leftTo(alice)) === 0);
  expect(await textsAt(bob)).toEqual(['for bob alone']);
  expect(await statesAt(alice)).not.toEqual(['queued']);
});
