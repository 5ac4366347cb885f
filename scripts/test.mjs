// `npm test [-- FILTER …]`: build, types, lint, format and the tests; all of them run, whatever fails.
// `npm run check`: types, lint and format only.
// The last line is `N passed, N failed, N skipped`: each check counts as one, each test as one.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const checks = {
  types: ['tsc', '--noEmit', '--pretty', 'false'],
  lint: ['oxlint'],
  format: ['prettier', '--check', '--log-level=warn', '.'],
};

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

async function main() {
  const args = process.argv.slice(2);
  const onlyChecks = args[0] === '--check';
  const counts = [];
  for (const [name, command] of Object.entries(onlyChecks ? checks : { build: buildCommand, ...checks })) {
    counts.push(await runCheck(name, command));
  }
  if (!onlyChecks) counts.push(await runTests(args));
  const total = counts.reduce(add);
  process.exitCode = total.failed > 0 ? 1 : 0;
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
}

const buildCommand = [process.execPath, 'scripts/build.mjs'];

/** @param {string} name @param {string[]} command @returns {Promise<Count>} */
async function runCheck(name, command) {
  const start = performance.now();
  const code = await run(command);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? ' ✓' : ' ✗'} ${name} (${seconds} s)\n`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** @param {string[]} filters @returns {Promise<Count>} */
async function runTests(filters) {
  const folder = mkdtempSync(join(tmpdir(), 'cryptochat-test-'));
  const file = join(folder, 'report.json');
  try {
    const reporters = [
      '--reporter=default',
      '--reporter=json',
      '--reporter=./scripts/end-hung.ts',
      `--outputFile.json=${file}`,
    ];
    const code = await run(['vitest', 'run', ...reporters, ...filters]);
    return count(file, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that cannot be loaded has no tests to count, and an error outside of any test no place: each is a failure.
 * @param {string} file @param {number} code @returns {Count} */
function count(file, code) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'));
    const unloaded = report.testResults.filter(
      (/** @type {{ status: string, assertionResults: { status: string }[] }} */ one) =>
        one.status === 'failed' && one.assertionResults.every((test) => test.status !== 'failed'),
    ).length;
    const failed = report.numFailedTests + unloaded;
    return {
      passed: report.numPassedTests,
      failed: failed === 0 && code !== 0 ? 1 : failed,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** @param {string[]} command @returns {Promise<number>} */
function run([name = '', ...args]) {
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  const child = spawn(name, args, {
    cwd: root,
    env: { ...process.env, PATH: path },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stdout.write(`${name}: ${error.message}\n`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** @param {Count} a @param {Count} b @returns {Count} */
function add(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

await main();
