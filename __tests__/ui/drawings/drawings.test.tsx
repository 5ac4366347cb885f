import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import { printableLine } from '../../../source/core/printable.ts';
import type { State } from '../../../source/core/types.ts';
import { keyMapOf } from '../../../source/ui/model/bindings.ts';
import { keymap } from '../../../source/ui/keymap.ts';
import { plainly } from '../../../source/ui/model/terminal.ts';
import { hintLine } from '../../../source/ui/drawings/bottom.ts';
import { layoutOf } from '../../../source/ui/model/layout.ts';
import { notes } from '../../../source/ui/model/notes.ts';
import { headLine } from '../../../source/ui/drawings/head.ts';
import { Lines } from '../../../source/ui/drawings/lines.tsx';
import { sidebarRows } from '../../../source/ui/drawings/sidebar.ts';
import { titleLine } from '../../../source/ui/drawings/title.ts';
import { contactStates, firstView } from '../../../source/ui/model/view.ts';
import { line, lineWidth, span, type Line } from '../../../source/ui/text/line.ts';
import { dayNumber } from '../../../source/ui/text/times.ts';
import { contactOf, noon, sampleState } from '../support/samples.ts';

const view = {
  today: dayNumber(noon),
  ...firstView({ columns: 80, rows: 24 }, noon, { ...plainly, keys: keyMapOf(keymap) }),
  selected: 1,
};

function textOf(spans: Line): string {
  return spans.map(({ text }) => text).join('');
}

function listOf(
  seen: Parameters<typeof sidebarRows>[0],
  facts: Partial<State>,
  columns: number,
  rows: number,
): string[] {
  return sidebarRows(seen, sampleState(facts), columns, rows).map(({ spans }) => textOf(spans));
}

test('rows are drawn as they are, cut to the width, empty ones too', () => {
  const lines = [line(printableLine('one')), [], [span(printableLine('far too long'), 'bad')]];
  const { lastFrame } = render(<Lines lines={lines} width={8} />);
  expect(stripVTControlCharacters(lastFrame() ?? '')).toBe('one\n\nfar too…');
});

const nowhere = { phase: 'running' as const, host: '', port: 0, pid: 1 };

const titles: ReadonlyArray<readonly [Partial<State>, number, string]> = [
  [{}, 80, ' alice  ● listening on 192.168.1.20:8080                    1 queued · 2 unread '],
  [{}, 40, ' alice  ● listening 1 queued · 2 unread '],
  [
    { passphrase: false },
    90,
    ' alice  ● listening on 192.168.1.20:8080              no passphrase · 1 queued · 2 unread ',
  ],
  [{ passphrase: false, phase: 'opening' }, 40, ' alice  ● listening 1 queued · 2 unread '],
  [
    { listener: { phase: 'running', host: '::1', port: 1, pid: 1 }, queued: 0 },
    40,
    ' alice  ● listening on [::1]:1 2 unread ',
  ],
  [
    { listener: { phase: 'running', host: '1.2.3.4\u001b[2J', port: 1, pid: 1 }, queued: 0 },
    60,
    ' alice  ● listening on 1.2.3.4␛[2J:1               2 unread ',
  ],
  [
    { listener: { phase: 'failed', reason: printableLine('another program uses port 8080') } },
    80,
    ' alice  ● not listening: another program uses port 8080     1 queued · 2 unread ',
  ],
  [
    { listener: nowhere, boxes: [{ host: printableLine('mail.example'), isAway: false }], queued: 0 },
    60,
    ' alice  ● collecting · mailbox mail.example        2 unread ',
  ],
  [
    {
      boxes: [
        { host: printableLine('mail.example'), isAway: true },
        { host: printableLine('bob.example'), isAway: false },
      ],
    },
    80,
    ' alice  ● listening · mailbox mail.example away · mailbox bob.example  2 unread ',
  ],
  [
    { boxes: [{ host: printableLine('mail.example'), isAway: true }] },
    40,
    ' alice  ● listening 1 queued · 2 unread ',
  ],
  [{ address: printableLine('') }, 60, ' alice  ● nobody can reach you          1 queued · 2 unread '],
];

