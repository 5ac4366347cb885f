import type { KeysReport } from '../../../source/core/keys-report.ts';
import type { Opened } from '../../../source/core/door.ts';
import { printable, printableLine } from '../../../source/core/printable.ts';
import {
  createStore,
  type ContactView,
  type Conversation,
  type Joined,
  type MessageView,
  type State,
  type Verification,
} from '../../../source/core/types.ts';
import type { Check } from '../../../source/core/check.ts';
import { whatHelps } from '../../../source/core/address.ts';
import type { OwnBox } from '../../../source/core/own-box.ts';
import type { WireReport } from '../../../source/core/wire.ts';
import { bytesOf } from '../../support/temp-database.ts';
import type { ScreenCalls } from '../../../source/core/calls.ts';

/** Noon of a Monday, UTC: the "now" of every sample. */
export const noon = Date.UTC(2026, 10, 23, 12, 0, 0);
const minute = 60_000;
const day = 24 * 60 * minute;

/** A contact as the screen gets it; `given` replaces what matters to a test. */
export function contactOf(id: number, label: string, given: Partial<ContactView> = {}): ContactView {
  return {
    id,
    label: printableLine(label),
    address: printableLine(`192.168.1.${20 + id}:8080`),
    state: 'not-compared',
    fingerprint: '9F3A 11C0 7B2E 4D85 A1F6 03BC 58E7 D290',
    queued: 0,
    unread: 0,
    lastHeardAt: noon - 20_000,
    lastActivityAt: noon - id * minute,
    epoch: 0,
    followed: true,
    keyChangedAt: null,
    request: null,
    comparedAt: null,
    unknownSince: null,
    muted: false,
    mutedUntil: null,
    notifyWord: null,
    reach: { kind: 'unknown' },
    lastWords: printableLine(''),
    lastIsMine: false,
    ...given,
  };
}

/** A message as the screen gets it. */
export function messageOf(row: number, text: string, given: Partial<MessageView> = {}): MessageView {
  return {
    row,
    id: row.toString(16).padStart(32, '0'),
    contactId: 1,
    direction: 'in',
    kind: 'text',
    seq: row,
    place: row,
    text: printable(text),
    state: given.direction === 'out' ? 'delivered' : 'received',
    sentAt: noon - (200 - row) * minute,
    receivedAt: noon - (200 - row) * minute,
    missingBefore: 0,
    ...given,
  };
}

/** A conversation with something of everything. */
export function bobsMessages(): MessageView[] {
  const yesterday = noon - day;
  return [
    messageOf(1, 'Did the new build reach you?', { sentAt: yesterday }),
    messageOf(2, 'It did. Installing it tonight.', { direction: 'out', sentAt: yesterday + 2 * minute }),
    messageOf(60, 'Hey, you there?'),
    messageOf(61, 'Yes! how are the new keys?', { direction: 'out' }),
    messageOf(62, 'fine — rotated this morning\nsecond line of the same message', { missingBefore: 0 }),
    messageOf(63, 'new key, signed by the key you verified', { kind: 'notice', state: 'received' }),
    messageOf(
      64,
      'Then let us compare the numbers once more before we talk about the address of the meeting.',
      {
        missingBefore: 2,
      },
    ),
    messageOf(65, 'on my way', { direction: 'out', state: 'sent' }),
    messageOf(66, 'I will be at the station at nine, under the clock 👩‍👩‍👧‍👦 — 東京駅で会いましょう', {
      direction: 'out',
      state: 'queued',
    }),
  ];
}

/** A conversation that is in memory as a whole. */
export function wholeOf(
  messages: readonly MessageView[],
  readUpTo: number,
  given: Partial<Conversation> = {},
): Conversation {
  return { messages, at: 'newest', complete: true, latest: true, readUpTo, ...given };
}

