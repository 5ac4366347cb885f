// Makes a checkout ready to run: exact dependencies, a Node that is new enough, a current dist/.
// Runs before `npm start`, `npm test` …, under any Node from 18 on, and costs little when there is
// nothing to do. Safe to run again, after a git pull, and in several terminals at once.
//
//   node scripts/ready.mjs              install if package-lock.json changed, then build if source/ did
//   node scripts/ready.mjs --no-build   install only
//   node scripts/ready.mjs --installed  for npm's `prepare`: npm has just installed; note that and build

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.cryptochat-installed');
const lock = join(root, '.ready.lock');
const beatMs = 2000;
const staleMs = 120_000;
const patienceMs = 15 * 60_000;

class ReadyError extends Error {
  /** @param {string} message @param {string} hint */
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

async function main() {
  const flags = new Set(process.argv.slice(2));
  if (flags.has('--installed')) {
    // npm also runs `prepare` inside the npm ci below, which goes on by itself.
    if (process.env['CRYPTOCHAT_READY']) return;
    if (!existsSync(join(modules, 'rolldown')))
      return say('built nothing: installed without development packages');
    if (isWholeInstall()) noteInstalled();
  } else if (!isInstalled()) {
    await underLock(async () => {
      if (!isInstalled()) await install();
    });
  }
  if (!flags.has('--installed')) checkNode();
  if (flags.has('--no-build')) return;
  await build();
}

/** Builds under the Node that runs the program: the bundle names what that Node's modules have. */
async function build() {
  if (ownVersion() === process.version) {
    const { build: buildHere } = await import('./build.mjs');
    await buildHere();
    return;
  }
  const { status } = runOwn([join(root, 'scripts', 'build.mjs')], ['ignore', 2, 2]);
  if (status !== 0) throw new ReadyError('the build failed', 'see above');
}

// ── installing ───────────────────────────────────────────────────────────────────────────────

/** Keep the stamp in node_modules, so it vanishes with it. */
function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();
}

function wanted() {
  const lockfile = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lockfile).update(`${process.platform} ${process.arch}`).digest('hex');
}

function noteInstalled() {
  const part = `${stamp}.${process.pid}`;
  writeFileSync(part, wanted());
  renameSync(part, stamp);
}

function isWholeInstall() {
  const { npm_command: command, npm_config_omit: omit, npm_config_global: global } = process.env;
  return (command === 'ci' || command === 'install') && !omit && !global;
}

async function install() {
  say('installing the exact dependencies of package-lock.json, this takes half a minute');
  const code = await npm([
    'ci',
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
    '--include=dev',
    '--no-global',
  ]);
  if (code !== 0) throw new ReadyError('npm ci failed', 'see above; is the npm registry reachable?');
  noteInstalled();
}

/** Runs the npm that runs us; its talk goes to stderr, because stdout belongs to the command that follows. */
function npm(/** @type {string[]} */ args) {
  const own = process.env['npm_execpath'] ?? '';
  const isNpm = basename(own) === 'npm-cli.js';
  const [command, first] = isNpm ? [process.execPath, [own]] : ['npm', []];
  const child = spawn(command, [...first, ...args], {
    cwd: root,
    env: { ...process.env, CRYPTOCHAT_READY: '1', npm_config_global: '' },
    stdio: ['ignore', 2, 2],
    shell: !isNpm && process.platform === 'win32',
  });
  // An npm that outlives us (kill -9) still holds the lock.
  hold(`${child.pid}-npm`);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  }).finally(() => drop(`${child.pid}-npm`));
}

/**
 * Runs the Node that node_modules brings.
 * @param {string[]} args
 * @param {import('node:child_process').StdioOptions} stdio
 */
function runOwn(args, stdio) {
  const options = { encoding: /** @type {const} */ ('utf8'), stdio, shell: process.platform === 'win32' };
  return spawnSync(join(modules, '.bin', 'node'), args, options);
}

