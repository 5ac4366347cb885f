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

test("the client's code is plain ASCII: with one arrow in it, V8 would keep twice as many bytes", () => {
  const { files } = JSON.parse(readFileSync(new URL('.build.json', dist), 'utf8')) as { files: string[] };
  const wide = files.filter((name) => /[^\0-\x7f]/u.test(readFileSync(new URL(name, dist), 'utf8')));
  // Whoever reads the listener finds its comments as they were written.
  expect(wide.filter((name) => name !== 'listener.js')).toEqual([]);
});

/** The files that a file of the bundle reads at once, itself among them. */
function readWith(name: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const code = readFileSync(new URL(name, dist), 'utf8');
  const imported = code.matchAll(/(?:\bfrom|\bimport) ?["'`]\.\/(chunk-[^"'`]+)["'`]/gu);
  for (const [, next = ''] of imported) readWith(next, seen);
  return seen;
}

test('a start reads few files, and a command that opens no screen does not read the screen', () => {
  const { files } = JSON.parse(readFileSync(new URL('.build.json', dist), 'utf8')) as { files: string[] };
  const named = (name: string): string => files.find((file) => file.startsWith(`chunk-${name}-`)) ?? name;
  expect(readWith(named('main')).size).toBeLessThanOrEqual(4);
  const screen = [...files].toSorted((a, b) => sizeOf([b]) - sizeOf([a]))[0] ?? '';
  expect(screen).toMatch(/^chunk-screen-/u);
  expect(readWith(screen).size).toBeLessThanOrEqual(6);
  for (const command of ['contacts', 'send', 'help', 'status']) {
    expect(readWith(named(command)).size).toBeGreaterThan(1);
    expect(readWith(named(command))).not.toContain(screen);
  }
});
