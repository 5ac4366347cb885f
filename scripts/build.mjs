// Bundles source/ into dist/: cli.js with its lazily imported chunks beside it, and listener.js,
// one file that imports nothing but Node. `node scripts/build.mjs [--clean]`
//
// Safe while another build or a running messenger uses dist/: every file is renamed into place,
// the entries last, and chunks of an older build stay for a week, because a messenger that is
// open may still import them. `--clean` (before packing) removes them at once.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { directBuiltins, gotWithoutHttp2, noFormData } from './direct-builtins.mjs';
import { inAscii } from './in-ascii.mjs';
import { lateSegmenter, lateWidths, ownInkModules } from './ink-modules.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const stamp = join(dist, '.build.json');
const entries = { cli: 'source/cli.tsx', listener: 'source/listener/main.ts' };
const oldChunkLifeMs = 7 * 24 * 3600 * 1000;

/** Builds if anything changed since the last build; returns whether it did. */
export async function build({ clean = false } = {}) {
  const missing = Object.values(entries).filter((entry) => !existsSync(join(root, entry)));
  if (missing.length > 0) throw new Error(`nothing to build from: ${missing.join(' and ')} is missing`);
  const hash = hashSources();
  if (!clean && isCurrent(hash)) return false;
  const files = [...(await bundleClient()), ...(await bundleListener())];
  install(files, hash);
  removeOld(new Set(files.map(({ fileName }) => fileName)), clean ? 0 : oldChunkLifeMs);
  return true;
}

