import { putFoldersInMemory } from './__tests__/support/memory.ts';
import { ownInkModulesInTests } from './scripts/ink-modules.mjs';
import { defineConfig } from 'vitest/config';

// Terminals in tests behave like a person's, on a build machine too: Ink stops drawing frames when it sees CI.
// Vitest itself has read CI before this file is loaded (there it refuses to write new snapshots), and the
// workers inherit what is left.
for (const name of ['CI', 'CONTINUOUS_INTEGRATION', 'NO_COLOR', 'FORCE_COLOR', 'CRYPTOCHAT_HOME']) {
  Reflect.deleteProperty(process.env, name);
}

putFoldersInMemory();

const timeouts = { testTimeout: 120_000, hookTimeout: 60_000 };
const patient = { testTimeout: 300_000, hookTimeout: 120_000 };
const long = ['__tests__/journeys/**/*.test.{ts,tsx}', '__tests__/attack/**/*.test.{ts,tsx}'];

export default defineConfig({
  plugins: [ownInkModulesInTests],
  test: {
    server: { deps: { inline: ['ink', 'ink-testing-library'] } },
    pool: 'forks',
    // One more than there are cores on the smallest machine: most journeys wait most of the time.
    maxWorkers: 3,
    globals: false,
    passWithNoTests: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['__tests__/**/*.test.{ts,tsx}'],
          exclude: long,
          ...timeouts,
        },
      },
      { extends: true, test: { name: 'journeys', include: long, ...patient } },
    ],
  },
});
