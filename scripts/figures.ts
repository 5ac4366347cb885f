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

function listenerFiles(): number {
  const carried: readonly Import[] = own.filter(({ typeOnly }) => !typeOnly);
  const nextTo = Map.groupBy(carried, ({ from }) => from);
  return reach(['source/listener/main.ts'], nextTo).size;
}

const lines = [...texts.values()].map(linesOf);
const knots = inKnots();
const figures: Readonly<Record<string, string | number>> = {
  'folders in a knot': knots.length === 0 ? 0 : `${knots.length}: ${knots.join(' ')}`,
  files: paths.length,
  lines: lines.reduce((sum, one) => sum + one, 0),
  'lines of the longest file': Math.max(...lines),
  'imports a file': (new Set(own.map(({ from, to }) => `${from} ${to}`)).size / paths.length).toFixed(1),
  'files of the listener': listenerFiles(),
};
for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name.padEnd(26)} ${value}\n`);
