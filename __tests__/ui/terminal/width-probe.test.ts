import { describe, expect, test } from 'vitest';
import { createWidthProbe, emojiPolicy, widthProbe } from '../../../source/ui/terminal/emoji-policy.ts';
import { emojiKinds, examples } from '../../../source/ui/text/emoji-drawing.ts';
import { until } from '../../support/until.ts';
import { mountScreen, type Mounted, type MountOptions } from '../support/mount.ts';
import { sampleClient } from '../support/samples.ts';

function answered(replies: readonly string[]): ReadonlyArray<readonly string[]> {
  const found: Array<readonly string[]> = [];
  const measured = createWidthProbe((kinds) => found.push([...kinds]));
  for (const reply of replies) measured(reply);
  return found;
}

describe('the answers', () => {
  test.each([
    [['1;3R', '1;3R', '1;3R', '1;3R', '1;3R', '?62;22c'], [[...emojiKinds]]],
    [['1;2R', '1;5R', '1;7R', '1;3R', '1;2R', '?1u', '?62c'], [['flag']]],
    [['1;3R', '1;3R', '1;3R', '1;3R', '?62c'], [[]]],
    [['1;3R', '1;3R', '1;3R', '1;3R', '1;3R', '1;3R', '?62c'], [[]]],
    [['2;3R', '2;3R', '2;3R', '2;3R', '2;3R', '?62c'], [[]]],
    [['?62c'], [[]]],
    [['1;3R', '1;3R', '1;3R', '1;3R', '1;3R'], []],
  ])('%j', (replies, found) => {
    expect(answered(replies)).toEqual(found);
  });

  test('a second round starts over', () => {
    const round = ['1;3R', '1;3R', '1;3R', '1;3R', '1;3R', '?62c'];
    expect(answered(['1;3R', '?62c', ...round])).toEqual([[], [...emojiKinds]]);
  });
});

test.each([
  ['auto', ['flag'], ['flag']],
  ['simple', ['flag'], []],
  ['full', [], [...emojiKinds]],
] as const)('emoji = %s with %j measured', (setting, measured, drawn) => {
  expect([...emojiPolicy(setting, new Set(measured))]).toEqual(drawn);
});

test('every kind is asked for, unseen, and erased', () => {
  for (const kind of emojiKinds) expect(widthProbe).toContain(`\u001b[H${examples[kind]}\u001b[6n`);
  expect(widthProbe.startsWith('\u001b[8m')).toBe(true);
  expect(widthProbe.endsWith('\u001b[28m\u001b[H\u001b[2J')).toBe(true);
});

const family = '👩‍👩‍👧‍👦';

async function conversation(options: MountOptions): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(sampleClient()) }, options);
  await mounted.sees('on my way');
  return mounted;
}

/** A terminal that draws every picture two columns wide, as far as it tells. */
const good = (reply: string): string => reply.replaceAll(/\u001b\[1;\d+R/gu, '\u001b[1;3R');

test('a terminal that proves it gets whole families, another one the base form', async () => {
  const other = await conversation({});
  expect(other.raw()).not.toContain(family);
  const mounted = await conversation({ widths: 'graphemes' });
  await mounted.sees(family);
  await until('the frame stays whole', () => mounted.beyond() === '');
  const old = await conversation({ widths: '11' });
  await mounted.sees('under the clock');
  expect(old.raw()).not.toContain(family);
});

test('uses base forms on the Linux console and with emoji = "simple", but not with "full"', async () => {
  const console = await conversation({ env: { TERM: 'linux' }, answers: good });
  expect(console.raw()).not.toContain('\u001b[6n');
  expect(console.raw()).not.toContain(family);
  const simple = await conversation({ settings: { emoji: 'simple' }, answers: good });
  expect(simple.raw()).not.toContain(family);
  const full = await conversation({ settings: { emoji: 'full' } });
  expect(full.raw()).toContain(family);
});

test('the probe is in the first update, before anything is drawn', async () => {
  const mounted = await conversation({});
  const raw = mounted.raw();
  expect(raw.indexOf('\u001b[?2026h')).toBeLessThan(raw.indexOf(widthProbe));
  expect(raw.indexOf(widthProbe)).toBeLessThan(raw.indexOf('\u001b[?2026l'));
  expect(raw.slice(0, raw.indexOf(widthProbe))).not.toMatch(/alice|cryptochat\u001b\[2/u);
  expect(mounted.screen()).not.toContain(examples.flag);
});
