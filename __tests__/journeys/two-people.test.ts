// Two people with the built messenger, each in a terminal of their own, over real listeners on loopback.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines } from '../support/command-line.ts';
import { runHere } from '../support/run-here.ts';
import { firstRun } from '../support/screen-person.ts';
import type { ScreenPerson } from '../support/screen-person.ts';
import { until } from '../support/until.ts';

const each = 200;
/** A message of 60 KiB, which fills the other's screen. */
const long = 33;
const crashes = { alice: 60, bob: 120 } as const;
const rotations = { alice: 90, bob: 150 } as const;

/** The n-th message of a person; each ends in a word that no other has. */
function text(name: string, n: number): string {
  const end = `${name}-phrase-${String(n).padStart(3, '0')}`;
  if (n === long) return `${'long '.repeat(12_000)}${end}`.padStart(61_440, '.');
  return [`hello ${end}`, `你好，世界 ${end}`, `🙂🚀👍 ${end}`, `two\nlines ${end}`][n % 4] ?? end;
}

async function linkOn(person: ScreenPerson): Promise<string> {
  person.screen().type('/invite\r');
  await person.screen().sees(/cryptochat:[\w-]{68}@[\d.]+:\d+/u);
  const link = /cryptochat:[\w-]{68}@[\d.]+:\d+/u.exec(person.screen().screen())?.[0] ?? '';
  person.press('close-dialog');
  await person.screen().sees('You have no contacts yet');
  return link;
}

async function rotate(person: ScreenPerson): Promise<void> {
  const screen = person.screen();
  person.press('rotate-keys');
  await screen.sees('y ');
  person.press('confirm-rotation');
  await screen.sees('You have a new key');
  person.press('close-dialog');
  await until('the dialog is closed', () => !screen.screen().includes('You have a new key'));
}

async function sayAlone(person: ScreenPerson, other: ScreenPerson): Promise<void> {
  await person.say(text(person.name, long));
  await other.screen().sees(text(person.name, long).slice(-12));
}

async function identityOf(person: ScreenPerson): Promise<Buffer> {
  const [report] = jsonLines(await runHere(['keys', '--json', '--home', person.home]));
  const pem = String(report?.['publicKeyPem']).replaceAll(/-----[^-]+-----|\s/gu, '');
  return Buffer.from(pem, 'base64').subarray(-32);
}

async function filesUnder(folder: string): Promise<ReadonlyArray<readonly [string, Buffer]>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'identity.public.pem');
  return Promise.all(
    files.map(async ({ parentPath, name }) => [name, await readFile(join(parentPath, name))] as const),
  );
}

function said(lines: ReadonlyArray<Record<string, unknown>>, direction: 'in' | 'out'): readonly unknown[] {
  return lines
    .filter((line) => line['direction'] === direction && line['kind'] === 'text')
    .map((line) => line['text']);
}

test('first run, invite, join while the other is away, 200 messages each way, kills and rotations', async () => {
  const [alice, bob] = [await firstRun('alice'), await firstRun('bob')];
  const identities = [await identityOf(alice), await identityOf(bob)];
  const link = await linkOn(alice);
  await alice.quit();

  bob.screen().type('/join\r');
  await bob.screen().sees('Paste the link');
  bob.screen().type(`\u001B[200~${link}\u001B[201~\r`);
  await bob.screen().sees('alice is added');
  await bob.screen().sees('write to alice');
  for (const n of [0, 1, 2]) await bob.say(text('bob', n));
  alice.open();
  await alice.screen().sees('bob-phrase-002');
  for (const n of [0, 1, 2]) await alice.say(text('alice', n));

  for (let n = 3; n < each; n += 1) {
    if (n === long) for (const person of [alice, bob]) await sayAlone(person, person === alice ? bob : alice);
    else await Promise.all([alice.say(text('alice', n)), bob.say(text('bob', n))]);
    for (const person of [alice, bob]) {
      const name = person.name as 'alice' | 'bob';
      if (n === crashes[name]) await person.crash();
      if (n === rotations[name]) await rotate(person);
    }
  }

  const last = each - 1;
  await alice.screen().sees(text('bob', last).slice(-12));
  const [fromAlice, fromBob] = ['alice', 'bob'].map((name) =>
    Array.from({ length: each }, (_, n) => text(name, n)),
  );
  for (const [person, sent, received] of [
    [alice, fromAlice, fromBob],
    [bob, fromBob, fromAlice],
  ] as const) {
    const lines = await until(`all of ${person.name} is delivered`, async () => {
      const now = await person.read();
      return now.every((line) => line['direction'] === 'in' || line['state'] === 'delivered') ? now : null;
    });
    expect(said(lines, 'out')).toEqual(sent);
    expect(said(lines, 'in')).toEqual(received);
    expect(person.screen().screen()).not.toContain('missing');
  }

  identities.push(await identityOf(alice), await identityOf(bob));
  const secrets = identities.flatMap((key) => [
    key,
    key.toString('hex'),
    key.toString('base64url').slice(0, 42),
  ]);
  const places: Array<readonly [string, Buffer]> = [
    ['the wire to alice', alice.wire.heard()],
    ['the wire to bob', bob.wire.heard()],
    ...(await filesUnder(alice.home)),
    ...(await filesUnder(bob.home)),
  ];
  expect(alice.wire.heard().length).toBeGreaterThan(each * 4096);
  for (const [name, bytes] of places) {
    for (const secret of [...secrets, '-phrase-', '世界', 'hello']) {
      expect(bytes.includes(secret), `${name} holds ${String(secret)}`).toBe(false);
    }
  }
  await Promise.all([alice.quit(), bob.quit()]);
});
