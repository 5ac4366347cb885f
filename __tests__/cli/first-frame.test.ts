import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { importsOf, reach } from '../../scripts/imports.ts';

const paths = readdirSync('source', { recursive: true, encoding: 'utf8' })
  .map((name) => `source/${name}`)
  .filter((name) => /\.tsx?$/.test(name));
const statically = /^[ \t]*(?:import|export)\s[^'"();]*?['"]([^'"]+)['"]/gm;

/** The files that a file needs before it runs: its static imports of values. */
function needs(path: string): ReturnType<typeof importsOf> {
  const text = [...readFileSync(path, 'utf8').matchAll(statically)].map(([all]) => `${all};`).join('\n');
  return importsOf(path, text).filter(({ typeOnly }) => !typeOnly);
}

test('loads nothing before the first frame except small files of our own and the name of the home', () => {
  const nextTo = new Map(paths.map((path) => [path, needs(path)]));
  const reached = reach(['source/cli.tsx', 'source/cli/main.ts', 'source/cli/open.tsx'], nextTo);
  const packages = [...reached].filter((path) => !/^(?:source\/|node:|package\.json$)/.test(path));
  expect(packages).toEqual(['env-paths']);
  expect(reached.size).toBeLessThan(60);
});
