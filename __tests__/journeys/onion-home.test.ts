// A home with an onion service, without any Tor network: its name, its backup, and what it does not look up.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMailboxReader } from '../../source/inbox/mailboxes.ts';
import { createCarryReader } from '../../source/inbox/parcels.ts';
import { setUpPerson, type Person } from '../support/command-line.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const inOnion = (name: string): Promise<Person> =>
  setUpPerson(name, { address: () => Promise.resolve('onion') });

async function statusOf(
  person: Pick<Person, 'does'>,
): Promise<{ address: string; onion: { place: string } | null }> {
  return JSON.parse((await person.does('status', '--json')).stdout) as {
    address: string;
    onion: { place: string };
  };
}

test('the name is known at once, stays, and is in the backup', async () => {
  const alice = await inOnion('alice');
  const { address, onion } = await statusOf(alice);
  expect(address).toMatch(/^[a-z2-7]{56}\.onion:80$/u);
  expect(onion).toMatchObject({ place: address });
  expect((await statusOf(alice)).address).toBe(address);
  const [file, home] = [join(await tempFolder(), 'b'), join(await tempFolder(), 'again')];
  const fd = ['--passphrase-fd', '0'];
  expect(await runHere(['backup', file, '--home', alice.home, ...fd], 'word word\n')).toMatchObject({
    code: 0,
  });
  const restored = await runHere(['restore', file, '--home', home, ...fd, '--no-passphrase'], 'word word\n');
  expect([restored.code, restored.stderr]).toEqual([0, expect.stringContaining('at your onion service')]);
  const again = { does: (...args: readonly string[]) => runHere([...args, '--home', home]) };
  expect((await statusOf(again)).address).toBe(address);
});

test('a home that is restored to an onion service has one', async () => {
  const alice = await setUpPerson('alice');
  const config = join(alice.home, 'config.toml');
  await writeFile(config, (await readFile(config, 'utf8')).replace('map_port = false', 'map_port = true'));
  const [file, home] = [join(await tempFolder(), 'b'), join(await tempFolder(), 'again')];
  const fd = ['--passphrase-fd', '0'];
  await runHere(['backup', file, '--home', alice.home, ...fd], 'word word\n');
  const restore = ['restore', file, '--home', home, ...fd, '--no-passphrase', '--address', 'onion'];
  const restored = await runHere(restore, 'word word\n');
  expect(restored).toMatchObject({ code: 0 });
  expect(restored.stderr).toContain('at your onion service');
  expect(restored.stderr).toContain('onion = true');
  expect(restored.stderr).toContain('map_port = true');
  const again = { does: (...args: readonly string[]) => runHere([...args, '--home', home]) };
  expect((await statusOf(again)).address).toMatch(/^[a-z2-7]{56}\.onion:80$/u);
});

test('doctor says that an address names an onion service that is switched off', async () => {
  const alice = await inOnion('alice');
  const config = join(alice.home, 'config.toml');
  await writeFile(config, (await readFile(config, 'utf8')).replace('onion = true', 'onion = false'));
  const { stdout } = await alice.tries('doctor');
  expect(stdout).toContain('address says onion, but onion = false');
});

test('leaves the service out of the address while it is switched off, and uses the same name afterwards', async () => {
  const alice = await inOnion('alice');
  const { address } = await statusOf(alice);
  const config = join(alice.home, 'config.toml');
  const text = await readFile(config, 'utf8');
  await writeFile(config, text.replace('onion = true', 'onion = false'));
  expect(await statusOf(alice)).toMatchObject({ address: '', onion: null });
  await writeFile(config, text);
  expect((await statusOf(alice)).address).toBe(address);
});

test('a listener started without the messenger uses the ways out in config.toml', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('box', (await alice.does('lend')).stdout.trim());
  await bob.does('listen', '--stop');
  const [config, inbox] = [join(bob.home, 'config.toml'), join(bob.home, 'inbox')];
  const [carries, collects] = [createCarryReader(inbox), createMailboxReader(inbox)];
  const ways = async () => [(await carries())?.proxy, ...(await collects()).map(({ proxy }) => proxy)];
  expect(await ways()).toEqual(['', '']);
  const proxy = 'socks5://127.0.0.1:9';
  await writeFile(config, (await readFile(config, 'utf8')).replace('proxy = ""', `proxy = "${proxy}"`));
  const listener = bob.starts('listen');
  await until('it is told', async () => (await ways()).every((one) => one === proxy));
  listener.kill('SIGTERM');
  await listener.ended;
});

test('sends nothing around Tor while it does not run', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  const link = (await bob.does('invite')).stdout.trim();
  await alice.does('join', link);
  await alice.does('send', 'bob', 'straight', '--wait', 'sent');
  const config = join(alice.home, 'config.toml');
  await writeFile(config, (await readFile(config, 'utf8')).replace('onion = false', 'onion = true'));
  const held = await alice.tries('send', 'bob', 'hidden', '--wait', 'sent', '--timeout', '2s');
  expect([held.code, held.stderr]).toEqual([
    69,
    expect.stringContaining('your proxy or Tor does not connect to bob'),
  ]);
  // A person who wants to be reached only through Tor says so.
  await writeFile(config, (await readFile(config, 'utf8')).replace('proxy = ""', 'proxy = "direct"'));
  await alice.does('send', 'bob', 'direct', '--wait', 'sent');
});
