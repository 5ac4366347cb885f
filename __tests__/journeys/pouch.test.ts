// Two people whose machines share no network: everything between them goes by files that somebody carries.

import { randomBytes } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, readLines, setUpPerson, type Person } from '../support/command-line.ts';
import { tempFolder } from '../support/temp-home.ts';

/** Somebody whom no network reaches. */
function apart(name: string): Promise<Person> {
  return setUpPerson(name, { address: async () => 'none' });
}

async function linesOf(person: Person, name: string): Promise<ReadonlyArray<readonly [unknown, unknown]>> {
  await person.does('sync');
  const lines = readLines(await person.does('read', name, '--json'));
  return lines.map(({ text, state }) => [text, state] as const);
}

/** Carries all that waits from one to the other, in a file of its own. */
async function carry(folder: string, from: Person, to: Person, names: readonly [from: string, to: string]) {
  const file = join(folder, `${names[1]} ${randomBytes(4).toString('hex')}.pouch`);
  await from.does('pack', names[1], file);
  await to.does('unpack', file);
  await to.does('sync');
  return file;
}

test('two people meet, talk and see what was delivered, without any network', async () => {
  const stick = await tempFolder();
  const [alice, bob] = [await apart('alice'), await apart('bob')];
  const blob = join(stick, 'link.pouch');
  const invited = await alice.does('invite', '--pouch', blob);
  const link = invited.stdout.trim();
  expect(link).toMatch(/@by-hand\.invalid:1$/u);
  expect((await stat(blob)).mode & 0o777).toBe(0o600);
  await bob.does('join', link, '--pouch', blob);
  await bob.does('send', 'alice', 'from the island');
  await carry(stick, bob, alice, ['bob', 'alice']);
  expect(await linesOf(alice, 'bob')).toEqual([['from the island', 'received']]);
  await alice.does('send', 'bob', 'from the mainland');
  await carry(stick, alice, bob, ['alice', 'bob']);
  expect(await linesOf(bob, 'alice')).toEqual([
    ['from the island', 'delivered'],
    ['from the mainland', 'received'],
  ]);
  await carry(stick, bob, alice, ['bob', 'alice']);
  expect(await linesOf(alice, 'bob')).toEqual([
    ['from the island', 'received'],
    ['from the mainland', 'delivered'],
  ]);
  expect((await alice.does('keys', '--json')).stdout).toContain('bob');
});

test('a pouch may be lost, come late and come twice: the next one has it all, and nothing is shown twice', async () => {
  const stick = await tempFolder();
  const [alice, bob] = [await apart('alice'), await apart('bob')];
  const blob = join(stick, 'link.pouch');
  await bob.does('join', (await alice.does('invite', '--pouch', blob)).stdout.trim(), '--pouch', blob);
  await carry(stick, bob, alice, ['bob', 'alice']);
  await carry(stick, alice, bob, ['alice', 'bob']);
  await alice.does('send', 'bob', 'one');
  const late = join(stick, 'late.pouch');
  await alice.does('pack', 'bob', late);
  await alice.does('send', 'bob', 'two');
  await carry(stick, alice, bob, ['alice', 'bob']);
  await bob.does('unpack', late);
  await bob.does('unpack', late);
  expect((await linesOf(bob, 'alice')).map(([text]) => text)).toEqual(['one', 'two']);
  await carry(stick, bob, alice, ['bob', 'alice']);
  const texts = await linesOf(alice, 'bob');
  expect(texts).toEqual([
    ['one', 'delivered'],
    ['two', 'delivered'],
  ]);
  await carry(stick, alice, bob, ['alice', 'bob']);
  // The word that something came is all that is left; nothing ever says that it came.
  const { stderr } = await bob.does('pack', 'alice', join(stick, 'rest.pouch'));
  expect(stderr).toContain('1 envelope is packed for alice');
});

test('a person who writes a lot before the first answer is still let in, and the rest follows', async () => {
  const stick = await tempFolder();
  const [alice, bob] = [await apart('alice'), await apart('bob')];
  const blob = join(stick, 'link.pouch');
  await bob.does('join', (await alice.does('invite', '--pouch', blob)).stdout.trim(), '--pouch', blob);
  const texts = Array.from({ length: 6 }, (_, n) => `text ${n}`);
  for (const text of texts) await bob.does('send', 'alice', text);
  await carry(stick, bob, alice, ['bob', 'alice']);
  await carry(stick, alice, bob, ['alice', 'bob']);
  await carry(stick, bob, alice, ['bob', 'alice']);
  expect((await linesOf(alice, 'bob')).map(([text]) => text)).toEqual(texts);
});

