// Somebody whose machine has another address today: their contacts write on, without a new link.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, readLines, setUpPerson } from '../support/command-line.ts';
import { takePort } from '../support/ports.ts';

test('a new address in config.toml reaches the contacts automatically', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await bob.does('send', 'alice', 'to the old place', '--wait', 'sent');
  await alice.does('sync');
  await bob.does('sync');
  await alice.does('listen', '--stop');
  const address = `127.0.0.1:${await takePort()}`;
  const config = join(alice.home, 'config.toml');
  const before = await readFile(config, 'utf8');
  await writeFile(config, before.replaceAll(`127.0.0.1:${alice.port}`, address));
  await alice.does('sync');
  await bob.does('sync');
  expect(jsonLines(await bob.does('contacts', '--json'))).toMatchObject([{ name: 'alice', address }]);
  await bob.does('send', 'alice', 'to the new place', '--wait', 'sent');
  await alice.does('sync');
  const texts = readLines(await alice.does('read', 'bob', '--json')).map(({ text }) => text);
  expect(texts).toEqual(['to the old place', 'to the new place']);
});
