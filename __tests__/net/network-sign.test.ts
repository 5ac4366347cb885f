import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createNetworkSign, type NetworkSign, type NetworkSource } from '../../source/net/network-sign.ts';
import { tempFolder } from '../support/temp-home.ts';

const mac = '02:00:00:00:00:01';

/** The files in which Linux shows a network, with one wire and the loopback. */
const network: Record<string, string> = {
  'proc/self/net/dev': 'Inter-|   Receive\n face |bytes\n    lo: 1 2 3\n  eth0: 4 5 6\n',
  'proc/self/net/fib_trie': 'Local:\n  |-- 192.168.1.20\n     /32 host LOCAL\n',
  'proc/self/net/if_inet6': '00000000000000000000000000000001 01 80 10 80 lo\n',
  'sys/class/net/lo/operstate': 'unknown\n',
  'sys/class/net/lo/address': '00:00:00:00:00:00\n',
  'sys/class/net/eth0/operstate': 'up\n',
  'sys/class/net/eth0/address': `${mac}\n`,
};

const interfaces = (at = mac): NetworkSource['interfaces'] => {
  const one = { address: '192.168.1.20', netmask: '', mac: at, internal: false, cidr: null } as const;
  return () => ({ eth0: [{ ...one, family: 'IPv4' }] });
};

type Machine = { readonly sign: NetworkSign; readonly write: (path: string, text: string) => Promise<void> };

async function machine(
  files: Readonly<Record<string, string>> = {},
  given: Partial<NetworkSource> = {},
): Promise<Machine> {
  const root = await tempFolder();
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  for (const [path, text] of Object.entries({ ...network, ...files })) await write(path, text);
  const sign = createNetworkSign({ root, platform: 'linux', interfaces: interfaces(), ...given });
  onTestFinished(() => sign.close());
  return { sign, write };
}

/** What three calls answer. */
function three({ sign }: Machine): readonly boolean[] {
  return [1, 2, 3].map(() => sign.mayHaveChanged());
}

const changes = [
  ['another address', 'proc/self/net/fib_trie', 'Local:\n  |-- 10.0.0.7\n     /32 host LOCAL\n'],
  ['another IPv6 address', 'proc/self/net/if_inet6', 'fd000000000000000000000000000002 02 40 00 80 eth0\n'],
  ['a wire that is pulled out', 'sys/class/net/eth0/operstate', 'down\n'],
] as const;

test.each(changes)('%s shows once', async (_, path, text) => {
  const here = await machine();
  expect(three(here)).toEqual([true, false, false]);
  await here.write(path, text);
  expect(three(here)).toEqual([true, false, false]);
});

test('an interface that comes later shows its state from then on', async () => {
  const here = await machine();
  expect(three(here)).toEqual([true, false, false]);
  await here.write('proc/self/net/dev', `${network['proc/self/net/dev']} wlan0: 0\n`);
  await here.write('sys/class/net/wlan0/operstate', 'down\n');
  await here.write('sys/class/net/wlan0/address', '02:00:00:00:00:02\n');
  await here.write('proc/self/net/fib_trie', 'Local:\n  |-- 10.0.0.7\n     /32 host LOCAL\n');
  expect(three(here)).toEqual([true, false, false]);
  await here.write('sys/class/net/wlan0/operstate', 'up\n');
  expect(three(here)).toEqual([true, false, false]);
});

test.each([
  ['other machines than Linux', {}, { platform: 'darwin' }],
  ['interfaces of another namespace', { 'sys/class/net/docker0/operstate': 'up\n' }, {}],
  ['the same names in another namespace', {}, { interfaces: interfaces('02:00:00:00:00:09') }],
  ['a list of routes that is too long', { 'proc/self/net/fib_trie': 'x'.repeat(20_000) }, {}],
] as const)('with %s each call may be a change', async (_, files, given) => {
  expect(three(await machine(files, given))).toEqual([true, true, true]);
});

test.skipIf(process.platform !== 'linux')(
  'a file of the kernel, which it gives out a page at a time, is read to its end: this one is too long',
  async () => {
    const root = await tempFolder();
    for (const [path, text] of Object.entries(network)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      if (path.endsWith('fib_trie')) await symlink('/proc/self/smaps', join(root, path));
      else await writeFile(join(root, path), text);
    }
    const sign = createNetworkSign({ root, platform: 'linux', interfaces: interfaces() });
    onTestFinished(() => sign.close());
    expect([1, 2, 3].map(() => sign.mayHaveChanged())).toEqual([true, true, true]);
  },
);

test('a file that is missing makes each call a change, until it has been there for a while', async () => {
  const root = await tempFolder();
  const sign = createNetworkSign({ root, platform: 'linux', interfaces: interfaces() });
  onTestFinished(() => sign.close());
  expect(sign.mayHaveChanged()).toBe(true);
  const made = Object.entries(network);
  for (const [path, text] of made) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const calls = Array.from({ length: 100 }, () => sign.mayHaveChanged());
  expect([calls[0], calls.at(-1)]).toEqual([true, false]);
  await rm(root, { recursive: true });
});

test.runIf(process.platform === 'linux')('a tunnel, which has no hardware address, has a sign', async () => {
  const tunnel = {
    'proc/self/net/dev': `${network['proc/self/net/dev']}  tun0: 0\n`,
    'sys/class/net/tun0/operstate': 'unknown\n',
    'sys/class/net/tun0/address': '\n',
  };
  const [both] = [
    { ...interfaces()(), tun0: [{ ...interfaces()()['eth0']![0]!, mac: '00:00:00:00:00:00' }] },
  ];
  expect(three(await machine(tunnel, { interfaces: () => both }))).toEqual([true, false, false]);
});