test('a file that cannot be written costs no link', async () => {
  const alice = await apart('alice');
  const nowhere = join(await tempFolder(), 'nothing', 'link.pouch');
  expect((await alice.tries('invite', '--pouch', nowhere)).stderr).toContain('cannot be read or written');
  expect((await alice.does('invite', '--list')).stdout).toBe('');
});

test('somebody without an address is not said to be away', async () => {
  const stick = await tempFolder();
  const [alice, bob] = [await apart('alice'), await apart('bob')];
  const blob = join(stick, 'link.pouch');
  await bob.does('join', (await alice.does('invite', '--pouch', blob)).stdout.trim(), '--pouch', blob);
  await carry(stick, bob, alice, ['bob', 'alice']);
  const sent = await alice.does('send', 'bob', 'hello');
  expect(sent.stderr).toContain('bob has no address; the message is queued and is sent when you pack it');
  const waited = await alice.tries('send', 'bob', 'hello again', '--wait', 'sent', '--timeout', '100ms');
  expect([waited.code, waited.stderr]).toEqual([
    69,
    expect.stringContaining('carry it by hand: cryptochat pack'),
  ]);
});

test('carries a pouch as text over a channel that takes nothing else', async () => {
  const [alice, bob] = [await apart('alice'), await apart('bob')];
  const made = await alice.does('invite', '--pouch', '-');
  const link = /cryptochat:\S+/u.exec(made.stdout)?.[0] ?? '';
  const joining = bob.starts('join', link, '--pouch', '-');
  joining.type(`Hello!\n${made.stdout}`);
  joining.endInput();
  expect((await joining.ended).code).toBe(0);
  const packed = await bob.does('pack', 'alice', '-');
  expect(packed.stdout).toMatch(/^-----BEGIN CRYPTOCHAT POUCH-----\n/u);
  const taking = alice.starts('unpack', '-');
  taking.type(packed.stdout.replaceAll(/^/gmu, '> '));
  taking.endInput();
  expect((await taking.ended).code).toBe(0);
  await alice.does('sync');
  expect(jsonLines(await alice.does('contacts', '--json'))).toMatchObject([{ name: 'bob', address: '' }]);
});

test('refuses an unusable file as a whole, in one sentence', async () => {
  const stick = await tempFolder();
  const [alice, bob, carol] = [await apart('alice'), await apart('bob'), await apart('carol')];
  const blob = join(stick, 'link.pouch');
  const link = (await alice.does('invite', '--pouch', blob)).stdout.trim();
  const other = join(stick, 'other.pouch');
  await alice.does('invite', '--pouch', other);
  const refused = async (person: Person, ...words: readonly string[]): Promise<string> => {
    const { code, stderr } = await person.tries(...words);
    expect(code).not.toBe(0);
    return stderr.split('\n')[0] ?? '';
  };
  expect(await refused(alice, 'invite', '--pouch', blob)).toMatch(/already exists/u);
  expect(await refused(bob, 'join', link, '--pouch', other)).toMatch(/belongs to another link/u);
  expect(await refused(bob, 'unpack', blob)).toMatch(/belongs to an invite link/u);
  await bob.does('join', link, '--pouch', blob);
  const letters = join(stick, 'letters.pouch');
  await bob.does('pack', 'alice', letters);
  expect(await refused(carol, 'join', link, '--pouch', letters)).toMatch(/does not belong to a link/u);
  expect(await refused(carol, 'unpack', letters)).toMatch(/is not for this home/u);
  expect(await refused(alice, 'unpack', join(stick, 'nothing'))).toMatch(/cannot be read/u);
  const bytes = await readFile(letters);
  const damaged = join(stick, 'damaged.pouch');
  for (const at of [3, 21, 40, 60, 62, 64, 3000, bytes.length - 1]) {
    const bad = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
    await writeFile(damaged, bad);
    expect(await refused(alice, 'unpack', damaged)).toMatch(
      /is not a pouch|is not for this home|belongs to an invite link/u,
    );
  }
  await writeFile(damaged, bytes.subarray(0, -1));
  expect(await refused(alice, 'unpack', damaged)).toMatch(/is not a pouch/u);
  expect(await readdir(join(alice.home, 'inbox', 'new'))).toEqual([]);
  await alice.does('unpack', letters);
  expect(await readdir(join(alice.home, 'inbox', 'new'))).toHaveLength(1);
});
