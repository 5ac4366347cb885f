import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const here = import.meta.dirname;

function read(path: string): string {
  return readFileSync(join(here, '..', path), 'utf8');
}

const promised = [...read('SECURITY.md').matchAll(/^- \*\*(C\d+)\*\*/gmu)].map(([, claim]) => claim);
const rows = [...read('docs/THREATS.md').matchAll(/^\| (C\d+) +\| (.+?) +\|$/gmu)];
const attacks = readdirSync(join(here, 'attack'))
  .map((name) => readFileSync(join(here, 'attack', name), 'utf8'))
  .join('\n');

test('every claim has its tests in docs/THREATS.md', () => {
  expect(promised).toEqual(Array.from({ length: 11 }, (_, index) => `C${index + 1}`));
  expect(rows.map(([, claim]) => claim)).toEqual(promised);
});

test.each(rows.map(([, claim = '', tests = '']) => [claim, tests] as const))(
  '%s: its tests exist',
  (_, tests) => {
    const numbers = tests.match(/A\d\d/gu) ?? [];
    const missing = numbers.filter((number) => !new RegExp(`['\`]${number} `, 'u').test(attacks));
    const files = [...tests.matchAll(/`([^`]+)`/gu)].map(([, name = '']) => name);
    const gone = files.filter(
      (name) => ![name, `${name}.test.ts`].some((path) => existsSync(join(here, path))),
    );
    expect([...missing, ...gone]).toEqual([]);
    expect(numbers.length + files.length).toBeGreaterThan(0);
  },
);

test('all 42 attacks are there, each once, and each stands behind a claim', () => {
  const all = Array.from({ length: 42 }, (_, index) => `A${String(index + 1).padStart(2, '0')}`);
  const named = [
    ...attacks.matchAll(/(?:test|describe|skipIf\([^)]*\))(?:\.\w+(?:\([^)]*\))?)*\(\s*['`](A\d\d) /gu),
  ].map(([, id]) => id);
  const claimed = new Set(rows.flatMap(([, , tests = '']) => tests.match(/A\d\d/gu) ?? []));
  expect(all.filter((id) => !claimed.has(id))).toEqual([]);
  expect(all.filter((id) => !named.includes(id))).toEqual([]);
});
