#!/usr/bin/env node
// The `cryptochat` command. Plain JavaScript that an old Node can still read, because its first
// duty is to say so when Node is too old for everything behind it.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** @param {string} error @param {string} hint */
function refuse(error, hint) {
  process.stderr.write(`cryptochat: error: ${error}\ncryptochat: hint: ${hint}\n`);
  process.exitCode = 1;
}

/** @param {unknown} error */
function isNotBuilt(error) {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}

if (major < 22 || (major === 22 && minor < 22)) {
  refuse(
    `needs Node 22.22 or newer, this is ${process.version}`,
    'install a current Node, or use `npm start` in a checkout, which brings its own',
  );
} else {
  const entry = new URL('../dist/cli.js', import.meta.url);
  await import(entry.href).catch((error) => {
    if (!isNotBuilt(error) || !error.message.includes('cli.js')) throw error;
    refuse('this checkout is not built', 'node scripts/ready.mjs');
  });
}
