import { expect, test } from 'vitest';
import { checkOnionOff, checkTor } from '../../../source/session/doctor/check-tor.ts';
import type { TorFacts } from '../../../source/session/doctor/facts.ts';
import { connectedTor } from '../../support/doctor-facts.ts';

const rows = (given: Partial<TorFacts>, listen = '127.0.0.1:8080') =>
  checkTor({ tor: { ...connectedTor, ...given }, listen }).map(
    ({ state, text, hint }) => `${state} ${text} → ${hint}`,
  );

test.each<readonly [string, Partial<TorFacts>, RegExp]>([
  ['is well', {}, /^ok .*announces your onion service/u],
  ['is not installed', { program: null }, /^problem Tor is not installed.* → sudo apt install tor$/u],
  ['does not run', { pid: null, report: null }, /^problem Tor 0\.4\.9\.11 is installed, but not running/u],
  ['says nothing', { report: null }, /^note .*does not report its state/u],
  [
    'is not connected yet',
    { report: { percent: 45, summary: 'Loading', announced: false } },
    /^note .*45 %\): Loading → .*bridge/u,
  ],
  [
    'does not announce',
    { report: { percent: 100, summary: '', announced: false } },
    /^note .*does not announce/u,
  ],
])('a Tor that %s', (_, given, words) => {
  const [row, ...more] = rows(given);
  expect(row).toMatch(words);
  expect(more).toEqual([]);
});

test('notes a service that no contact is told about', () => {
  expect(rows({ isTold: false }).at(-1)).toMatch(/^note your contacts do not learn of your onion service/u);
});

test('without a listener there is no service to announce', () => {
  expect(rows({ report: { percent: 100, summary: '', announced: false }, isTold: false }, '')).toEqual([
    expect.stringMatching(/^ok .*is connected → $/u),
  ]);
});

test('says nothing where none is wanted', () => {
  expect(checkTor({ tor: null, listen: '' })).toEqual([]);
});

test('an address that says onion while that is switched off is a problem', () => {
  expect(checkOnionOff({ isOnionOff: true })).toMatchObject([{ state: 'problem', check: 'tor' }]);
  expect(checkOnionOff({ isOnionOff: false })).toEqual([]);
});
