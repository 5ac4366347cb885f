#!/usr/bin/env node
// The `cryptochat` command. Plain JavaScript that an old Node can still read, because its first
// duty is to say so when Node is too old for everything behind it.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Otherwise Node opens a debugger for this signal. source/session/home/refuse-debuggers.ts closes one that was opened earlier.
process.on('SIGUSR1', () => undefined);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const entry = new URL('../dist/cli.js', import.meta.url);
const ready = fileURLToPath(new URL('./ready.mjs', import.meta.url));

if (major < 22 || (major === 22 && minor < 22)) {
  refuse(
    `needs Node 22.22 or newer, this is ${process.version}`,
    'install a current Node, or use `npm start` in a checkout, which brings its own',
  );
} else if (existsSync(entry) || makeReady()) {
  await import(entry.href);
} else {
  refuse('this copy is not built', 'npm ci && npm run build');
}

/** A checkout that was linked (`npm install --global .`) and never built; a published package has no ready.mjs. */
function makeReady() {
  if (!existsSync(ready)) return false;
  spawnSync(process.execPath, [ready], { stdio: ['ignore', 2, 2] });
  return existsSync(entry);
}

/** @param {string} error @param {string} hint */
function refuse(error, hint) {
  process.stderr.write(`cryptochat: error: ${error}\ncryptochat: hint: ${hint}\n`);
  process.exitCode = 1;
}
