import { describe, expect, test } from 'vitest';
import {
  checkAddress,
  checkBound,
  checkConnection,
  checkInterface,
  checkListener,
  checkNetwork,
  checkPort,
  checkProxy,
} from '../../../source/session/doctor/check-network.ts';
import { machineOf, connectedTor } from '../../support/doctor-facts.ts';

test('reports all ok and advises nothing where nothing is wrong', () => {
  const checks = checkNetwork(machineOf());
  expect(checks.map(({ check }) => check)).toEqual([
    'listener',
    'bound',
    'address',
    'interface',
    'port',
    'connection',
  ]);
  expect(checks.filter(({ state, hint }) => state !== 'ok' || hint !== '')).toEqual([]);
});

describe('the listener', () => {
  test('does not run', () => {
    const down = machineOf({ listener: null, connection: { taken: false, reason: 'ECONNREFUSED' } });
    expect(checkListener(down)).toMatchObject([{ state: 'problem', subject: '[::]:8080' }]);
    expect([checkBound(down), checkPort(down), checkConnection(down)]).toEqual([[], [], []]);
  });

  test.each([
    ['127.0.0.1:8080', { host: '0.0.0.0', port: 8080, pid: 1 }, 'note'],
    ['0.0.0.0:9090', { host: '0.0.0.0', port: 8080, pid: 1 }, 'note'],
    ['[::]:8080', { host: '0.0.0.0', port: 8080, pid: 1 }, 'ok'],
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080, pid: 1 }, 'ok'],
  ])('is wanted at %s, and is at %o', (listen, listener, state) => {
    expect(checkListener(machineOf({ listen, listener }))).toMatchObject([{ state }]);
  });

  test('is bound to this machine alone', () => {
    const bound = (host: string) =>
      checkBound(machineOf({ listener: { host, port: 8080, pid: 1 } }))[0]?.state;
    expect(['127.0.0.1', '::1', '0.0.0.0', '192.168.1.20'].map(bound)).toEqual(['note', 'note', 'ok', 'ok']);
  });
});

describe('a listener behind Tor alone', () => {
  const [address, tor] = ['abcdefghij.onion:80', connectedTor];
  const bound = (host: string, given = {}) =>
    checkBound(machineOf({ address, tor, listener: { host, port: 8080, pid: 1 }, ...given })).map(
      ({ state, hint }) => [state, hint],
    );

  test('is right on loopback', () => {
    expect(['127.0.0.1', '::1'].map((host) => bound(host))).toEqual([[['ok', '']], [['ok', '']]]);
  });

  test('gives the machine away where others reach it', () => {
    const hint = expect.stringContaining('listen = "127.0.0.1:8080"') as string;
    expect(bound('0.0.0.0')).toEqual([['problem', hint]]);
    expect(bound('192.168.1.20')).toEqual([['problem', hint]]);
    expect(bound('::', { tor: null })).toEqual([['note', hint]]);
  });

  test('may be open to everybody when there is a place beside the onion service', () => {
    const places = [address, '93.184.216.34:8080'].map((one) => ({ address: one, connection: null }));
    expect(bound('0.0.0.0', { places })).toEqual([['ok', '']]);
  });
});

test.each([
  ['93.184.216.34:8080', 'ok', /anyone/u],
  ['chat.example.org:80', 'ok', /DNS/u],
  ['192.168.1.20:8080', 'note', /only people in your network, or in a VPN that you share, can reach you/u],
  ['[fd00::7]:8080', 'note', /only people in your network, or in a VPN that you share, can reach you/u],
  ['100.80.1.2:8080', 'note', /VPN or a provider/u],
  ['169.254.1.1:8080', 'note', /cable or Wi-Fi/u],
  ['127.0.0.1:8080', 'note', /this machine/u],
  ['nas.local:8080', 'note', /only your network knows/u],
  ['abcdefghij.onion:80', 'note', /Tor/u],
  ['0.0.0.0:8080', 'problem', /not an address that anyone can connect to/u],
])('the address %s is %s', (address, state, text) => {
  const [check] = checkAddress(machineOf({ address }));
  expect(check).toMatchObject({ check: 'address', state });
  expect(check?.text).toMatch(text);
  expect(check?.hint === '').toBe(state === 'ok');
});