test.each(titles)('title of %o in %i columns', (given, columns, text) => {
  const drawn = titleLine(sampleState(given), columns);
  expect(lineWidth(drawn)).toBeLessThanOrEqual(columns);
  expect(textOf(drawn)).toBe(text);
});

test('presence shows only facts: answered, away with the next try, last heard, nothing yet', () => {
  const heard = (given: Parameters<typeof contactOf>[2]): string =>
    textOf(headLine(contactOf(1, 'bob', given), noon, 90));
  expect(heard({ reach: { kind: 'answered', at: noon - 40_000 } })).toContain('answered 20 s ago');
  expect(heard({ lastHeardAt: noon - 300_000 })).toContain('last heard at 11:55');
  expect(heard({ lastHeardAt: null })).toContain('not heard from yet');
  const away = { kind: 'away' as const, attempts: 2, nextTryAt: noon + 130_000, reason: printableLine('') };
  expect(heard({ reach: away })).toContain('away, next try at 12:02');
  const noProxy = { ...away, reason: printableLine('the proxy does not answer') };
  expect(heard({ reach: noProxy })).toContain('the proxy does not answer, next try at 12:02');
});

const states = [
  [{ state: 'requested', request: 'received' }, 'wants to be your contact ?', 'asks ?', '?'],
  [{ state: 'requested', request: 'sent' }, 'asked, not accepted yet ?', 'asked ?', '?'],
  [{ state: 'not-compared' }, 'not verified ○', 'not verified ○', '○'],
  [{ state: 'compared' }, 'verified ✓', 'verified ✓', '✓'],
  [{ state: 'changed-signed' }, 'new key, signed by the old one ~', 'new key, signed ~', '~'],
  [{ state: 'conflict' }, 'two keys, sending is stopped !', 'conflict !', '!'],
  [{ state: 'revoked' }, 'key revoked, sending is stopped ✗', 'revoked ✗', '✗'],
  [{ state: 'blocked' }, 'blocked -', 'blocked -', '-'],
] as const;

test.each(states)(
  '%o is words and a sign in the head, and the sign in the list',
  (given, words, short, sign) => {
    const contact = contactOf(1, 'bob', given);
    expect(textOf(headLine(contact, noon, 120))).toContain(` bob   ${words}   `);
    const narrow = textOf(headLine(contactOf(1, 'b'.repeat(32), given), noon, 40));
    expect(narrow.endsWith(`b…   ${short}`)).toBe(true);
    const rows = listOf(view, { contacts: [contact] }, 20, 5);
    expect(rows.map((row) => /bob +(.) 11:59 $/u.exec(row)?.[1]).find(Boolean)).toBe(sign);
  },
);

test('no two states share a sign', () => {
  const signs = Object.values(contactStates).map(({ sign }) => sign);
  expect(new Set(signs).size).toBe(signs.length);
});

test('a head without room drops, in this order: length of the presence, age of the key, presence', () => {
  const away = { kind: 'away' as const, attempts: 2, nextTryAt: noon + 130_000, reason: printableLine('') };
  const bob = contactOf(1, 'bob', { state: 'compared', keyChangedAt: noon - 3 * 86_400_000, reach: away });
  const heads = [70, 61, 45, 38, 30, 20].map((columns) => textOf(headLine(bob, noon, columns)));
  expect(heads).toEqual([
    ' bob   verified ✓   keys rotated 3 d ago · away, next try at 12:02',
    ' bob   verified ✓   keys rotated 3 d ago · away',
    ' bob   verified ✓   new key 3 d ago · away',
    ' bob   verified ✓   away',
    ' bob   verified ✓   away',
    ' bob   verified ✓',
  ]);
});

