import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from './support/temp-home.ts';

/** Runs the test files of a folder, each of which may take three seconds. */
async function runIn(folder: string): Promise<{ readonly code: number | null; readonly said: string }> {
  const vitest = resolve('node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--globals', '--root', folder, `--reporter=${resolve('scripts/end-hung.ts')}`];
  const env = { ...process.env, HUNG_AFTER_MS: '3000', SLOW: '0' };
  return new Promise((done) => {
    const child = execFile(process.execPath, args, { env }, (_, out, said) =>
      done({ code: child.exitCode, said: said + out }),
    );
  });
}

test.skipIf(process.platform !== 'linux')(
  'a test file whose loop stands still is named, and fails instead of keeping everything waiting',
  async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(
      join(folder, 'still.test.js'),
      "test('stands still', async () => { for (;;) await 0; });",
    );
    const { code, said } = await runIn(folder);
    expect(code).toBe(1);
    expect(said).toMatch(
      /still\.test\.js has taken more than 0\.05 minutes and is ended; not over: "stands still"/,
    );
  },
);
