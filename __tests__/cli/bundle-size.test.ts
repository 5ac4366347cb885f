import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

const dist = new URL('../../dist/', import.meta.url);

function sizeOf(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + statSync(new URL(name, dist)).size, 0);
}

test('the built program stays below 2.2 MB and its listener below 225 kB, so that a package that is too large is noticed', () => {
  const { files } = JSON.parse(readFileSync(new URL('.build.json', dist), 'utf8')) as { files: string[] };
  expect(files).toContain('listener.js');
  expect(sizeOf(files)).toBeLessThan(2_225_000);
  expect(sizeOf(['listener.js'])).toBeLessThan(225_000);
});
