// Two people of whom one goes out through a SOCKS5 proxy, as through Tor: nothing goes around it.

import { createServer } from 'node:net';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { jsonLines, readLines, setUpPerson, start, type Person } from '../support/command-line.ts';
import { takePort } from '../support/ports.ts';
import { startSocks, type FakeProxy } from '../support/proxies.ts';

const login = 'me:hidden-word';

/** Says how often somebody connects to a place where a person seems to be, and is not. */
async function startTrap(port: number): Promise<() => number> {
  let caught = 0;
  const trap = createServer((socket) => {
    caught += 1;
    socket.destroy();
  }).listen(port, '127.0.0.1');
  await once(trap, 'listening');
  onTestFinished(() => void trap.close());
  return () => caught;
}

async function setProxy(person: Person, value: string): Promise<void> {
  const file = join(person.home, 'config.toml');
  const text = await readFile(file, 'utf8');
  expect(text).toContain('\nproxy = ""\n');
  await writeFile(file, text.replace('\nproxy = ""\n', `\nproxy = "${value}"\n`));
}

/** Alice, who goes out through a proxy; bob, who is at `host` for that proxy alone; and a trap where he would be without it. */
async function theTwo(host: string): Promise<{
  readonly alice: Person;
  readonly bob: Person;
  readonly proxy: FakeProxy;
  readonly address: string;
  readonly caught: () => number;
}> {
  const [alice, trapPort] = [await setUpPerson('alice'), await takePort()];
  const address = `${host}:${trapPort}`;
  const bob = await setUpPerson('bob', { address: () => Promise.resolve(address) });
  const proxy = await startSocks(
    (asked) => (asked === address ? { host: '127.0.0.1', port: bob.port } : null),
    { login },
  );
  await setProxy(alice, `socks5://${login}@${proxy.address}`);
  return { alice, bob, proxy, address, caught: await startTrap(trapPort) };
}

test.each([['127.0.0.1'], [`${'b'.repeat(56)}.onion`]])(
  'all traffic to bob at %s goes through the proxy, and none directly',
  async (host) => {
    const { alice, bob, proxy, address, caught } = await theTwo(host);
    const said: string[] = [];
    const runs = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await alice.runs(...args);
      said.push(stdout, stderr);
      expect([args[0], code, stderr]).toEqual([args[0], 0, expect.anything()]);
      return stdout;
    };
    const link = (await bob.does('invite')).stdout.trim();
    await bob.does('sync', '--for', '300ms');
    await runs('join', link);
    const id = (await runs('send', 'bob', 'through the proxy', '--wait', 'sent')).trim();
    await bob.does('sync');
    await bob.does('send', 'alice', 'straight back');
    await runs('sync');
    expect(readLines(await bob.does('read', 'alice', '--json')).map(({ text }) => text)).toContain(
      'through the proxy',
    );
    const lines = readLines(await alice.does('read', 'bob', '--json'));
    expect(lines.filter(({ kind }) => kind === 'text')).toMatchObject([
      { text: 'through the proxy', direction: 'out' },
      { text: 'straight back', direction: 'in' },
    ]);
    expect(new Set(proxy.asked())).toEqual(new Set([address]));
    expect(new Set(proxy.logins())).toEqual(new Set([login]));
    expect(JSON.parse(await runs('status', '--json'))).toMatchObject({ proxy: `socks5://${proxy.address}` });
    expect(await runs('status')).toContain(`proxy:        socks5://${proxy.address}`);
    await runs('wire', id, '--json');
    const doctor = await alice.tries('doctor', '--json');
    said.push(doctor.stdout, doctor.stderr);
    expect(jsonLines(doctor)).toContainEqual(
      expect.objectContaining({ check: 'proxy', subject: `socks5://${proxy.address}`, state: 'ok' }),
    );
    expect(caught()).toBe(0);
    expect(said.join('\n')).not.toContain('hidden-word');
  },
);

test('reports a proxy that is away, and sends nothing around it', async () => {
  const { alice, bob, proxy, caught } = await theTwo('127.0.0.1');
  const first = (await bob.does('invite')).stdout.trim();
  await bob.does('sync', '--for', '300ms');
  await alice.does('join', first);
  await proxy[Symbol.asyncDispose]();
  const waits = await alice.tries('send', 'bob', 'are you there?', '--wait', 'sent', '--timeout', '2s');
  expect([waits.code, waits.stderr]).toEqual([
    69,
    expect.stringContaining('your proxy or Tor does not connect to bob'),
  ]);
  const carol = await setUpPerson('carol');
  const joined = await alice.tries('join', (await carol.does('invite')).stdout.trim());
  expect([joined.code, joined.stderr]).toEqual([69, expect.stringContaining('the proxy does not answer')]);
  const doctor = await alice.tries('doctor', '--json');
  expect(doctor.code).toBe(1);
  expect(jsonLines(doctor)).toContainEqual(expect.objectContaining({ check: 'proxy', state: 'problem' }));
  expect(jsonLines(doctor).map(({ check }) => check)).not.toContain('connection');
  expect(caught()).toBe(0);
  expect(`${waits.stderr}${joined.stderr}${doctor.stdout}`).not.toContain('hidden-word');
});

test('asks for no onion address without a proxy, and says what it takes', async () => {
  const { alice, bob } = await theTwo(`${'b'.repeat(56)}.onion`);
  const link = (await bob.does('invite')).stdout.trim();
  const file = join(alice.home, 'config.toml');
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^proxy = .*$/mu, 'proxy = ""'));
  const joined = await alice.tries('join', link);
  expect([joined.code, joined.stderr]).toEqual([
    69,
    expect.stringContaining('needs Tor (the setting onion)'),
  ]);
});

test('a wrong proxy starts nothing, and its password is not repeated', async () => {
  const alice = await setUpPerson('alice');
  await setProxy(alice, `socks4://${login}@127.0.0.1:9050`);
  const ran = await alice.runs('sync');
  expect(ran.code).toBe(1);
  expect(ran.stderr).toMatch(/config\.toml line \d+: proxy must be socks5:\/\/HOST:PORT/u);
  expect(ran.stderr).not.toContain('hidden-word');
});

test('a restored home uses its earlier proxy', async () => {
  const { alice, bob, proxy, caught } = await theTwo('127.0.0.1');
  await bob.does('sync', '--for', '300ms');
  await alice.does('join', (await bob.does('invite')).stdout.trim());
  const file = join(alice.home, '..', 'backup');
  const given = ['--passphrase-fd', '0'];
  const backedUp = alice.starts('backup', file, ...given);
  backedUp.type('long enough for a backup\n');
  backedUp.endInput();
  expect((await backedUp.ended).code).toBe(0);
  const again = join(alice.home, '..', 'again');
  const restored = start(['restore', file, '--no-passphrase', ...given, '--home', again]);
  restored.type('long enough for a backup\n');
  restored.endInput();
  const { code, stderr } = await restored.ended;
  expect([code, stderr]).toEqual([0, expect.stringContaining(`socks5://${proxy.address}`)]);
  expect(stderr).not.toContain('hidden-word');
  expect(await readFile(join(again, 'config.toml'), 'utf8')).toContain(
    `proxy = "socks5://${login}@${proxy.address}"`,
  );
  expect(caught()).toBe(0);
});
