import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
/** More than the whole suite has on disk at any moment. */
const enough = 2 * 2 ** 30;

/**
 * Lets temporary folders lie in memory where the system has some for it, as nearly every test waits for syncs and only a few are
 * about the disk; for these DISK_TMPDIR says where it is. Called before the workers start, which inherit the environment.
 */
export function putFoldersInMemory(): void {
  process.env['DISK_TMPDIR'] ??= tmpdir();
  if (isRoomy() && runsPrograms()) process.env['TMPDIR'] = memory;
}

function isRoomy(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > enough;
  } catch {
    return false;
  }
}

/** In many containers it is mounted without the right to. */
function runsPrograms(): boolean {
  try {
    const folder = mkdtempSync(join(memory, 'cc-'));
    try {
      const program = join(folder, 'program');
      writeFileSync(program, '#!/bin/sh\nexit 7\n', { mode: 0o700 });
      return spawnSync(program).status === 7;
    } finally {
      rmSync(folder, { recursive: true });
    }
  } catch {
    return false;
  }
}
