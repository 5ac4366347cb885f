import { expect, test } from 'vitest';
import { defaultSettings } from '../../../source/core/settings.ts';
import type { State } from '../../../source/core/types.ts';
import { keymap } from '../../../source/ui/keymap.ts';
import { keyMapOf } from '../../../source/ui/model/bindings.ts';
import { plainly } from '../../../source/ui/model/terminal.ts';
import { firstView, withEditor, type View } from '../../../source/ui/model/view.ts';
import { insert } from '../../../source/ui/model/editor.ts';
import { whatIsAt } from '../../../source/ui/drawings/what-is-at.ts';
import { mountScreen } from '../support/mount.ts';
import { contactOf, messageOf, noon, sampleClient, sampleState, wholeOf } from '../support/samples.ts';

const link = 'https://example.org/a';
const messages = [
  messageOf(1, `one\nsee ${link} there`),
  messageOf(2, 'two', { direction: 'out' }),
  messageOf(3, 'three'),
];
const contacts = [
  contactOf(1, 'bob'),
  contactOf(2, 'carol'),
  contactOf(3, 'dave', { state: 'requested', request: 'received' }),
];
const facts: State = sampleState({ contacts, conversations: new Map([[1, wholeOf(messages, 3)]]) });

function viewOf(columns: number, rows: number, draft = ''): View {
  const view = firstView({ columns, rows }, noon, { ...plainly, keys: keyMapOf(keymap) });
  return withEditor({ ...view, selected: 1 }, (editor) => insert(editor, draft));
}

test.each([
  [80, 24, 'auto'],
  [50, 12, 'auto'],
  [80, 24, 'compact'],
  [100, 30, 'roomy'],
] as const)(
  'at %i×%i (%s) every cell belongs to the part that is drawn there',
  async (columns, rows, layout) => {
    const mounted = mountScreen(
      { kind: 'ready', open: () => Promise.resolve(sampleClient(facts)) },
      { columns, rows, settings: { layout } },
    );
    await mounted.sees('three');
    mounted.type('a draft');
    await mounted.sees('a draft');
    const view = { ...viewOf(columns, rows, 'a draft'), settings: { ...defaultSettings, layout } };
    const at = (text: string, beside = 0): ReturnType<typeof whatIsAt> => {
      const y = mounted.rows().findLastIndex((row) => row.includes(text));
      return whatIsAt(view, facts, (mounted.rows()[y]?.lastIndexOf(text) ?? 0) + beside, y);
    };
    expect(at('three')).toEqual({ kind: 'message', row: 3, at: 0, link: null });
    expect(at('two')).toEqual({ kind: 'message', row: 2, at: 0, link: null });
    expect(at('one')).toMatchObject({ kind: 'message', row: 1, at: 0 });
    expect(at('there')).toEqual({ kind: 'message', row: 1, at: 4, link: null });
    expect(at('example.org')).toEqual({ kind: 'message', row: 1, at: 4, link });
    expect(at('Today')).toMatchObject({ kind: 'message', row: 1 });
    expect(at('not verified')).toEqual({ kind: 'head' });
    expect(at('a draft', 3)).toEqual({ kind: 'draft', offset: 3 });
    expect(at('Enter send')).toBeNull();
    expect(at('alice')).toBeNull();
    if (columns < 60) return;
    expect(at('carol')).toEqual({ kind: 'contact', contact: 2 });
    expect(at('dave')).toEqual({ kind: 'contact', contact: 3 });
    expect(at('1 request')).toEqual({ kind: 'requests' });
    expect(whatIsAt(view, facts, view.columns - 1, 1)).toEqual({ kind: 'head' });
    expect(whatIsAt(view, facts, 2, rows - 5)).toBeNull();
  },
);

test('finds nothing outside of the screen', () => {
  const view = viewOf(80, 24);
  for (const [x, y] of [
    [-1, 5],
    [80, 5],
    [5, -1],
    [5, 24],
    [5, 0],
    [5, 23],
  ] as const)
    expect(whatIsAt(view, facts, x, y)).toBeNull();
});

test('finds only people and the draft while no conversation is open', () => {
  const view: View = { ...viewOf(80, 24), selected: null };
  expect(whatIsAt(view, facts, 60, 10)).toBeNull();
  expect(whatIsAt(view, facts, 60, 1)).toBeNull();
  expect(whatIsAt(view, facts, 3, 1)).toEqual({ kind: 'contact', contact: 1 });
  expect(whatIsAt(view, facts, 30, 22)).toEqual({ kind: 'draft', offset: 0 });
});
