// Two people of whom one is reached by nobody: what is written to her lies in a box at a third one's listener.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { readPresence } from '../../source/inbox/presence.ts';
import { runningListener, stopListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, readLines, setUpPerson, start, type Person } from '../support/command-line.ts';
import { takePort } from '../support/ports.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

type Three = { readonly mail: Person; readonly alice: Person; readonly bob: Person; readonly place: string };

/** Alice, whose listener is bound nowhere, with a box at somebody's, and Bob. */
async function three(): Promise<Three> {
  const mail = await setUpPerson('mail');
  const [alice, bob] = [
    await setUpPerson('alice', { listen: 'none', address: () => Promise.resolve('none') }),
    await setUpPerson('bob'),
  ];
  const lent = (await mail.does('lend')).stdout.trim();
  expect(lent).toMatch(/^cryptochat-box:[\w-]{26}@127\.0\.0\.1:\d+$/u);
  const place = (await alice.does('box', lent)).stdout.trim();
  expect(place).toMatch(new RegExp(`^127\\.0\\.0\\.1:${mail.port}/b/[\\w-]{22}$`, 'u'));
  return { mail, alice, bob, place };
}

async function textsOf(person: Person, name: string): Promise<readonly unknown[]> {
  await person.does('sync');
  return readLines(await person.does('read', name, '--json')).map(({ text }) => text);
}

/** Reads until these texts are there; meanwhile the writer tries what waits. */
function untilRead(
  person: Person,
  name: string,
  { texts, by }: { texts: readonly string[]; by: Person },
): Promise<unknown> {
  return until('all was read', async () => {
    await by.does('sync');
    return (await textsOf(person, name)).join('|') === texts.join('|');
  });
}

/** Ends somebody's listener as a power cut would; a command that finds it on its way out would start no other. */
async function killListener({ home }: Person): Promise<void> {
  const inbox = join(home, 'inbox');
  const running = await runningListener(inbox);
  if (running) process.kill(running.pid, 'SIGKILL');
  await until('it is gone', async () => (await runningListener(inbox)) === null);
}

test('a link, messages and answers go through a box, while nothing connects to its owner', async () => {
  const { alice, bob, place } = await three();
  const link = (await alice.does('invite')).stdout.trim();
  expect(link.endsWith(`@${place}`)).toBe(true);
  await bob.does('join', link);
  await bob.does('send', 'alice', 'into the box');
  await bob.does('sync');
  await untilRead(alice, 'bob', { texts: ['into the box'], by: bob });
  await alice.does('send', 'bob', 'out of nowhere', '--wait', 'sent');
  await untilRead(bob, 'alice', { texts: ['into the box', 'out of nowhere'], by: alice });
  expect(jsonLines(await bob.does('contacts', '--json'))).toMatchObject([{ address: place }]);
  await bob.does('send', 'alice', 'again');
  await bob.does('sync');
  await untilRead(alice, 'bob', { texts: ['into the box', 'out of nowhere', 'again'], by: bob });
  const [box] = jsonLines(await alice.does('box', '--list', '--json'));
  expect(box).toMatchObject({ place, reason: null });
});

test('a person who was offline finds all messages in the box, in order, whichever program was killed in between', async () => {
  const { mail, alice, bob } = await three();
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await untilRead(bob, 'alice', { texts: [], by: alice });
  await alice.does('sync');
  await bob.does('sync');
  await alice.does('listen', '--stop');
  const texts = Array.from({ length: 12 }, (_, n) => `number ${n}`);
  for (const [n, text] of texts.entries()) {
    await bob.does('send', 'alice', text);
    if (n === 4) await killListener(bob);
    if (n === 8) {
      await killListener(mail);
      await mail.does('sync');
    }
  }
  await until('nothing waits at the sender', async () => {
    await bob.does('retry');
    await bob.does('sync');
    return jsonLines(await bob.does('status', '--json'))[0]?.['queued'] === 0;
  });
  const states = async (): Promise<readonly unknown[]> =>
    readLines(await bob.does('read', 'alice', '--json')).map(({ state }) => state);
  expect(new Set(await states())).toEqual(new Set(['kept']));
  const patient = await bob.tries('send', 'alice', 'last', '--wait', 'sent', '--timeout', '500ms');
  expect([patient.code, patient.stderr]).toEqual([
    69,
    expect.stringContaining('alice has not fetched the message'),
  ]);
  await alice.does('sync');
  await killListener(alice);
  await untilRead(alice, 'bob', { texts: [...texts, 'last'], by: bob });
  await until('all are delivered', async () => {
    await alice.does('sync');
    await bob.does('sync');
    return (await states()).every((state) => state === 'delivered');
  });
});