/** A state with three people and one conversation. */
export function sampleState(given: Partial<State> = {}): State {
  return {
    phase: 'ready',
    caughtUp: true,
    name: printableLine('alice'),
    fingerprint: '0C4D 77A1 E09B 2F36 5518 C3DA 90BE 61F2',
    address: printableLine('192.168.1.20:8080'),
    passphrase: true,
    listener: { phase: 'running', host: '192.168.1.20', port: 8080, pid: 4711 },
    onion: { phase: 'off' },
    contacts: [
      contactOf(1, 'bob', {
        state: 'compared',
        keyChangedAt: noon - 3 * day,
        reach: { kind: 'answered', at: noon - 20_000 },
      }),
      contactOf(2, 'carol', { unread: 2, lastHeardAt: noon - 5 * minute }),
      contactOf(3, 'dave', {
        queued: 1,
        lastHeardAt: noon - 2 * day,
        followed: false,
        reach: { kind: 'away', attempts: 4, nextTryAt: noon + 40_000, reason: printableLine('no route') },
      }),
    ],
    conversations: new Map([[1, wholeOf(bobsMessages(), 66)]]),
    queued: 1,
    quarantined: 0,
    boxes: [],
    hasEvents: true,
    alert: null,
    ...given,
  };
}

/** The answer of `keys` in the samples. */
export const sampleKeys: KeysReport = {
  fingerprint: '0C4D 77A1 E09B 2F36 5518 C3DA 90BE 61F2',
  created: '2026-11-20T08:15:00.000Z',
  epoch: 1,
  publicKeyPem:
    '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAbF5oFRn0wH2v1cJ9k4mJ3pP8m1sQ6tY0uVw7xYz1234=\n-----END PUBLIC KEY-----\n',
  ownDigits: '123456789012345678901234567890',
  contacts: [
    { name: 'bob', state: 'compared', safetyNumber: '12345 67890 '.repeat(6).trim(), followed: true },
    { name: 'carol', state: 'not-compared', safetyNumber: '09876 54321 '.repeat(6).trim(), followed: true },
    { name: 'dave', state: 'changed-signed', safetyNumber: '55555 44444 '.repeat(6).trim(), followed: false },
  ],
};

/** The answer of `wire` in the samples: bytes like noise, but the same in every run. */
export const sampleWire: WireReport = {
  id: '41'.padStart(32, '0'),
  contact: 'bob',
  direction: 'out',
  state: 'delivered',
  text: 'Shall we meet at the old lighthouse at nine? Bring the map, and somebody who can read it.',
  textBytes: 89,
  wireBytes: 4096,
  ratchet: 'later',
  kept: 'whole',
  envelope: Buffer.concat([Buffer.of(1), bytesOf('a sealed message', 4095)]).toString('base64url'),
  parts: [
    { name: 'type', from: 0, to: 1 },
    { name: 'encapsulated key', from: 1, to: 33 },
    { name: 'ciphertext', from: 33, to: 4080 },
    { name: 'tag', from: 4080, to: 4096 },
  ],
  head: [
    'POST /message HTTP/1.1',
    'content-type: application/vnd.cryptochat',
    'content-length: 4096',
    'content-digest: sha-256=:5oVY3cSPlD7Jwl8eBVlcdfk0fDVIDR2DBSqxE1dCQ3M=:',
    'x-cc-auth: v1.Yc1vZk0bQ3mJ8pWn2sXr4A.k3Vd9QmZx0o.fT6uHh1dLx9oKe7iVb5gNw',
    'Host: 192.168.1.21:8080',
    'Connection: keep-alive',
    '\r\n',
  ].join('\r\n'),
  status: 202,
  proof: 'q8Rk2VtZx0yWc3NmEa7LdQ',
  tries: 1,
  failure: null,
  file: null,
  queuedAt: noon - 64_000,
  acceptedAt: noon - 63_000,
  storedAt: null,
  deliveredAt: noon - 61_000,
};

/** The same of a text that came. */
export const sampleWireIn: WireReport = {
  ...sampleWire,
  direction: 'in',
  state: 'received',
  ratchet: 'first',
  head: null,
  status: null,
  tries: null,
  file: '019ab0a1b2c3-0012d4-000007-00112233445566ff-01',
  acceptedAt: noon - 60_000,
  storedAt: noon - 59_000,
  deliveredAt: null,
};

const check = (
  name: Check['check'],
  subject: string,
  state: Check['state'],
  text: string,
  hint = '',
): Check => ({
  check: name,
  subject,
  state,
  text,
  hint,
});