test.each([
  ['93.184.216.34:8080', ['93.184.216.34'], 'ok'],
  ['[FE80::1]:8080', ['fe80::1'], 'ok'],
  ['127.0.0.2:8080', ['127.0.0.1'], 'ok'],
  ['93.184.216.34:8080', ['192.168.1.20'], 'note'],
  ['192.168.1.99:8080', ['192.168.1.20'], 'problem'],
])('the address %s on a machine with %o is %s', (address, interfaces, state) => {
  expect(checkInterface(machineOf({ address, interfaces }))).toMatchObject([{ check: 'interface', state }]);
});

test('nobody can write without an address', () => {
  const [found, ...others] = checkNetwork(machineOf({ address: '' })).filter(
    ({ check }) => check === 'address',
  );
  expect(found).toMatchObject({ state: 'problem', text: expect.stringMatching(/no address/u) as string });
  expect(others).toEqual([]);
});

test('checks every place; one behind a reverse proxy is not an interface of this machine', () => {
  const places = ['93.184.216.34:8080', 'https://chat.example.org:443/cc', '192.168.1.99:8080'];
  const connection = { taken: true, reason: '' };
  const facts = { ...machineOf(), places: places.map((address) => ({ address, connection })) };
  const found = checkNetwork(facts).filter(({ subject }) => places.includes(subject));
  expect(found.map(({ check, subject, state }) => `${check} ${subject} ${state}`)).toEqual([
    'address 93.184.216.34:8080 ok',
    'interface 93.184.216.34:8080 ok',
    'port 93.184.216.34:8080 ok',
    'connection 93.184.216.34:8080 ok',
    'address https://chat.example.org:443/cc ok',
    'port https://chat.example.org:443/cc note',
    'connection https://chat.example.org:443/cc ok',
    'address 192.168.1.99:8080 note',
    'interface 192.168.1.99:8080 problem',
    'port 192.168.1.99:8080 ok',
    'connection 192.168.1.99:8080 ok',
  ]);
});

test('looks for no interface for a name or for no address', () => {
  for (const address of ['chat.example.org:80', '', '0.0.0.0:80'])
    expect(checkInterface(machineOf({ address }))).toEqual([]);
});

test('notes another port than the listener’s', () => {
  expect(checkPort(machineOf({ address: '93.184.216.34:80' }))).toMatchObject([{ state: 'note' }]);
});

describe('a connection to its own address', () => {
  const failed = { taken: false, reason: 'ECONNREFUSED' };
  const of = (given: Parameters<typeof machineOf>[0]) => checkConnection(machineOf(given))[0];

  test('is a problem when it fails on its own interface', () => {
    expect(of({ connection: failed })).toMatchObject({
      state: 'problem',
      hint: expect.stringContaining('firewall'),
    });
    expect(of({ connection: failed })?.text).toContain('ECONNREFUSED');
  });

  test('gets a note when it fails on the way out and in again, as it does with some routers', () => {
    expect(of({ connection: failed, interfaces: ['192.168.1.20'] })).toMatchObject({ state: 'note' });
  });

  test('is a problem when another program accepts it', () => {
    expect(of({ listener: null })).toMatchObject({
      state: 'problem',
      text: expect.stringContaining('another program'),
    });
  });

  test('is not mentioned when it was not tried', () => {
    expect(of({ connection: null })).toBeUndefined();
  });
});

describe('a proxy', () => {
  const shown = 'socks5://127.0.0.1:9050';

  test('is only mentioned where there is one', () => {
    expect(checkProxy(machineOf())).toEqual([]);
  });

  test('answers, or stops everything that goes out', () => {
    expect(checkProxy(machineOf({ proxy: { shown, failure: null } }))).toMatchObject([
      { check: 'proxy', subject: shown, state: 'ok', hint: '' },
    ]);
    expect(checkProxy(machineOf({ proxy: { shown, failure: 'the proxy does not answer' } }))).toMatchObject([
      { state: 'problem', text: expect.stringContaining('the proxy does not answer') },
    ]);
  });

  test('reaches its own address, or notes that it does not', () => {
    const proxy = { shown, failure: null };
    const failed = { taken: false, reason: 'the proxy could not reach it' };
    expect(checkConnection(machineOf({ proxy }))).toMatchObject([
      { state: 'ok', text: expect.stringContaining('through the proxy') },
    ]);
    expect(checkConnection(machineOf({ proxy, connection: failed }))).toMatchObject([
      { state: 'note', text: expect.stringContaining('the proxy could not reach it') },
    ]);
  });
});
