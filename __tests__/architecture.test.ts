// The directions, owners and budgets of ARCHITECTURE.md. The checker is one function over a map from
// path to source text; each rule is first broken on purpose in a tree of two or three lines.

import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { type Import, importsOf, reach, withoutComments } from '../scripts/imports.ts';

type Tree = ReadonlyMap<string, string>;

const middle = ['keys', 'protocol', 'store', 'outbox', 'inbox'];

/** Which rooms a room may import besides itself. */
const below: Readonly<Record<string, readonly string[]>> = {
  cli: ['commands', 'ui', 'session', 'core'],
  commands: ['session', 'disk', 'core'],
  ui: ['session', 'core'],
  session: [...middle, 'disk', 'net', 'core'],
  ...Object.fromEntries(middle.map((room) => [room, ['core']])),
  outbox: ['net', 'core'],
  keys: ['disk', 'core'],
  inbox: ['disk', 'core'],
  listener: ['inbox', 'disk', 'net', 'core'],
  net: ['core'],
  disk: [],
  core: [],
};

/** The floors of a room, lowest first: a folder may import those before it. '.' are the files of the room itself. */
const floors: Readonly<Record<string, string>> = {
  // .. is source/cli.tsx.
  cli: '. ..',
  commands: '. lines',
  protocol: '. kinds',
  session: 'control work keyring people home sending trust kinds receiving pairing recovery doctor . holding',
  ui: 'text ink model desk input reading terminal dialogs commands composer/vim composer drawings .',
};

/** One owner a package: rooms or single files. Other Node modules are free to all. */
const screen = ['ui', 'cli'];
const settings = ['keys', 'session', 'commands'];
const owners: Readonly<Record<string, readonly string[]>> = {
  '@signalapp/libsignal-client': ['protocol', 'keys'],
  '@signalapp/sqlcipher': ['store'],
  got: ['outbox'],
  chokidar: ['inbox'],
  'node:http': ['listener', 'outbox/through-proxy.ts', 'net/upnp.ts'],
  ink: screen,
  react: screen,
  meow: ['cli'],
  uqr: ['ui', 'commands'],
  'linkify-it': ['ui'],
  fuzzysort: ['ui'],
  'string-width': ['core', 'ui'],
  '@alcalzone/ansi-tokenize': ['ui'],
  'smol-toml': settings,
  valibot: settings,
  'env-paths': settings,
};

/** The rules that a tree breaks; `users` are the files outside of source/, which also import from it. */
function check(tree: Tree, users: Tree = new Map()): string[] {
  const imports = [...tree].flatMap(([path, text]) => importsOf(path, text));
  return [
    ...imports.flatMap(checkDirection),
    ...imports.flatMap(checkFloor),
    ...imports.flatMap(checkOwner),
    ...[...tree].flatMap(([path, text]) => checkFile(path, text)),
    ...findCycles(tree, imports),
    ...checkListener(tree, imports),
    ...findUnused(tree, users),
  ];
}

/** source/ui/app.tsx → ui, source/cli.tsx → cli, a package → undefined. */
function roomOf(path: string): string | undefined {
  return /^source\/([\w-]+)/.exec(path)?.[1];
}

/** The files through which the listener uses an inbox, and the boxes in it. */
const listenersDoors: readonly string[] = [
  'source/inbox/deliver.ts',
  'source/inbox/boxes.ts',
  'source/inbox/mailboxes.ts',
  'source/inbox/parcels.ts',
  'source/inbox/holder.ts',
  'source/inbox/mapped-port.ts',
  'source/inbox/trouble.ts',
  'source/inbox/moves.ts',
  'source/inbox/reporting.ts',
];

function checkDirection({ from, to, typeOnly }: Import): string[] {
  const [room = '', target] = [roomOf(from), roomOf(to)];
  if (target === undefined || target === room) return [];
  if (!below[room]?.includes(target)) return [`direction: ${from} imports ${to}`];
  if (room === 'ui' && target === 'session' && !typeOnly) return [`types only: ${from} imports ${to}`];
  const throughDoor = listenersDoors.includes(to);
  if (room === 'listener' && target === 'inbox' && !throughDoor)
    return [`only through a door: ${from} imports ${to}`];
  return [];
}

/** Between the folders of one room imports go down, so that no two import each other. */
function checkFloor({ from, to }: Import): string[] {
  const room = roomOf(from);
  if (room === undefined || room !== roomOf(to)) return [];
  const order = (floors[room] ?? '.').split(' ');
  const [source, target] = [floorOf(room, from), floorOf(room, to)];
  const missing = [source, target].find((floor) => !order.includes(floor));
  if (missing !== undefined) return [`no such floor of ${room}/: ${missing}/`];
  return order.indexOf(target) > order.indexOf(source) ? [`floor: ${from} imports ${to}`] : [];
}