test('says when a listener no longer knows us, whatever else is known', () => {
  const given = { unknownSince: noon - 3_600_000, reach: { kind: 'answered' as const, at: noon } };
  expect(textOf(headLine(contactOf(1, 'bob', given), noon, 90))).toContain(
    'no longer knows you, since 11:00',
  );
});

test('lists people who ask after the others, under a line that counts them; without a list, the title counts them', () => {
  const asks = { state: 'requested', request: 'received', lastActivityAt: noon + 1 } as const;
  const contacts = [contactOf(1, 'bob'), contactOf(2, 'erin', asks), contactOf(3, 'carol')];
  const facts = sampleState({ contacts });
  const rows = listOf({ ...view, selected: 2 }, { contacts }, 20, 9);
  expect(rows.map((row) => row.trim().split(/ {2,}/u)[0])).toEqual([
    'bob',
    '',
    'carol',
    '',
    '1 request',
    '❯ erin',
    '',
    '',
    '',
  ]);
  expect(listOf({ ...view, selected: 2 }, { contacts }, 20, 4).join()).toContain('erin');
  expect(textOf(titleLine(facts, 80))).not.toContain('request');
  expect(textOf(titleLine(facts, 80, 'hidden'))).toContain('1 request ');
  expect(textOf(titleLine(facts, 59))).toContain('1 request ');
});

test('each person has two rows: name, sign and time; last words, away and unread', () => {
  const contacts = [
    contactOf(1, 'bob', { state: 'compared', lastWords: printableLine('see you at nine'), lastIsMine: true }),
    contactOf(2, 'carol', { unread: 120, lastWords: printableLine('are you coming to the lighthouse?') }),
    contactOf(3, 'dave', {
      muted: true,
      unread: 2,
      lastActivityAt: noon - 3 * 86_400_000,
      reach: { kind: 'away', attempts: 1, nextTryAt: noon, reason: printableLine('') },
    }),
  ];
  expect(listOf({ ...view, selected: 2 }, { contacts }, 26, 8)).toEqual([
    '  bob             ✓ 11:59 ',
    '  you: see you at nine    ',
    '',
    '❯ carol           ○ 11:58 ',
    '  are you coming to … 99+ ',
    '',
    '  dave              ○ Fri ',
    '             away muted 2 ',
  ]);
});

test('nobody’s last words look like your own', () => {
  const said = (lastWords: string, lastIsMine: boolean): string | undefined =>
    listOf(
      view,
      { contacts: [contactOf(1, 'bob', { lastWords: printableLine(lastWords), lastIsMine })] },
      30,
      2,
    )[1]?.trim();
  expect(said('I agree', true)).toBe('you: I agree');
  expect(said('you: I agree', false)).toBe('"you: I agree"');
  for (const words of [' YOU : I', 'you：I', 'you ꞉ I', 'уоu: I', 'ｙｏｕ∶ I', 'y0u: I', 'yoú: I', 'you˸ I'])
    expect(said(words, false)).toBe(`"${printableLine(words)}"`);
  for (const words of ['I say: you: no', 'your turn: go', ': you', 'yours truly', 'note: you'])
    expect(said(words, false)).toBe(words);
});

test('there is an empty row between two people where all of them fit so', () => {
  const contacts = [1, 2, 3].map((id) => contactOf(id, `person ${id}`));
  expect(listOf(view, { contacts }, 26, 8).map((row) => row.slice(2, 10).trim())).toEqual([
    'person 1',
    '',
    '',
    'person 2',
    '',
    '',
    'person 3',
    '',
  ]);
  expect(listOf(view, { contacts }, 26, 7).map((row) => row.slice(2, 10).trim())).toEqual([
    'person 1',
    '',
    'person 2',
    '',
    'person 3',
    '',
    '',
  ]);
});

test('the program’s numbers never follow a name or words that are written from right to left', () => {
  const contacts = [
    contactOf(1, 'שרה', { unread: 3, lastWords: printableLine('מחר בבוקר') }),
    contactOf(2, 'bob', { unread: 3, lastWords: printableLine('מחר'), lastIsMine: true }),
  ];
  for (let columns = 14; columns < 40; columns += 1) {
    for (const row of listOf(view, { contacts }, columns, 6))
      expect(row).not.toMatch(/[\u0590-\u05ff][^A-Za-z]*\d/u);
  }
});

