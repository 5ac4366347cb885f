// Two people and a card, with real homes, real listeners and the built program, by commands alone.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runningListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, setUpPerson, type Person } from '../support/command-line.ts';
import { until } from '../support/until.ts';

function linkOf({ stdout }: { stdout: string }): string {
  expect(stdout).toMatch(/^cryptochat:[\w-]{68}@127\.0\.0\.1:\d+\n$/u);
  return stdout.trim();
}

async function stateOf(person: Person, name: string): Promise<unknown> {
  const contacts = jsonLines(await person.does('contacts', '--json'));
  return contacts.find((contact) => contact['name'] === name)?.['state'];
}

/** Everybody receives and sends from now on; answers what ends it. */
async function work(...people: readonly Person[]): Promise<() => Promise<void>> {
  const running = people.map((person) => person.starts('sync', '--for', '100s'));
  for (const { home } of people) {
    await until('the home is held', () => existsSync(join(home, 'keys', 'control')));
    await until('somebody listens', () => runningListener(join(home, 'inbox')));
  }
  return async () => {
    for (const one of running) one.kill('SIGTERM');
    await Promise.all(running.map(({ ended }) => ended));
  };
}

test('a person who asks with a card waits until they are accepted; their messages go out then', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  const invited = await alice.does('invite', '--card');
  const card = linkOf(invited);
  expect(invited.stderr).toContain('People with this reusable link can ask to be your contact');
  expect(linkOf(await alice.does('invite', '--card'))).toBe(card);
  const stop = await work(alice, bob);

  const joined = await bob.does('join', card);
  expect(joined.stderr).toContain('You asked alice. Your messages stay queued until they accept.');
  await bob.does('send', 'alice', 'may I?');
  expect((await bob.does('contacts')).stdout).toMatch(
    /^alice {2}you asked .*1 queued {2}has not answered yet$/mu,
  );
  await until('alice is asked', async () => (await stateOf(alice, 'bob')) === 'requested');
  expect((await alice.does('contacts')).stdout).toMatch(/^bob {2}asks you .*cryptochat accept or decline$/mu);
  expect(jsonLines(await alice.does('status', '--json'))).toMatchObject([
    { contacts: 1, unread: 0, queued: 0 },
  ]);
  const early = await alice.tries('send', 'bob', 'hi');
  expect(early).toMatchObject({ code: 1, stdout: '' });
  expect(early.stderr).toContain(
    'error: bob wants to be your contact\ncryptochat: hint: accept first: cryptochat accept CONTACT',
  );

  const accepted = await alice.does('accept', 'bob');
  expect(accepted.stdout).toMatch(/^bob {2}(?:[\dA-F]{4} ?){8}\n$/u);
  const delivered = async (): Promise<boolean> =>
    jsonLines(await bob.does('read', '--json')).some(
      ({ text, state }) => text === 'may I?' && state === 'delivered',
    );
  await until('what bob wrote is there', delivered);
  expect(await stateOf(bob, 'alice')).toBe('not-compared');
  await alice.does('send', 'bob', 'you may', '--wait', 'delivered');
  expect((await alice.tries('accept', 'bob')).stderr).toContain('there is no contact request from bob');
  expect((await alice.tries('decline', 'bob')).code).toBe(1);
  await stop();
});

test('a declined person is gone, and the card works until it is ended', async () => {
  const [alice, bob, carol] = [
    await setUpPerson('alice'),
    await setUpPerson('bob'),
    await setUpPerson('carol'),
  ];
  const card = linkOf(await alice.does('invite', '--card'));
  const stop = await work(alice);
  await bob.does('join', card);
  await until('alice is asked', async () => (await stateOf(alice, 'bob')) === 'requested');
  expect((await alice.does('decline', 'bob')).stderr).toContain('Declined.');
  expect((await alice.does('contacts')).stdout).toBe('');
  await carol.does('join', card);
  await until('alice is asked', async () => (await stateOf(alice, 'carol')) === 'requested');
  await stop();

  const newer = linkOf(await alice.does('invite', '--card', '--new'));
  expect(newer).not.toBe(card);
  await alice.does('invite');
  expect((await alice.does('invite', '--list')).stdout).toMatch(
    /^card {8}made \d{4}-.* {2}until you withdraw it\nsingle-use {2}made .* {2}until \d{4}-.*\n$/u,
  );
  expect(
    jsonLines(await alice.does('invite', '--list', '--json')).map(({ kind, ends }) => [kind, typeof ends]),
  ).toEqual([
    ['card', 'object'],
    ['single-use', 'string'],
  ]);
  expect((await alice.does('invite', '--card', '--withdraw')).stderr).toBe(
    'The reusable link no longer works.\n',
  );
  expect((await alice.does('invite', '--card', '--withdraw')).stderr).toBe('There was no reusable link.\n');
  expect((await alice.does('invite', '--withdraw-all')).stderr).toBe('1 open link withdrawn.\n');
  expect((await alice.does('invite', '--list')).stderr).toBe('No open links.\n');
  const dead = await bob.tries('join', newer);
  expect(dead.code).toBe(1);
  expect(dead.stderr).toContain('does not know this link');
});

test('joining again with an existing contact connects again', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  const stop = await work(alice, bob);
  await bob.does('join', linkOf(await alice.does('invite')));
  await bob.does('send', 'alice', 'one', '--wait', 'delivered');
  const again = await bob.does('join', linkOf(await alice.does('invite')), '--as', 'ally');
  expect(again.stderr).toContain('ally was already a contact; you are connected again.');
  await bob.does('send', 'ally', 'two', '--wait', 'delivered');
  await alice.does('send', 'bob', 'three', '--wait', 'delivered');
  const texts = jsonLines(await bob.does('read', 'ally', '--json')).filter(({ kind }) => kind === 'text');
  expect(texts.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  expect(jsonLines(await alice.does('contacts', '--json'))).toHaveLength(1);
  await stop();
});

test.each([
  [['--new'], '--new and --withdraw need --card'],
  [['--withdraw'], '--new and --withdraw need --card'],
  [['--card', '--new', '--withdraw'], 'these flags of invite exclude each other'],
  [['--list', '--card'], 'these flags of invite exclude each other'],
  [['--withdraw-all', '--address', 'a:1'], 'these flags of invite exclude each other'],
  [['--json'], '--json needs --list'],
])('invite %j says what is wrong', async (words, text) => {
  const alice = await setUpPerson('alice');
  const wrong = await alice.tries('invite', ...words);
  expect([wrong.code, wrong.stderr.split('\n')[0]]).toEqual([2, `cryptochat: error: ${text}`]);
});