/** source/ui/text/line.ts → text, source/ui/app.tsx → . */
function floorOf(room: string, path: string): string {
  return posix.relative(`source/${room}`, posix.dirname(path)) || '.';
}

function checkOwner({ from, to }: Import): string[] {
  if (to.startsWith('source/') || to === 'package.json') return [];
  const name = to.split('/', to.startsWith('@') ? 2 : 1).join('/');
  const allowed = owners[name];
  if (allowed === undefined) return name.startsWith('node:') ? [] : [`no owner: ${from} imports ${name}`];
  const isOwner = allowed.some((one) => one === roomOf(from) || `source/${one}` === from);
  return isOwner ? [] : [`owner: ${from} imports ${name}`];
}

/** Files that are one table may be of any length. */
const tables = ['source/core/failures.ts', 'source/core/limits.ts', 'source/cli/table.ts'];

function checkFile(path: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  const words = path.replace(/\.\w+$/, '').split(/[/-]/);
  const bad = words.filter((word) => /^(index|utils?|helpers?|common|misc|managers?)$/.test(word));
  const hasDefault = /^[ \t]*export\s+default\b|\bas\s+default\b/m.test(withoutComments(text));
  return [
    ...(roomOf(path) !== undefined && below[roomOf(path) ?? ''] === undefined
      ? [`no such room: ${path}`]
      : []),
    ...(bad.length > 0 ? [`name: ${path}`] : []),
    ...(lines > 260 && !tables.includes(path) ? [`${lines} lines: ${path}`] : []),
    ...(hasDefault ? [`default export: ${path}`] : []),
  ];
}

/** A file that can reach itself, its type imports counted. */
function findCycles(tree: Tree, imports: readonly Import[]): string[] {
  const nextTo = Map.groupBy(imports, ({ from }) => from);
  return [...tree.keys()]
    .filter((path) =>
      reach(
        (nextTo.get(path) ?? []).map(({ to }) => to),
        nextTo,
      ).has(path),
    )
    .map((path) => `cycle: ${path}`);
}

/** The files of the second program at run time: type imports are gone by then. */
function checkListener(tree: Tree, imports: readonly Import[]): string[] {
  const main = 'source/listener/main.ts';
  if (!tree.has(main)) return [];
  const carried = imports.filter((one) => !one.typeOnly);
  const reached = [
    ...reach(
      [main],
      Map.groupBy(carried, ({ from }) => from),
    ),
  ];
  const files = reached.filter((path) => path.startsWith('source/'));
  const foreign = reached.filter((path) => !path.startsWith('source/') && !path.startsWith('node:'));
  return [
    ...(files.length > 73 ? [`listener: ${files.length} files`] : []),
    ...foreign.map((name) => `listener: reaches ${name}`),
  ];
}

/** Exports that no other file uses. */
function findUnused(tree: Tree, users: Tree): string[] {
  const used = new Set([...tree, ...users].flatMap(([path, text]) => namesUsed(path, text)));
  const exported = /^export\s+(?:async\s+)?(?:function\*?|const|let|class|type)\s+(\w+)/gm;
  return [...tree].flatMap(([path, text]) =>
    [...text.matchAll(exported)]
      .map(([, name = '']) => `${path} ${name}`)
      .filter((one) => !used.has(one))
      .map((one) => `nobody imports: ${one}`),
  );
}

/** The names that a file uses of others, as `path name`: those in braces, and any word of a file that names the other in another way. */
function namesUsed(path: string, text: string): string[] {
  const braced = /\{([^{}]*)\}\s*from\s*['"]([^'"]+)['"]/g;
  const code = withoutComments(text);
  const rest = code.replaceAll(braced, '');
  const named = [...code.matchAll(braced)].map(([, names = '', to = '']) => ({ names, to }));
  const whole = [...rest.matchAll(/['"]([^'"\s]+\.tsx?)['"]/g)].map(([, to = '']) => ({ names: rest, to }));
  return [...named, ...whole].flatMap(({ names, to }) => {
    const file = to.startsWith('.') ? posix.join(posix.dirname(path), to) : to;
    return [...new Set(names.match(/\w+/g))].map((name) => `${file} ${name}`);
  });
}

// ── each rule, broken ────────────────────────────────────────────────────────────────────────