test('a person without contacts gets a box at once, because there is no table to wait for', async () => {
  const mail = await setUpPerson('mail');
  const alice = await setUpPerson('alice', { listen: 'none', address: () => Promise.resolve('none') });
  const lent = (await mail.does('lend')).stdout.trim();
  await alice.does('sync');
  const begun = performance.now();
  await alice.does('box', lent);
  expect(performance.now() - begun).toBeLessThan(limits.boxTableWaitMs);
});

test('a box that is given up is gone at its host, and the contacts are told', async () => {
  const { mail, alice, bob, place } = await three();
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await until('alice knows bob', async () => {
    await alice.does('sync');
    return jsonLines(await alice.does('contacts', '--json')).length === 1;
  });
  await bob.does('sync');
  expect((await alice.does('box', '--leave', place)).stderr).toContain('The mailbox is gone.');
  const box = place.slice(-22);
  await expect(readFile(join(mail.home, 'inbox', 'boxes', box, 'owner'))).rejects.toThrow('ENOENT');
  await alice.does('sync');
  await until('bob was told', async () => {
    await bob.does('sync');
    return jsonLines(await bob.does('contacts', '--json'))[0]?.['address'] === '';
  });
  expect((await alice.tries('box', '--leave', place)).code).not.toBe(0);
});

test('a home without keys keeps boxes, and has nothing else', async () => {
  const home = join(await tempFolder(), 'mail');
  const port = await takePort();
  onTestFinished(async () => void (await stopListener(join(home, 'inbox'))));
  const at = `127.0.0.1:${port}`;
  start(['host', '--home', home, '--listen', at, '--address', at]);
  await until('it listens', async () => (await readPresence(join(home, 'inbox')))?.port === port);
  expect((await readdir(home)).toSorted()).toEqual(['config.toml', 'inbox']);
  const alice = await setUpPerson('alice', { listen: 'none', address: () => Promise.resolve('none') });
  const links = [await runHere(['lend', '--home', home]), await runHere(['lend', '--home', home])];
  const [first = '', second = ''] = links.map(({ stdout }) => stdout.trim());
  await alice.does('box', first);
  await alice.does('box', second);
  expect(jsonLines(await alice.does('box', '--list', '--json'))).toHaveLength(2);
  const bob = await setUpPerson('bob');
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await bob.does('send', 'alice', 'through nobody');
  await untilRead(alice, 'bob', { texts: ['through nobody'], by: bob });
  expect((await runHere(['host', '--home', alice.home, '--listen', at, '--address', at])).code).not.toBe(0);
});

test('reports a box link that was used, is broken, or leads nowhere; an unproved refusal can be tried again', async () => {
  const { mail, alice, bob } = await three();
  const lent = (await mail.does('lend')).stdout.trim();
  await bob.does('box', lent);
  const used = await alice.tries('box', lent);
  expect([used.code === 0, used.stderr]).toEqual([
    false,
    expect.stringContaining('the link was already used'),
  ]);
  const broken = await alice.tries('box', lent.replace(/.@/u, '@'));
  expect(broken.stderr).toContain('not a mailbox link');
  const boxes = jsonLines(await alice.does('box', '--list', '--json'));
  const refused = boxes.filter(({ reason }) => reason === 'its host has not granted it yet');
  expect([boxes.length, refused.length]).toEqual([2, 1]);
  await alice.does('box', '--leave', String(refused[0]?.['place']));
  expect(jsonLines(await alice.does('box', '--list', '--json'))).toHaveLength(1);
});
