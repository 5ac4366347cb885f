import { render } from 'ink-testing-library';
import { expect, test } from 'vitest';
import { printableLine } from '../../../source/core/printable.ts';
import type { State } from '../../../source/core/state.ts';
import { hintLine, noteLines } from '../../../source/ui/drawings/bottom.ts';
import { headLine } from '../../../source/ui/drawings/head.ts';
import { Lines } from '../../../source/ui/drawings/lines.tsx';
import { sidebarLines } from '../../../source/ui/drawings/sidebar.ts';
import { titleLine } from '../../../source/ui/drawings/title.ts';
import { type Line, line, lineWidth, span } from '../../../source/ui/line.ts';
import { firstView } from '../../../source/ui/view.ts';
import { contactOf, noon, sampleState } from '../support/samples.ts';

const view = { ...firstView({ columns: 80, rows: 24 }, noon), selected: 1 };

function textOf(spans: Line): string {
  return spans.map(({ text }) => text).join('');
}

test('rows are drawn as they are, cut to the width, empty ones too', () => {
  const lines = [line(printableLine('one')), [], [span(printableLine('far too long'), 'bad')]];
  const { lastFrame } = render(<Lines lines={lines} width={8} />);
  expect(lastFrame()).toBe('one\n\nfar too…');
});

const titles: ReadonlyArray<readonly [Partial<State>, number, string]> = [
  [{}, 80, ' alice  ● listening on 192.168.1.20:8080                   1 waiting · 2 unread '],
  [{}, 40, ' alice  ● listening            2 unread '],
  [
    { passphrase: false },
    90,
    ' alice  ● listening on 192.168.1.20:8080             no passphrase · 1 waiting · 2 unread ',
  ],
  [{ passphrase: false, phase: 'opening' }, 40, ' alice  ● listening            2 unread '],
  [
    { listener: { phase: 'running', host: '::1', port: 1, pid: 1 }, queued: 0 },
    40,
    ' alice  ● listening on [::1]:1 2 unread ',
  ],
  [
    { listener: { phase: 'failed', reason: printableLine('port 8080 is used by another program') } },
    80,
    ' alice  ● not listening: port 8080 is used by another program          2 unread ',
  ],
];

test.each(titles)('title of %o in %i columns', (given, columns, text) => {
  const drawn = titleLine(sampleState(given), columns);
  expect(lineWidth(drawn)).toBeLessThanOrEqual(columns);
  expect(textOf(drawn)).toBe(text);
});

test('presence is what is known: answered, away with the next try, last heard, nothing yet', () => {
  const heard = (given: Parameters<typeof contactOf>[2]): string =>
    textOf(headLine(contactOf(1, 'bob', given), noon, 90));
  expect(heard({ reach: { kind: 'answered', at: noon - 40_000 } })).toContain('answered 20 s ago');
  expect(heard({ lastHeardAt: noon - 300_000 })).toContain('last heard 5 m ago');
  expect(heard({ lastHeardAt: null })).toContain('never heard yet');
  const away = { kind: 'away' as const, attempts: 2, nextTryAt: noon + 130_000, reason: printableLine('') };
  expect(heard({ reach: away })).toContain('away, next try in 3 m');
});

test('a state of a contact is always words as well as a sign', () => {
  for (const state of [
    'compared',
    'conflict',
    'revoked',
    'blocked',
    'changed-signed',
    'requested',
  ] as const) {
    expect(textOf(headLine(contactOf(1, 'bob', { state }), noon, 120))).toMatch(/bob {3}\S+/);
  }
});

test('long and wide names never push the sidebar out of its column', () => {
  const contacts = [contactOf(1, '東京タワーの下で会う人'), contactOf(2, 'x'.repeat(32), { unread: 150 })];
  for (const row of sidebarLines(view, sampleState({ contacts }), 18, 5))
    expect(lineWidth(row)).toBeLessThanOrEqual(18);
});

test('the chosen contact stays in sight in a long list', () => {
  const contacts = Array.from({ length: 40 }, (_, at) => contactOf(at + 1, `person ${at + 1}`));
  const rows = sidebarLines({ ...view, selected: 30 }, sampleState({ contacts }), 20, 10);
  expect(rows).toHaveLength(10);
  expect(rows.map(textOf).join('\n')).toContain('❯ person 30');
});

test('hints: as many as fit, help always', () => {
  for (let columns = 24; columns <= 120; columns++) {
    const drawn = hintLine(['conversation'], columns);
    expect(lineWidth(drawn)).toBeLessThanOrEqual(columns);
    expect(textOf(drawn)).toMatch(/\? help$/);
  }
});

test('what must be acted on is shown until it is done, a failure before it', () => {
  const facts = sampleState({ alert: printableLine('the disk is full') });
  expect(noteLines(view, facts, 80).map(textOf)).toEqual([' ! the disk is full']);
  const toast = {
    kind: 'error' as const,
    text: printableLine('no'),
    hint: printableLine('yes'),
    until: noon,
  };
  expect(noteLines({ ...view, toast }, facts, 80).map(textOf)).toEqual([' error: no', ' hint: yes']);
});