/** The answer of `doctor` in the samples. */
export const sampleChecks: readonly Check[] = [
  check('listener', '192.168.1.20:8080', 'ok', 'your listener is running as process 4711'),
  check(
    'address',
    '192.168.1.20:8080',
    'note',
    'a private address: only people in your network, or in a VPN that you share, can reach you',
    whatHelps.whole,
  ),
  check(
    'connection',
    '192.168.1.20:8080',
    'problem',
    'connecting to it from here failed: ECONNREFUSED',
    'check the firewall of this machine',
  ),
  check('disk', '/home/alice', 'ok', '77131 MiB free'),
  check('passphrase', 'keys', 'ok', 'a passphrase locks them'),
  check('answers', 'bob', 'ok', 'last heard from 20 seconds ago, last answered 20 seconds ago'),
  check(
    'answers',
    'dave\u001b[2J',
    'note',
    '4 tries failed: nothing listens there; the next is in 40 seconds; last heard from 2 days ago',
    'nothing to do if they are just offline; otherwise ask whether their address has changed',
  ),
  check(
    'waiting',
    'dave',
    'note',
    '1 message queued, the oldest for 1 hour',
    'cryptochat sends them automatically; cryptochat retry tries now',
  ),
];

/** A link as long as real ones. */
export const sampleLink = `cryptochat:${'AbCdEfGh12-_'.repeat(6).slice(0, 68)}@192.168.1.20:8080`;

/** A box link as long as real ones. */
export const sampleBoxLink = `cryptochat-box:${'AbCdEfGh12-_'.repeat(3).slice(0, 26)}@192.168.1.20:8080`;

/** The answer of `boxes` in the samples. */
export const sampleBoxes: readonly OwnBox[] = [
  {
    place: 'mail.example.org:8080/b/kept-By_A-Friend22Aaaa',
    createdAt: noon - 3 * day,
    answeredAt: noon - 20_000,
    reason: null,
  },
  {
    place: 'https://chat.example.net:443/cc/b/AnOther-Box_22letters4',
    createdAt: noon - day,
    answeredAt: noon - 3_600_000,
    reason: printableLine('the host there does not know this mailbox'),
  },
];

const carolAsContact: Joined = {
  joined: 'new',
  id: 2,
  name: 'carol',
  alias: null,
  state: 'not-compared',
  address: '192.168.1.22:8080',
  queued: 0,
  fingerprint: '9F3A 11C0 7B2E 4D85 A1F6 03BC 58E7 D290',
  unread: 0,
  lastHeardAt: null,
  lastActivityAt: noon,
  epoch: 0,
  followed: true,
  keyChangedAt: null,
  request: null,
  comparedAt: null,
  unknownSince: null,
  muted: false,
  mutedUntil: null,
  notifyWord: null,
};

/** The safety number of the samples. */
export const sampleNumber = '123456789012345678901234567890987654321098765432109876543210';

function verificationOf(
  facts: State,
  ask: { readonly contact: string; readonly digits?: string },
): Verification {
  const view = facts.contacts.find(({ id }) => String(id) === ask.contact) ?? contactOf(0, 'nobody');
  const { label, reach: _reach, ...rest } = view;
  return {
    contact: { ...rest, name: label, alias: null },
    safetyNumber: sampleNumber,
    ownDigits: sampleNumber.slice(0, 30),
    fingerprint: view.fingerprint,
    mine: facts.fingerprint,
    previous: view.state === 'changed-signed' ? '7B2E 4D85 A1F6 03BC 58E7 D290 9F3A 11C0' : null,
    rival: view.state === 'conflict' ? '58E7 D290 9F3A 11C0 7B2E 4D85 A1F6 03BC' : null,
    ...comparedWith(ask.digits?.replace(/\D/gu, '') ?? null),
  };
}

/** The result of comparing with these digits. */
function comparedWith(digits: string | null): Pick<Verification, 'matches' | 'given'> {
  if (digits === null) return { matches: null, given: null };
  const given = digits.length === 60 ? 'whole' : 'theirs';
  return { matches: digits === (given === 'whole' ? sampleNumber : sampleNumber.slice(30)), given };
}

/** A client made of sample data: it answers from memory and remembers what was asked. */
export type Sample = Opened & { readonly asked: Array<readonly [string, unknown]> };

