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
import { directBuiltins, gotWithoutHttp2, noFormData } from './direct-builtins.mjs';
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
  removeOld(new Set(files.map((file) => basename(file.path))), clean ? 0 : oldChunkLifeMs);
  return true;
}

function hashSources() {
  const hash = createHash('sha256');
  const sources = readdirSync(join(root, 'source'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('source', name))
    .filter((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isFile());
  for (const path of [
    ...sources,
    'package-lock.json',
    'package.json',
    'scripts/build.mjs',
    'scripts/direct-builtins.mjs',
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

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  outdir: 'dist',
  format: 'esm',
  platform: 'node',
  target: 'node22',
  jsx: 'automatic',
  charset: 'utf8',
  logLevel: 'error',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
};

async function bundleClient() {
  const { build: esbuild } = await import('esbuild');
  const { outputFiles = [] } = await esbuild({
    ...common,
    entryPoints: { cli: entries.cli },
    splitting: true,
    // Beside the entry, so that `new URL('./listener.js', import.meta.url)` means one thing in every chunk.
    chunkNames: 'chunk-[name]-[hash]',
    external: ['@signalapp/sqlcipher'],
    inject: [...lateSegmenter.inject, ...noFormData.inject],
    define: { ...common.define, ...lateSegmenter.define, ...noFormData.define },
    plugins: [directBuiltins, gotWithoutHttp2, noDevtools, nativeApart, ownInkModules, lateWidths],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
    },
  });
  // Write entries last: a reader of cli.js then finds every chunk it names.
  return outputFiles.sort((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)));
}

async function bundleListener() {
  const { build: esbuild } = await import('esbuild');
  const { outputFiles = [], metafile } = await esbuild({
    ...common,
    entryPoints: { listener: entries.listener },
    plugins: [directBuiltins],
  });
  const imports = Object.values(metafile?.outputs ?? {}).flatMap((output) => output.imports);
  const foreign = imports.map((one) => one.path).filter((path) => !isBuiltin(path));
  const inputs = Object.keys(metafile?.inputs ?? {}).filter((path) => path.includes('node_modules'));
  if (foreign.length + inputs.length > 0) {
    throw new Error(`the listener must import nothing but Node: ${[...foreign, ...inputs].join(', ')}`);
  }
  return outputFiles;
}

/** Ink imports the devtools only when DEV is set; nothing of them is shipped. @type {import('esbuild').Plugin} */
const noDevtools = {
  name: 'no-devtools',
  setup(builder) {
    builder.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'stub' }));
    builder.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default {};' }));
  },
};

/** Of libsignal what is used is bundled, because its hundred modules take longer to load than everything else together; its
 * machine code is loaded from the package. @type {import('esbuild').Plugin} */
const nativeApart = {
  name: 'native-apart',
  setup(builder) {
    builder.onResolve({ filter: /\/Native\.js$/ }, ({ importer }) => {
      if (!importer.includes('libsignal-client')) return undefined;
      return { path: '@signalapp/libsignal-client/dist/Native.js', external: true };
    });
  },
};

/** @param {string} path */
function isBuiltin(path) {
  return path.startsWith('node:') && builtinModules.includes(path.slice('node:'.length));
}

/** @param {string} path */
function isEntry(path) {
  return basename(path) === 'cli.js';
}

/** @param {import('esbuild').OutputFile[]} files @param {string} hash */
function install(files, hash) {
  mkdirSync(dist, { recursive: true });
  for (const file of files) replace(file.path, file.contents);
  const names = files.map((file) => basename(file.path));
  replace(stamp, JSON.stringify({ hash, files: names }));
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
    // esbuild has already printed its own findings.
    const text = error instanceof Error ? error.message.split('\n')[0] : String(error);
    process.stderr.write(`cryptochat: error: ${text}\n`);
    process.exitCode = 1;
  }
}
