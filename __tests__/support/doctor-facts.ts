import type {
  Facts,
  MachineFacts,
  OwnPlace,
  PersonFacts,
  TorFacts,
} from '../../source/session/doctor/facts.ts';

/** Noon of a day, the "now" of every sample. */
export const noon = Date.UTC(2026, 10, 23, 12, 0, 0);

/** A machine on which nothing is wrong, with one place; `given` replaces what matters to a test. */
export function machineOf(given: Partial<MachineFacts & OwnPlace> = {}): MachineFacts & OwnPlace {
  const { address = '93.184.216.34:8080', connection = { taken: true, reason: '' } } = given;
  return {
    now: noon,
    listen: '[::]:8080',
    places: address === '' ? [] : [{ address, connection }],
    listener: { host: '::', port: 8080, pid: 4711 },
    interfaces: ['127.0.0.1', '::1', '93.184.216.34'],
    proxy: null,
    tor: null,
    isOnionOff: false,
    mapped: null,
    freeBytes: 2 ** 36,
    home: '/home/alice',
    folders: null,
    passphrase: true,
    quarantined: 0,
    carried: 0,
    waitingBytes: 0,
    reached: [],
    slotsAt: 0,
    trouble: '',
    address,
    connection,
    ...given,
  };
}

/** A Tor with which nothing is wrong. */
export const connectedTor: TorFacts = {
  program: { path: '/usr/bin/tor', version: '0.4.9.11' },
  installation: 'sudo apt install tor',
  pid: 7,
  report: { percent: 100, summary: 'Done', announced: true },
  place: `${'b'.repeat(56)}.onion:80`,
  isTold: true,
  isForOnionsOnly: false,
};

/** A contact with whom nothing is wrong. */
export function personOf(given: Partial<PersonFacts> = {}): PersonFacts {
  return {
    label: 'bob',
    state: 'compared',
    request: null,
    address: '192.168.1.21:8080',
    lastHeardAt: noon - 180_000,
    lastAnsweredAt: noon - 20_000,
    away: null,
    queued: 0,
    waitsSince: null,
    unknownSince: null,
    followed: true,
    ...given,
  };
}

/** A home on which nothing is wrong. */
export function factsOf(
  machine: Partial<MachineFacts & OwnPlace> = {},
  people: readonly PersonFacts[] = [personOf()],
): Facts {
  return {
    machine: machineOf(machine),
    revoked: false,
    bugs: 0,
    people,
    mailboxes: [],
    lent: [],
    hasEvents: true,
  };
}