/** The version of the Node that the next script runs: npm puts node_modules/.bin first on the path. */
function ownVersion() {
  const own = runOwn(['-v'], 'pipe');
  return own.status === 0 ? own.stdout.trim() : process.version;
}

function checkNode() {
  const version = ownVersion();
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 22)) return;
  throw new ReadyError(
    `needs Node 22.22 or newer, this is ${version}`,
    'the package that brings Node 24 could not run its install script; npm rebuild node',
  );
}

// ── one at a time ────────────────────────────────────────────────────────────────────────────
//
// The lock is a folder that holds one file for each process that works under it, named by its number.
// It is made elsewhere and renamed into place, which fails while any file is in the other one. The
// dead are removed by their own file names, so that two who find one dead cannot take away a third
// one's fresh lock.

const held = new Set();

/** @param {() => Promise<void>} work */
async function underLock(work) {
  const name = `${process.pid}-${Date.now()}`;
  await take(name);
  held.add(name);
  const beat = setInterval(touchHeld, beatMs);
  const release = () => drop(name);
  process.once('SIGINT', leave).once('SIGTERM', leave).once('exit', release);
  try {
    await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release).off('SIGINT', leave).off('SIGTERM', leave);
    release();
  }
}

function leave() {
  process.exit(130);
}

/** @param {string} name */
async function take(name) {
  const mine = `${lock}.${name}`;
  sweep();
  mkdirSync(mine);
  writeFileSync(join(mine, name), '');
  const until = Date.now() + patienceMs;
  for (let waited = false; !tryRename(mine); waited = true) {
    if (!waited) say('waiting for another run that is installing');
    if (Date.now() > until) {
      rmSync(mine, { recursive: true, force: true });
      throw new ReadyError(
        'another run has been installing for too long',
        `remove the folder ${basename(lock)}`,
      );
    }
    for (const owner of owners()) if (isDead(owner)) drop(owner);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** @param {string} mine */
function tryRename(mine) {
  try {
    renameSync(mine, lock);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(code) && existsSync(lock)) return false;
    if (existsSync(mine)) return false;
    throw error;
  }
}

/** Removes what others left behind who were killed while they waited. */
function sweep() {
  for (const name of readdirSync(root)) {
    if (!name.startsWith(`${basename(lock)}.`)) continue;
    if (isGone(name.slice(basename(lock).length + 1)))
      rmSync(join(root, name), { recursive: true, force: true });
  }
}

function owners() {
  try {
    return readdirSync(lock);
  } catch {
    return [];
  }
}

/** Dead: no such process, or (a number used again, another machine) no sign of life for two minutes.
 * @param {string} owner */
function isDead(owner) {
  const seen = statSync(join(lock, owner), { throwIfNoEntry: false });
  return isGone(owner) || (seen !== undefined && Date.now() - seen.mtimeMs > staleMs);
}

/** @param {string} owner */
function isGone(owner) {
  try {
    process.kill(Number(owner.split('-')[0]), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** @param {string} owner */
function drop(owner) {
  held.delete(owner);
  rmSync(join(lock, owner), { force: true });
  try {
    rmdirSync(lock);
  } catch {
    // Already gone, or already another owner's.
  }
}

/** @param {string} name */
function hold(name) {
  writeFileSync(join(lock, name), '');
  held.add(name);
}

function touchHeld() {
  for (const name of held) {
    try {
      utimesSync(join(lock, name), new Date(), new Date());
    } catch {
      // Another process took us for dead; nothing is lost, because the stamp is checked again.
    }
  }
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`cryptochat: ${text}\n`);
}

try {
  await main();
} catch (error) {
  const hint = error instanceof ReadyError ? error.hint : undefined;
  say(`error: ${error instanceof Error ? error.message : String(error)}`);
  if (hint) say(`hint: ${hint}`);
  process.exitCode = 1;
}
