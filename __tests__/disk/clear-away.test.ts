import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clearAway, renameOver } from '../../source/disk/clear-away.ts';
import { tempFolder } from '../support/temp-home.ts';

/** Runs a call as a user bound by file modes, unlike root. Returns what went wrong. */
async function asUser(folder: string, call: string): Promise<string> {
  const sources = await tempFolder();
  for (const name of ['clear-away.ts', 'files.ts'])
    await copyFile(join('source/disk', name), join(sources, name));
  const program = join(sources, 'program.ts');
  await writeFile(program, `import { clearAway, renameOver } from './clear-away.ts'; await ${call};`);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) spawnSync('chown', ['-R', '65534:65534', folder, sources]);
  const user = isRoot && { uid: 65534, gid: 65534 };
  const { stderr } = spawnSync(process.execPath, ['--no-warnings', program], { cwd: sources, ...user });
  return stderr.toString();
}

test('removes unreadable folders with everything in them, and links without their targets', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'gone', 'deep', 'deeper'), { recursive: true });
  await mkdir(join(folder, 'stays'));
  await writeFile(join(folder, 'gone', 'deep', 'file'), 'x');
  await writeFile(join(folder, 'stays', 'file'), 'x');
  await symlink(join(folder, 'stays'), join(folder, 'gone', 'link'));
  spawnSync('chmod', ['000', join(folder, 'gone', 'deep', 'deeper')]);
  spawnSync('chmod', ['000', join(folder, 'gone', 'deep')]);
  spawnSync('chmod', ['000', join(folder, 'gone')]);
  expect(await asUser(folder, `clearAway(${JSON.stringify(join(folder, 'gone'))})`)).toBe('');
  expect(await readdir(folder)).toEqual(['stays']);
  expect(await readdir(join(folder, 'stays'))).toEqual(['file']);
  await clearAway(join(folder, 'gone'));
});

test('a file gets the name of a folder that is in the way', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'name', 'deep'), { recursive: true });
  await writeFile(join(folder, 'part'), 'x');
  spawnSync('chmod', ['000', join(folder, 'name', 'deep')]);
  spawnSync('chmod', ['000', join(folder, 'name')]);
  const [part, name] = [join(folder, 'part'), join(folder, 'name')].map((path) => JSON.stringify(path));
  expect(await asUser(folder, `renameOver(${part}, ${name})`)).toBe('');
  expect(await readdir(folder)).toEqual(['name']);
  await expect(renameOver(join(folder, 'none'), join(folder, 'name'))).rejects.toThrow('ENOENT');
});
