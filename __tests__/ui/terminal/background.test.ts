import { expect, test } from 'vitest';
import { backgroundIn, backgroundOf } from '../../../source/ui/terminal/background.ts';
import { until } from '../../support/until.ts';
import { mountScreen, type Mounted } from '../support/mount.ts';
import { sampleClient } from '../support/samples.ts';

test.each([
  [']11;rgb:0000/0000/0000', 'dark'],
  [']11;rgb:ffff/ffff/ffff', 'light'],
  [']11;rgb:ff/ff/ff', 'light'],
  [']11;rgb:f/f/f', 'light'],
  [']11;rgb:fdfd/f6f6/e3e3', 'light'],
  [']11;rgb:0000/2b2b/3636', 'dark'],
  [']11;rgba:ffff/ffff/ffff/8000', 'light'],
  [']11;#ffffff', 'light'],
  [']11;#1e1e1e', 'dark'],
  [']10;rgb:ffff/ffff/ffff', null],
  [']11;rgb:ffff/ffff', null],
  [']11;rgb:fffff/f/f', null],
  [']11;?', null],
  ['?62;c', null],
  ['', null],
] as const)('%s says %s', (reply, background) => {
  expect(backgroundOf(reply)).toBe(background);
});

test.each([
  [{}, null],
  [{ COLORFGBG: '15;0' }, 'dark'],
  [{ COLORFGBG: '0;15' }, 'light'],
  [{ COLORFGBG: '0;default;7' }, 'light'],
  [{ COLORFGBG: '12;8' }, 'dark'],
  [{ COLORFGBG: '0;default' }, null],
  [{ COLORFGBG: '0;99' }, null],
] as const)('%j says %s', (env, background) => {
  expect(backgroundIn(env)).toBe(background);
});

async function opened(env: Readonly<Record<string, string>> = {}): Promise<Mounted> {
  const door = { kind: 'ready', open: () => Promise.resolve(sampleClient()) } as const;
  const mounted = mountScreen(door, { env });
  await mounted.sees('on my way');
  return mounted;
}

const question = '\u001b]11;?\u001b\\';
const isLight = (mounted: Mounted) => (): boolean => mounted.lookOf('❯ write') === '4';

test('the terminal is asked once, and again when the window has the focus again', async () => {
  const mounted = await opened();
  expect(mounted.raw().split(question)).toHaveLength(2);
  mounted.type('\u001b[O\u001b[I');
  await until('it is asked again', () => mounted.raw().split(question).length === 3);
});

test('a light background makes auto light, a dark one dark again', async () => {
  const mounted = await opened();
  expect(mounted.lookOf('❯ write')).toBe('6');
  mounted.type('\u001b]11;rgb:ffff/ffff/ffff\u0007');
  await until('it is light', isLight(mounted));
  mounted.type('\u001b]11;rgb:0000/0000/0000\u001b\\');
  await until('it is dark', () => mounted.lookOf('❯ write') === '6');
});

test('an answer in pieces, with keys around it, is not text and swallows none', async () => {
  const mounted = await opened();
  mounted.type('ab\u001b]11;rgb:ff');
  mounted.type('ff/ffff/ff');
  mounted.type('ff\u001b');
  mounted.type('\\cd');
  await mounted.sees('❯ abcd');
  await until('it is light', () => mounted.lookOf('❯ abcd') === '4');
});

test('uses the environment until the terminal answers', async () => {
  expect((await opened({ COLORFGBG: '0;15' })).lookOf('❯ write')).toBe('4');
});

test('a console that prints what it does not understand is asked nothing', async () => {
  const mounted = await opened({ TERM: 'linux' });
  mounted.type('\u001b[O\u001b[Ix');
  await mounted.sees('❯ x');
  expect(mounted.raw()).not.toContain(']11;?');
});
