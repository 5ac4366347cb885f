import { expect, test } from 'vitest';
import { unknownThere } from '../../../source/core/box.ts';
import type { KeptBox } from '../../../source/core/lent.ts';
import { limits } from '../../../source/core/limits.ts';
import { checkLent, checkMailbox } from '../../../source/session/doctor/check-boxes.ts';
import { examine } from '../../../source/session/doctor/doctor.ts';
import type { MailboxFacts } from '../../../source/session/doctor/facts.ts';
import { factsOf, machineOf, noon } from '../../support/doctor-facts.ts';

const place = `mail.example.org:8080/b/${'A'.repeat(22)}`;
const mebi = 1024 * 1024;

function mailboxOf(given: Partial<MailboxFacts> = {}): MailboxFacts {
  const times = { createdAt: noon - 3_600_000, answeredAt: noon - 20_000, tableAt: noon - 60_000 };
  return { place, isGranted: true, reason: '', ...times, ...given };
}

function boxOf(given: Partial<KeptBox> = {}): KeptBox {
  const waits = { waitingFiles: 1, waitingBytes: 4096, idleDays: 0 };
  const promised = { files: 4000, bytes: 64 * mebi, days: 180 };
  return { kind: 'box', id: 'B'.repeat(22), contact: null, from: null, ...promised, ...waits, ...given };
}

test.each<readonly [string, Partial<MailboxFacts>, string, RegExp, RegExp]>([
  [
    'is well',
    {},
    'ok',
    /^it answered 20 seconds ago; its list of who may write to you is up to date$/u,
    /^$/u,
  ],
  ['lacks slots', { tableAt: noon - 120_000 }, 'note', /not up to date yet/u, /automatically/u],
  [
    'fails for a moment',
    { reason: 'its host is busy' },
    'note',
    /seconds ago: its host is busy/u,
    /automatically/u,
  ],
  [
    'is silent',
    { answeredAt: noon - limits.boxAwayMs - 1, reason: 'nothing listens there' },
    'problem',
    /2 minutes ago: nothing listens there/u,
    /second mailbox from someone else: cryptochat box LINK/u,
  ],
  [
    'never answered',
    { answeredAt: null, reason: 'no answer' },
    'problem',
    /never answered: no answer/u,
    /keep their messages/u,
  ],
  [
    'is new',
    { answeredAt: null, createdAt: noon - 1000, reason: 'not contacted yet' },
    'note',
    /not contacted/u,
    /automatically/u,
  ],
  [
    'is unknown there',
    { reason: unknownThere },
    'problem',
    /does not know this mailbox/u,
    /proxy there forwards \/b\//u,
  ],
  ['was not granted', { isGranted: false }, 'problem', /not granted it yet/u, /box --leave PLACE/u],
])('reports a mailbox that %s', (_, given, state, text, hint) => {
  const found = checkMailbox(mailboxOf(given), { ...machineOf(), slotsAt: noon - 90_000 });
  expect(found).toMatchObject({ check: 'mailboxes', subject: place, state });
  expect(found.text).toMatch(text);
  expect(found.hint).toMatch(hint);
});

test('says how much each contact uses of the space lent, the fullest first, or nothing when there is none', () => {
  const machine = machineOf();
  expect(checkLent({ machine, lent: [] })).toEqual([]);
  const lent = [boxOf(), boxOf({ contact: 'bob', files: 128, bytes: mebi, waitingFiles: 110, idleDays: 3 })];
  expect(checkLent({ machine, lent }).map(({ subject, state, text }) => [subject, state, text])).toEqual([
    ['boxes', 'ok', '2 mailboxes hold 8 KiB, and 65 MiB are promised'],
    [
      'bob',
      'note',
      'nearly full: 110 envelopes of 128, 4 KiB of 1 MiB; not fetched for 3 days of 180; once it is full, senders keep their messages',
    ],
    ['B'.repeat(22), 'ok', '1 envelope of 4000, 4 KiB of 64 MiB'],
  ]);
});

test.each<readonly [string, object, Partial<KeptBox>, RegExp]>([
  ['the disk', { freeBytes: 100 * mebi, waitingBytes: 9 * mebi }, {}, /a tenth of the free space/u],
  ['the promise of a host', {}, { bytes: limits.boxesBytes }, /the limit is 10000 mailboxes and 64 GiB/u],
])('reports that %s allows hardly more', (_, machine, given, text) => {
  const [all] = checkLent({ machine: machineOf(machine), lent: [boxOf(given)] });
  expect(all).toMatchObject({ subject: 'boxes', state: 'note' });
  expect(all?.text).toMatch(text);
});

test('a mailbox is not a place of this machine: it needs no port, no interface and no connection to itself', () => {
  const found = examine({
    ...factsOf({ address: place, connection: { taken: true, reason: '' }, listener: null }),
  });
  expect(found.filter(({ subject }) => subject === place).map(({ check }) => check)).toEqual(['address']);
});

test('reports that nobody collects without a listener, whatever an earlier report said', () => {
  const found = checkMailbox(mailboxOf({ reason: unknownThere }), machineOf({ listener: null }));
  expect(found).toMatchObject({
    state: 'note',
    text: 'nothing is fetched from it, because your listener is not running',
  });
});
