import { expect, test } from 'vitest';
import { inAscii } from '../../scripts/in-ascii.mjs';

// No escapes in the samples: they are what is tested.
const samples = [
  'export default "a → b é 😀";',
  'export default `→ ${"é"} 😀`;',
  'export default /^[–-—😀-😂]+$/u.exec("😁–");',
  'export default /^[–-—]→/.exec("–→");',
  'export default /^(?<größe>→)$/u.exec("→").groups.größe;',
  'const größe = 1, 変 = 2; export default größe + 変;',
  'const say = (parts, ...holes) => parts[0] + holes[0] + parts[1]; export default say`→ ${"é"} –`;',
  'export default String.raw`\\d+${"→"}`;',
  '// → é\nexport default 1;',
] as const;

async function valueOf(code: string): Promise<unknown> {
  const { default: value } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    default: unknown;
  };
  return value;
}

test.each(samples)('means the same: %s', async (code) => {
  const ascii = inAscii(code, ['say']);
  expect(ascii).toMatch(/^[\0-\x7f]+$/u);
  expect(await valueOf(ascii)).toEqual(await valueOf(code));
});

test('leaves ASCII as it is', () => {
  const code = 'export default String.raw`\\u2192`;';
  expect(inAscii(code)).toBe(code);
});

test.each([
  'export default String.raw`→`;',
  'export default String.raw `→`;',
  'export default String["raw"]`→`;',
  'const r = String.raw; export default r`→`;',
  'export default String.raw`${`a`}→`;',
  'export default say`a`(0)`→`;',
  String.raw`export default "\é";`,
  String.raw`export default /^\→$/;`,
  'export default "a\\\u2028b";',
  'export default\u00a01;',
])('refuses %j, where an escape means something else', (code) => {
  expect(() => inAscii(code, ['say'])).toThrow(/backslash|may be read|not a module/u);
});
