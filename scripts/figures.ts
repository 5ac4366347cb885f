// `npm run figures`: how large the house is and how it hangs together, counted on source/.

import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { type Import, importsOf, reach } from './imports.ts';

const paths = readdirSync('source', { recursive: true, encoding: 'utf8' })
  .map((name) => `source/${name.replaceAll('\\', '/')}`)
  .filter((name) => /\.tsx?$/.test(name));
const texts = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
const imports = [...texts].flatMap(([path, text]) => importsOf(path, text));
const own = imports.filter(({ to }) => texts.has(to));

function linesOf(text: string): number {
  return text.trimEnd().split('\n').length;
}

/** Folders that import each other, directly or through others: the members of every such ring. */
function inKnots(): readonly string[] {
  const folders = own
    .map(({ from, to, typeOnly }) => ({ from: posix.dirname(from), to: posix.dirname(to), typeOnly }))
    .filter(({ from, to }) => from !== to);
  const nextTo = Map.groupBy(folders, ({ from }) => from);
  const reachedFrom = (folder: string): Set<string> =>
    reach(
      (nextTo.get(folder) ?? []).map(({ to }) => to),
      nextTo,
    );
  return [...nextTo.keys()].filter((folder) => reachedFrom(folder).has(folder));
}

/** The files that the listener loads: type imports are gone by then. */
function listenerFiles(): readonly string[] {
  const carried: readonly Import[] = own.filter(({ typeOnly }) => !typeOnly);
  const nextTo = Map.groupBy(carried, ({ from }) => from);
  return [...reach(['source/listener/main.ts'], nextTo)];
}

/** All lines of some files. */
function linesIn(some: readonly string[]): number {
  return some.reduce((sum, path) => sum + linesOf(texts.get(path) ?? ''), 0);
}

const lines = linesIn(paths);
const importCount = new Set(own.map(({ from, to }) => `${from} ${to}`)).size;
const knots = inKnots();
const ofListener = listenerFiles();
const figures: Readonly<Record<string, string | number>> = {
  'folders in a knot': knots.length === 0 ? 0 : `${knots.length}: ${knots.join(' ')}`,
  files: paths.length,
  lines,
  'lines per file': Math.round(lines / paths.length),
  'lines of the longest file': Math.max(...[...texts.values()].map(linesOf)),
  'imports per file': (importCount / paths.length).toFixed(1),
  'imports per 100 lines': ((100 * importCount) / lines).toFixed(1),
  'files of the listener': ofListener.length,
  'lines of the listener': linesIn(ofListener),
};
for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name.padEnd(26)} ${value}\n`);