function hashSources() {
  // The bundle names what this Node's modules have.
  const hash = createHash('sha256').update(process.version);
  const sources = readdirSync(join(root, 'source'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('source', name))
    .filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile());
  for (const path of [
    ...sources,
    'package-lock.json',
    'package.json',
    'scripts/build.mjs',
    'scripts/direct-builtins.mjs',
    'scripts/in-ascii.mjs',
    'scripts/ink-modules.mjs',
    'scripts/no-form-data.mjs',
  ].sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} hash */
function isCurrent(hash) {
  try {
    const last = JSON.parse(readFileSync(stamp, 'utf8'));
    return (
      last.hash === hash && last.files.every((/** @type {string} */ name) => existsSync(join(dist, name)))
    );
  } catch {
    return false;
  }
}

/** @type {import('rolldown').InputOptions} */
const common = {
  cwd: root,
  platform: 'node',
  tsconfig: false,
  transform: {
    target: 'node22',
    jsx: { runtime: 'automatic' },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  },
  preserveEntrySignatures: false,
  onLog(level, { code, message }) {
    // A module that one part imports late may be needed early by another one.
    if (level === 'warn' && code !== 'INEFFECTIVE_DYNAMIC_IMPORT') throw new Error(message);
  },
};

/** The names of functions and classes stay, so that the stack of a bug can be read. */
const names = { function: true, class: true };

/**
 * A part of the program in one file: what lies under `paths` and what that imports, except for what a part with a higher priority has.
 * @param {string} name @param {number} priority @param {readonly string[]} paths
 */
function partWith(name, priority, paths) {
  const starts = paths.map((path) => join(root, 'source', path));
  return { name, priority, test: (/** @type {string} */ id) => starts.some((start) => id.startsWith(start)) };
}

/** @type {import('rolldown').OutputOptions} */
const clientOutput = {
  dir: dist,
  format: 'esm',
  entryFileNames: '[name].js',
  // Beside the entry, so that `new URL('./listener.js', import.meta.url)` means one thing in every chunk.
  chunkFileNames: 'chunk-[name]-[hash].js',
  // With half as much to read and compile, a start takes a tenth less.
  minify: { compress: { keepNames: names }, mangle: { toplevel: true, keepNames: names }, codegen: true },
  codeSplitting: {
    groups: [
      partWith('start', 4, ['cli/main.ts', 'cli/open.tsx']),
      partWith('core', 3, ['core/']),
      partWith('client', 2, ['session/holding/hold.ts']),
      partWith('screen', 1, ['ui/screen.tsx']),
    ],
  },
};

async function bundleClient() {
  const output = await bundle(
    {
      ...common,
      input: { cli: entries.cli },
      external: ['@signalapp/sqlcipher'],
      transform: { ...common.transform, inject: { ...lateSegmenter, ...noFormData } },
      plugins: [gotWithoutHttp2, directBuiltins(), noDevtools, nativeApart, ownInkModules, lateWidths],
    },
    clientOutput,
  );
  // Write entries last: a reader of cli.js then finds every chunk it names.
  return output
    .map(({ fileName, code }) => ({ fileName, code: inAscii(code, ['say']) }))
    .sort((a, b) => Number(isEntry(a.fileName)) - Number(isEntry(b.fileName)));
}

/** Nothing of the listener is shortened: whoever wants to know what faces the network can read it. */
async function bundleListener() {
  const output = await bundle(
    {
      ...common,
      input: { listener: entries.listener },
      plugins: [directBuiltins(['http', 'process', 'util'])],
    },
    { dir: dist, format: 'esm', entryFileNames: '[name].js', codeSplitting: false },
  );
  const foreign = output.flatMap(({ imports }) => imports).filter((path) => !isBuiltin(path));
  const inputs = output.flatMap(({ moduleIds }) => moduleIds).filter((path) => path.includes('node_modules'));
  if (foreign.length + inputs.length > 0) {
    throw new Error(`the listener must import nothing but Node: ${[...foreign, ...inputs].join(', ')}`);
  }
  if (output.some(({ code }) => /\bimport\s*\(/.test(code)))
    throw new Error('the listener must import nothing later: what it imports could not be checked');
  return output;
}

/** @param {import('rolldown').InputOptions} input @param {import('rolldown').OutputOptions} options */
async function bundle(input, options) {
  const { rolldown } = await import('rolldown');
  const built = await rolldown(input);
  try {
    const { output } = await built.generate(options);
    return output.filter((one) => one.type === 'chunk');
  } catch (error) {
    // It colours what it says.
    const text = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
    throw new Error(text, { cause: error });
  } finally {
    await built.close();
  }
}

/** Ink imports its devtools only when DEV is set; nothing of them is shipped. @type {import('rolldown').Plugin} */
const noDevtools = {
  name: 'no-devtools',
  resolveId: (path, importer) =>
    path === './devtools.js' && /[\\/]ink[\\/]build[\\/]/.test(importer ?? '') ? '\0no-devtools' : null,
  load: (id) => (id === '\0no-devtools' ? 'export default {};' : null),
};

/** Of libsignal what is used is bundled, because its hundred modules take longer to load than everything else together; its
 * machine code is loaded from the package. @type {import('rolldown').Plugin} */
const nativeApart = {
  name: 'native-apart',
  resolveId(path, importer) {
    if (!path.endsWith('/Native.js') || !importer?.includes('libsignal-client')) return null;
    return { id: '@signalapp/libsignal-client/dist/Native.js', external: true };
  },
};

/** @param {string} path */
function isBuiltin(path) {
  return path.startsWith('node:') && builtinModules.includes(path.slice('node:'.length));
}

/** @param {string} path */
function isEntry(path) {
  return path === 'cli.js';
}

/** @param {{ readonly fileName: string, readonly code: string }[]} files @param {string} hash */
function install(files, hash) {
  mkdirSync(dist, { recursive: true });
  for (const { fileName, code } of files) replace(join(dist, fileName), code);
  replace(stamp, JSON.stringify({ hash, files: files.map(({ fileName }) => fileName) }));
}

/** @param {string} path @param {string | Uint8Array} contents */
function replace(path, contents) {
  const part = join(dist, `.${basename(path)}.${process.pid}.part`);
  writeFileSync(part, contents);
  renameSync(part, path);
}

/** @param {Set<string>} current @param {number} lifeMs */
function removeOld(current, lifeMs) {
  for (const name of readdirSync(dist)) {
    if (current.has(name) || name === basename(stamp)) continue;
    const path = join(dist, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age >= lifeMs) rmSync(path, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await build({ clean: process.argv.includes('--clean') });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`cryptochat: error: ${text}\n`);
    process.exitCode = 1;
  }
}
