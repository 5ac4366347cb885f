import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, run, setUpPerson } from '../support/command-line.ts';
import type { Person } from '../support/command-line.ts';
import type { Ran } from '../support/ran.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { tapWire } from '../support/wiretap.ts';
import type { Wiretap } from '../support/wiretap.ts';

type Line = Record<string, unknown>;

function checksIn(ran: Ran): readonly Line[] {
  return jsonLines(ran);
}

function the(checks: readonly Line[], name: string, subject?: string): Line | undefined {
  return checks.find(({ check, subject: of }) => check === name && (subject === undefined || of === subject));
}

/** Alice has bob, whose listener is stopped; something waits for him, and a wiretap is where he would be. */
async function bobIsAway(): Promise<{ alice: Person; wire: Wiretap }> {
  const taps: Wiretap[] = [];
  const alice = await setUpPerson('alice');
  const bob = await setUpPerson('bob', {
    async address(port) {
      const tap = await tapWire(port);
      taps.push(tap);
      return tap.address;
    },
  });
  const link = (await bob.does('invite')).stdout.trim();
  for (const person of [alice, bob]) await person.does('sync', '--for', '300ms');
  await alice.does('join', link);
  for (const person of [bob, alice, bob, alice]) await person.does('sync');
  for (const person of [bob, alice]) await person.does('listen', '--stop');
  await alice.does('send', 'bob', 'are you there?');
  return { alice, wire: taps[0]! };
}

test('reports problems of a closed home, one object a line, ends with 1, and asks nobody', async () => {
  const { alice, wire } = await bobIsAway();
  const before = wire.asked().length;
  const ran = await alice.tries('doctor', '--json');
  expect(ran.code).toBe(1);
  const checks = checksIn(ran);
  for (const check of checks)
    expect(Object.keys(check)).toEqual(['check', 'subject', 'state', 'text', 'hint']);
  expect(the(checks, 'listener')).toMatchObject({
    state: 'problem',
    hint: expect.stringContaining('listen'),
  });
  expect(the(checks, 'waiting', 'bob')).toMatchObject({
    state: 'note',
    text: expect.stringMatching(/^1 message/u),
  });
  expect(the(checks, 'answers', 'bob')).toMatchObject({ text: expect.stringContaining('last heard') });
  const printed = await alice.tries('doctor');
  // Another program may have taken the port meanwhile, which is in the way as well.
  expect([printed.code, printed.stderr]).toEqual([1, expect.stringMatching(/\d problems? found/u)]);
  expect(printed.stdout).toContain('✗ problem  listener');
  expect(wire.asked()).toHaveLength(before);
});

test('reports the tries of a running client over the socket, and ends with 0 when there are only notes', async () => {
  const { alice } = await bobIsAway();
  const client = alice.starts('sync', '--for', '1h');
  const ran = await until('it has tried', async () => {
    const now = await alice.tries('doctor', '--json');
    // Its listener takes a moment to start.
    return the(checksIn(now), 'answers', 'bob')?.['state'] === 'note' && now.code === 0 ? now : null;
  });
  const checks = checksIn(ran);
  expect(String(the(checks, 'answers', 'bob')?.['text'])).toMatch(
    /^\d+ (?:try|tries) failed: .+; the next is /u,
  );
  expect(the(checks, 'listener')).toMatchObject({ state: 'ok' });
  expect(the(checks, 'connection')).toMatchObject({ state: 'ok' });
  client.kill('SIGTERM');
  await client.ended;
});

test('does not open a home that others can read, but reports what it can', async () => {
  const alice = await setUpPerson('alice');
  await chmod(join(alice.home, 'keys'), 0o755);
  const ran = await alice.tries('doctor', '--json');
  expect(ran.code).toBe(1);
  const checks = checksIn(ran);
  expect(the(checks, 'folders')).toMatchObject({
    state: 'problem',
    hint: expect.stringContaining('chmod 700'),
  });
  expect(the(checks, 'key')).toBeUndefined();
  expect(the(checks, 'disk')).toMatchObject({ state: 'ok' });
});

test('says when there is no home', async () => {
  const ran = await run(['doctor', '--home', join(await tempFolder(), 'home')]);
  expect([ran.code, ran.stdout]).toEqual([1, '']);
  expect(ran.stderr).toContain('there is no cryptochat home');
});