/** The report → the tree that causes it; paths are inside source/. */
const broken: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'direction: core/a.ts imports ui/b.ts': { 'core/a.ts': "import { x } from '../ui/b.ts'" },
  'direction: store/a.ts imports keys/b.ts': { 'store/a.ts': "import type { X } from '../keys/b.ts'" },
  'direction: commands/a.ts imports store/b.ts': { 'commands/a.ts': "export * from '../store/b.ts'" },
  'direction: commands/a.tsx imports ui/b.tsx': { 'commands/a.tsx': "await import('../ui/b.tsx')" },
  'types only: ui/a.ts imports session/b.ts': { 'ui/a.ts': "export { x } from '../session/b.ts'" },
  'only through a door: listener/a.ts imports inbox/b.ts': {
    'listener/a.ts': "import {\n  x\n} from '../inbox/b.ts'",
  },
  'floor: ui/text/a.ts imports ui/model/b.ts': { 'ui/text/a.ts': "import type { B } from '../model/b.ts'" },
  'floor: session/trust/a.ts imports session/b.ts': { 'session/trust/a.ts': "import { b } from '../b.ts'" },
  'floor: session/a.ts imports session/holding/b.ts': { 'session/a.ts': "await import('./holding/b.ts')" },
  'no such floor of store/: rows/': { 'store/a.ts': "import { b } from './rows/b.ts'" },
  'no such floor of ui/: model/deep/': { 'ui/model/deep/a.ts': "import { b } from '../b.ts'" },
  'no such room: other/a.ts': { 'other/a.ts': '' },
  'owner: session/a.ts imports got': { 'session/a.ts': "import got from 'got'" },
  'owner: keys/a.ts imports @signalapp/sqlcipher': { 'keys/a.ts': "import D from '@signalapp/sqlcipher'" },
  'owner: core/a.ts imports react': { 'core/a.ts': "import 'react/jsx-runtime'" },
  'owner: outbox/a.ts imports node:http': { 'outbox/a.ts': "import { createServer } from 'node:http'" },
  'no owner: ui/a.ts imports lodash': { 'ui/a.ts': "import x from 'lodash'" },
  'name: core/index.ts': { 'core/index.ts': '' },
  'name: store/row-utils.ts': { 'store/row-utils.ts': '' },
  '261 lines: core/a.ts': { 'core/a.ts': 'x\n'.repeat(261) },
  'default export: core/a.ts': { 'core/a.ts': 'export default 1' },
  'default export: core/b.ts': { 'core/b.ts': 'export { b as default }' },
  'cycle: core/a.ts, cycle: core/b.ts': {
    'core/a.ts': "import type { B } from './b.ts'",
    'core/b.ts': "import { a } from './a.ts'",
  },
  'listener: reaches chokidar': {
    'listener/main.ts': "import { d } from '../inbox/deliver.ts'",
    'inbox/deliver.ts': "import c from 'chokidar'",
  },
  'nobody imports: core/a.ts x, nobody imports: core/b.ts Y': {
    'core/a.ts': "export const x = 1\nexport const y = 'x'",
    'core/b.ts': "import { y } from './a.ts'\nexport type Y = typeof y",
  },
  'listener: 74 files': {
    'listener/main.ts': Array.from({ length: 73 }, (_, n) => `import './f${n}.ts'`).join('\n'),
  },
};

test.each(Object.entries(broken))('reports a broken rule: %s', (problems, files) => {
  const tree = new Map(Object.entries(files).map(([path, text]) => [`source/${path}`, text]));
  expect(check(tree).join(', ').replaceAll('source/', '')).toBe(problems);
});

test('accepts a tree that keeps the rules', () => {
  const tree = new Map([
    ['source/cli.tsx', "import meow from 'meow'\nawait import('./cli/open.tsx')"],
    ['source/cli/open.tsx', "import { render } from 'ink'\nimport { App } from '../ui/app.tsx'"],
    ['source/ui/app.tsx', "// import x from 'got'\nimport type { Session } from '../session/session.ts'"],
    ['source/listener/main.ts', "import { deliver } from '../inbox/deliver.ts'\nimport 'node:http'"],
    ['source/session/trust/a.ts', "import { b } from '../work/b.ts'\nimport { c } from './c.ts'"],
    ['source/inbox/deliver.ts', "import type { X } from '../core/x.ts'\nconst glob = '/*'"],
    ['source/core/x.ts', 'export type X = 1\nexport function z() {}\nexport const late = 2'],
    ['source/core/y.ts', "const { late } = await import('./x.ts')"],
  ]);
  const users = new Map([['__tests__/core/x.test.ts', "import { z } from '../../source/core/x.ts'"]]);
  expect(check(tree, users)).toEqual([]);
});

test('the source tree keeps all the rules', () => {
  const [users, tree] = [readTree('__tests__', 'bench', 'scripts'), readTree('source')];
  expect(check(tree, users)).toEqual([]);
});

function readTree(...roots: readonly string[]): Tree {
  const paths = roots.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((name) => `${root}/${name.replaceAll('\\', '/')}`)
      .filter((name) => /\.(?:tsx?|mjs)$/.test(name)),
  );
  return new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
}