test('long and wide names never push the sidebar out of its column', () => {
  const contacts = [contactOf(1, '東京タワーの下で会う人'), contactOf(2, 'x'.repeat(32), { unread: 150 })];
  for (const { spans } of sidebarRows(view, sampleState({ contacts }), 18, 5))
    expect(lineWidth(spans)).toBeLessThanOrEqual(18);
});

test('the chosen contact stays in sight in a long list', () => {
  const contacts = Array.from({ length: 40 }, (_, at) => contactOf(at + 1, `person ${at + 1}`));
  for (const rows of [1, 2, 3, 9, 10]) {
    const drawn = listOf({ ...view, selected: 30 }, { contacts }, 24, rows);
    expect(drawn).toHaveLength(rows);
    expect(drawn.join('\n')).toContain('❯ person 30');
  }
});

test('hints: as many as fit, help always', () => {
  for (let columns = 24; columns <= 120; columns++) {
    const drawn = hintLine(keyMapOf(keymap), ['conversation'], columns);
    expect(lineWidth(drawn)).toBeLessThanOrEqual(columns);
    expect(textOf(drawn)).toMatch(/\? help$/);
  }
});

test('shows an alert until the person has acted on it, even below a failure', () => {
  const facts = sampleState({ alert: printableLine('the disk is full') });
  expect(notes(view, facts).map(textOf)).toEqual([' ! the disk is full']);
  const toast = {
    kind: 'error' as const,
    text: printableLine('no'),
    hint: printableLine('yes'),
    since: noon,
  };
  expect(notes({ ...view, toast }, facts).map(textOf)).toEqual([
    ' error: no',
    ' hint: yes',
    ' ! the disk is full',
  ]);
});

test('a long sentence above the draft takes three rows at most, and leaves a row of the conversation in the smallest window', () => {
  const said = printableLine('the listener of bob answers that it does not know you '.repeat(4).trim());
  const toast = { kind: 'error' as const, text: said, hint: said, since: noon };
  const narrow = notes({ ...view, columns: 40, toast }, sampleState()).map(textOf);
  expect(narrow).toHaveLength(6);
  expect(narrow[0]?.trimEnd()).toBe(' error: the listener of bob answers');
  expect(narrow[2]).toMatch(/…$/u);
  for (const row of narrow) expect(row.length).toBeLessThanOrEqual(40);
  const small = layoutOf({ ...view, columns: 24, rows: 7, toast }, sampleState());
  expect(small.pane).toBe(1);
  expect(4 + small.pane + small.notes.length + small.composer.rows.length).toBe(7);
});

test('draws no two people alike in the list, even where their names are cut', () => {
  const names = ['Alexandra Smith-Jones', 'Alexandra Smith-Joyce', 'Alexandra Smith', 'Alexandra'];
  const contacts = names.map((name, at) => contactOf(at + 1, name, at === 1 ? { unread: 3 } : {}));
  for (let columns = 14; columns < 40; columns += 1) {
    const rows = sidebarRows({ ...view, selected: null }, sampleState({ contacts }), columns, 8);
    const drawn = rows.filter((_row, at) => at % 2 === 0).map(({ spans }) => spans[1]?.text.trim());
    expect([columns, new Set(drawn).size]).toEqual([columns, 4]);
  }
});

test('always shows the hint for the way out, even where few hints fit', () => {
  const keys = keyMapOf(keymap);
  expect(textOf(hintLine(keys, ['requests', 'dialog'], 30))).toContain('Esc close');
  expect(textOf(hintLine(keys, ['requests', 'dialog'], 14))).toBe(' Esc close');
  expect(textOf(hintLine(keys, ['verify', 'dialog'], 27))).toBe(' Enter verify · Esc close');
});
