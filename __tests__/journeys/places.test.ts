// Two people of whom one is reached at several places: behind a reverse proxy by TLS, and plainly beside it.

import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jsonLines, readLines, run, setUpPerson, type Person } from '../support/command-line.ts';
import { certificate, startReverseProxy, type ReverseProxy } from '../support/reverse-proxy.ts';
import { takePort } from '../support/ports.ts';

const known = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...known, certificate]));
afterAll(() => setDefaultCACertificates(known));

/** Alice behind a proxy, with a second place beside it. */
async function behindProxy(how: { readonly strips: boolean }): Promise<readonly [Person, ReverseProxy]> {
  let proxy: ReverseProxy | undefined;
  const alice = await setUpPerson('alice', {
    async address(port) {
      proxy = await startReverseProxy(port, { word: '/cc', ...how });
      return `https://localhost:${proxy.port}/cc 127.0.0.1:${port}`;
    },
  });
  if (!proxy) throw new Error('no proxy was started');
  return [alice, proxy];
}

/** Changes every place in somebody's config.toml. */
async function moves(person: Person, [from, to]: readonly [string, string]): Promise<void> {
  const config = join(person.home, 'config.toml');
  const before = await readFile(config, 'utf8');
  await writeFile(config, before.replaceAll(from, to));
}

async function textsOf(person: Person, name: string): Promise<readonly unknown[]> {
  await person.does('sync');
  return readLines(await person.does('read', name, '--json')).map(({ text }) => text);
}

test.each([true, false])(
  'a link, messages and answers go through a reverse proxy, or by the other place when that is gone (removes the word: %s)',
  async (strips) => {
    const [alice, proxy] = await behindProxy({ strips });
    await using _ = proxy;
    const bob = await setUpPerson('bob');
    const link = (await alice.does('invite')).stdout.trim();
    expect(link).toMatch(/^cryptochat:[\w-]{68}@https:\/\/localhost:\d+\/cc$/u);
    await bob.does('join', link);
    await bob.does('send', 'alice', 'by TLS', '--wait', 'sent');
    expect(await textsOf(alice, 'bob')).toEqual(['by TLS']);
    expect(proxy.asked.some((line) => line === 'POST /cc/message')).toBe(true);
    await bob.does('sync');
    expect(jsonLines(await bob.does('contacts', '--json'))).toMatchObject([
      { address: `https://localhost:${proxy.port}/cc 127.0.0.1:${alice.port}` },
    ]);
    await proxy.close();
    await bob.does('send', 'alice', 'plainly', '--wait', 'sent');
    expect(await textsOf(alice, 'bob')).toEqual(['by TLS', 'plainly']);
    await alice.does('send', 'bob', 'both came', '--wait', 'sent');
    expect(await textsOf(bob, 'alice')).toEqual(['by TLS', 'plainly', 'both came']);
  },
);

test('both move at once, and meet again at the place that one of them keeps', async () => {
  const stays = await takePort();
  const alice = await setUpPerson('alice', { address: async (port) => `127.0.0.1:${port}` });
  const bob = await setUpPerson('bob', { address: async (port) => `127.0.0.1:${stays} 127.0.0.1:${port}` });
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await bob.does('send', 'alice', 'before', '--wait', 'sent');
  expect(await textsOf(alice, 'bob')).toEqual(['before']);
  await bob.does('sync');
  for (const person of [alice, bob]) await person.does('listen', '--stop');
  await moves(alice, [`127.0.0.1:${alice.port}`, `127.0.0.1:${await takePort()}`]);
  await moves(bob, [` 127.0.0.1:${bob.port}`, '']);
  await moves(bob, [`127.0.0.1:${bob.port}`, `127.0.0.1:${stays}`]);
  await bob.does('sync');
  await alice.does('send', 'bob', 'from elsewhere', '--wait', 'sent');
  expect(await textsOf(bob, 'alice')).toEqual(['before', 'from elsewhere']);
  await alice.does('sync');
  await bob.does('sync');
  await bob.does('send', 'alice', 'to elsewhere', '--wait', 'sent');
  expect(await textsOf(alice, 'bob')).toEqual(['before', 'from elsewhere', 'to elsewhere']);
});

test('the built program trusts a certificate that the environment adds, and no other', async () => {
  const [alice, proxy] = await behindProxy({ strips: true });
  await using _ = proxy;
  const link = (await alice.does('invite')).stdout.trim();
  const bob = await setUpPerson('bob');
  const file = join(dirname(bob.home), 'certificate.pem');
  await writeFile(file, certificate);
  const refused = await bob.runs('join', link);
  expect([refused.code, refused.stderr]).toEqual([
    69,
    expect.stringContaining('its certificate is not valid'),
  ]);
  const joined = await run(['join', link, '--home', bob.home], '', { NODE_EXTRA_CA_CERTS: file });
  expect(joined.stderr).not.toContain('error');
  expect(joined.code).toBe(0);
});
