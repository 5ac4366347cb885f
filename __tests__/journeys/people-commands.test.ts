// Comparing, naming, blocking, forgetting and searching, by the built program alone.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runningListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, run, setUpPerson, type Person } from '../support/command-line.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

/** Two people who have each other; alice goes on receiving. */
async function pair(): Promise<readonly [alice: Person, bob: Person]> {
  const alice = await setUpPerson('alice');
  const bob = await setUpPerson('bob');
  const link = (await alice.does('invite')).stdout.trim();
  alice.starts('sync', '--for', '120s');
  await until('alice listens', () => runningListener(join(alice.home, 'inbox')));
  await bob.does('join', link);
  await until('alice has bob', async () => (await alice.does('contacts')).stdout.includes('bob'));
  return [alice, bob];
}

async function stateOf(person: Person): Promise<unknown> {
  return jsonLines(await person.does('contacts', '--json'))[0]?.['state'];
}

test('verify shows the digits to read out, and compares the contact’s digits in any form', async () => {
  const [alice, bob] = await pair();
  const shown = await bob.does('verify', 'alice');
  expect(shown.stdout).toMatch(/^(?:\d{5} ){5}\d{5}\n$/u);
  const { stdout: ofAlice } = await alice.does('verify', 'bob');
  expect(ofAlice).not.toBe(shown.stdout);
  const own = await alice.tries('verify', 'bob', ofAlice);
  expect(own).toMatchObject({ code: 2, stderr: expect.stringContaining('these are your own digits') });
  expect(shown.stderr).toContain('alice: not verified');
  const groups = shown.stdout.trim().split(/\s+/u);

  const wrong = await alice.tries('verify', 'bob', ...groups.toReversed());
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
  expect(wrong.stderr).toMatch(
    /^cryptochat: error: THESE ARE NOT .*bob\ncryptochat: hint: someone may be intercepting/mu,
  );
  const short = await alice.tries('verify', 'bob', '12345');
  expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining('these are 5 digits') });
  expect(await stateOf(alice)).toBe('not-compared');

  const right = await alice.does('verify', 'bob', ...groups);
  expect(right).toMatchObject({
    stdout: '',
    stderr: "Match. You are talking to the key of bob; it is verified until bob's key changes.\n",
  });
  expect(await stateOf(alice)).toBe('compared');
  expect((await alice.does('contacts')).stdout).toContain('verified');
  expect((await alice.does('keys')).stdout).toMatch(
    new RegExp(`your digits: {2}${ofAlice.trim()}\n[^]*bob: verified\n`, 'u'),
  );
  const piped = await run(['verify', 'alice', '-', '--home', bob.home], ofAlice);
  expect([piped.code, await stateOf(bob)]).toEqual([0, 'compared']);
  const [report] = jsonLines(await bob.does('keys', '--json')) as unknown as [
    { readonly contacts: readonly [{ readonly safetyNumber: string }] },
  ];
  const whole = await bob.does('verify', 'alice', report.contacts[0].safetyNumber);
  expect(whole.stderr).toContain('it counts only if alice read it to you');
});

test('block, unblock, rename, retry', async () => {
  const [alice, bob] = await pair();
  expect((await alice.does('rename', 'bob', 'Bob', 'the', 'Builder')).stdout).toBe('Bob the Builder\n');
  expect((await alice.does('rename', 'Bob the Builder')).stdout).toBe('bob\n');
  expect((await alice.does('block', 'bob')).stderr).toBe('bob is blocked. They are not told.\n');
  expect(await stateOf(alice)).toBe('blocked');
  expect((await alice.does('contacts')).stdout).toMatch(/^bob {2}blocked /u);
  const refused = await alice.tries('send', 'bob', 'x');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('this contact is blocked') });
  await bob.does('send', 'alice', 'while blocked');
  expect((await bob.does('retry')).stderr).toBe('1 still queued.\n');
  expect((await alice.does('unblock', 'bob')).stderr).toBe('bob is unblocked: not verified.\n');
  expect((await bob.does('retry')).stderr).toBe('Nothing is queued.\n');
  await until('it came', async () => (await alice.does('read', 'bob')).stdout.includes('while blocked'));
  expect(await alice.tries('block', 'carol')).toMatchObject({ code: 1, stdout: '' });
});

test('search prints as read does; forget asks, and leaves nothing to find', async () => {
  const [alice, bob] = await pair();
  await bob.does('send', 'alice', 'the Lighthouse at nine', '--wait', 'delivered');
  await alice.does('send', 'bob', 'which lighthouse?');
  const found = await alice.does('search', 'LIGHTHOUSE', 'bob', '--json');
  expect(jsonLines(found)).toMatchObject([
    { contact: 'bob', direction: 'in', text: 'the Lighthouse at nine', kind: 'text' },
    { contact: 'bob', direction: 'out', text: 'which lighthouse?' },
  ]);
  expect((await alice.does('search', 'lighthouse', '--last', '1')).stdout).toMatch(
    / you → bob: which lighthouse\?/u,
  );
  expect(await alice.does('search', 'harbour')).toMatchObject({
    stdout: '',
    stderr: 'No messages found.\n',
  });
  expect(await alice.tries('search', '')).toMatchObject({ code: 2 });

  const refused = await alice.tries('forget', 'bob');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('give --yes') });
  const no = startInTerminal(['forget', 'bob', '--home', alice.home]);
  await no.sees('[y/N]');
  no.type('\r');
  await no.sees('Nothing was deleted');
  expect(await no.exited).toBe(0);
  expect((await alice.does('contacts')).stdout).toContain('bob');
  const yes = startInTerminal(['forget', 'bob', '--home', alice.home]);
  await yes.sees('[y/N]');
  yes.type('y\r');
  await yes.sees('bob is forgotten');
  expect(await yes.exited).toBe(0);
  expect((await alice.does('contacts')).stdout).toBe('');
  expect((await alice.does('search', 'lighthouse')).stdout).toBe('');
  expect((await bob.does('forget', 'alice', '--yes')).stderr).toBe('alice is forgotten.\n');
});