/** Makes a sample client over `state`; `given` replaces calls. */
export function sampleClient(initial: State = sampleState(), given: Partial<ScreenCalls> = {}): Sample {
  const state = createStore(initial);
  const asked: Array<readonly [string, unknown]> = [];
  const note = <Answer>(name: string, ask: unknown, answer: Answer): Promise<Answer> => {
    asked.push([name, ask]);
    return Promise.resolve(answer);
  };
  const unused = (): Promise<never> => Promise.reject(new Error('not part of the sample'));
  const calls: ScreenCalls = {
    status: unused,
    contacts: unused,
    read: unused,
    seen: unused,
    doctor: () => note('doctor', {}, sampleChecks),
    wire: (ask) => note('wire', ask, sampleWire),
    wait: unused,
    changed: unused,
    untilIdle: unused,
    search: unused,
    verify: (ask) => note('verify', ask, verificationOf(state.get(), ask)),
    block: (ask) => note('block', ask, carolAsContact),
    mute: (ask) =>
      note('mute', ask, {
        ...carolAsContact,
        muted: ask.muted,
        mutedUntil: ask.forMs === undefined ? null : noon + ask.forMs,
      }),
    notify: (ask) => note('notify', ask, { ...carolAsContact, notifyWord: ask.word }),
    unblock: (ask) => note('unblock', ask, carolAsContact),
    erase: (ask) => note('erase', ask, { erased: true }),
    forget: (ask) => note('forget', ask, { name: 'bob', erased: true }),
    exportKey: unused,
    importKey: unused,
    links: unused,
    withdraw: unused,
    backup: unused,
    pack: unused,
    revoke: unused,
    keys: () => note('keys', {}, sampleKeys),
    invite: (ask) => note('invite', ask, { link: sampleLink }),
    join: (ask) => note('join', ask, carolAsContact),
    accept: (ask) => note('accept', ask, carolAsContact),
    decline: (ask) => note('decline', ask, null),
    rename: (ask) => note('rename', ask, { ...carolAsContact, alias: ask.alias }),
    lend: (ask) => note('lend', ask, { link: sampleBoxLink }),
    lent: unused,
    endLent: unused,
    takeBox: (ask) => note('takeBox', ask, { place: sampleBoxes[0]?.place ?? '' }),
    boxes: () => note('boxes', {}, sampleBoxes),
    leaveBox: (ask) => note('leaveBox', ask, { left: true }),
    retry: () => note('retry', {}, null),
    passphraseChanged: () => note('passphraseChanged', {}, null),
    rotate: () => note('rotate', {}, { fingerprint: 'AAAA BBBB', epoch: 2, told: ['bob', 'carol', 'dave'] }),
    send(ask) {
      const contactId = Number(ask.contact);
      state.update((now) => {
        const before = now.conversations.get(contactId)?.messages ?? [];
        const row = (before.at(-1)?.row ?? 0) + 1;
        const message = messageOf(row, ask.text, {
          direction: 'out',
          contactId,
          state: 'queued',
          sentAt: noon,
        });
        const conversation = wholeOf([...before, message], row);
        return { ...now, conversations: new Map(now.conversations).set(contactId, conversation) };
      });
      return note('send', ask, { id: '0'.repeat(32) });
    },
    openConversation(contactId) {
      state.update((now) => ({
        ...now,
        contacts: now.contacts.map((each) => (each.id === contactId ? { ...each, unread: 0 } : each)),
        conversations: now.conversations.has(contactId)
          ? now.conversations
          : new Map(now.conversations).set(contactId, wholeOf([], 0)),
      }));
      return note('openConversation', contactId, undefined);
    },
    drafts: () => Promise.resolve(new Map()),
    keepDraft: (contactId, text) => note('keepDraft', [contactId, text], undefined),
    addDraft: (contactId, text) => note('addDraft', [contactId, text], undefined),
    markRead: (contactId) => note('markRead', contactId, undefined),
    showAt: (contactId, at) => note('showAt', [contactId, at], undefined),
    ...given,
  };
  const lock = { leave: () => note('lock', {}, undefined), unlock: unused };
  const outside = {
    edit: (text: string) => note('edit', text, `${text} and more`),
    exportTo: (ask: { readonly file: string }) => note('exportTo', ask, { file: ask.file, messages: 9 }),
    packTo: (ask: { readonly file: string }) =>
      note('packTo', ask, { file: ask.file, envelopes: 4, left: 2 }),
    unpack: (file: string) => note('unpack', file, { envelopes: 3 }),
  };
  return { calls, state, asked, lock, outside };
}
