// Writes npm-shrinkwrap.json for the tarball: of package-lock.json what runs, without what only builds and tests. A checkout
// must not keep it: npm would take it for the lock. `node scripts/shrinkwrap.mjs [--remove]`

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const lock = new URL('../package-lock.json', import.meta.url);
const shrinkwrap = fileURLToPath(new URL('../npm-shrinkwrap.json', import.meta.url));

/** The text of npm-shrinkwrap.json. */
export function shrinkwrapText() {
  const { packages, ...rest } = JSON.parse(readFileSync(lock, 'utf8'));
  const entries = Object.entries(packages).filter(([, entry]) => !entry.dev && !entry.devOptional);
  const kept = entries.map(([path, entry]) => [path, path === '' ? withoutDev(entry) : entry]);
  return `${JSON.stringify({ ...rest, packages: Object.fromEntries(kept) }, null, 2)}\n`;
}

/** @param {Record<string, unknown>} entry */
function withoutDev(entry) {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => name !== 'devDependencies'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--remove')) rmSync(shrinkwrap, { force: true });
  else writeFileSync(shrinkwrap, shrinkwrapText());
}
