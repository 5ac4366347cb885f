import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import { openDatabase } from '../../source/store/database.ts';
import { migrations } from '../../source/store/migrations.ts';
import { readSetting, writeSetting } from '../../source/store/settings.ts';
import { makeOldDatabase } from '../support/old-database.ts';
import { randomKey, tempDatabase } from '../support/temp-database.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const key = randomKey();
const holder = fileURLToPath(new URL('../support/hold-database.ts', import.meta.url));

async function newFile(): Promise<string> {
  return join(await tempFolder(), 'chat.db');
}

/** A closed database with one setting in it. */
async function filled(): Promise<string> {
  const file = await newFile();
  const database = openDatabase(file, key);
  writeSetting(database, 'name', 'alice');
  database.close();
  return file;
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'nothing thrown';
  } catch (error) {
    return error instanceof ChatError ? error.code : String(error);
  }
}

describe('opening', () => {
  test('makes the schema, and finds what was written before', async () => {
    const database = openDatabase(await filled(), key);
    expect(readSetting(database, 'name')).toBe('alice');
    expect(database.get('PRAGMA user_version')).toEqual({ user_version: migrations.length });
    expect(database.get('PRAGMA foreign_key_check')).toBeUndefined();
    database.close();
  });

  test('takes back a failing migration completely', async () => {
    const file = await newFile();
    makeOldDatabase(file, key, 0, 'CREATE TABLE seen (hash BLOB)');
    // Any remains of the first try would make the second fail.
    expect(codeOf(() => openDatabase(file, key))).toContain('table seen already exists');
    expect(codeOf(() => openDatabase(file, key))).toContain('table seen already exists');
  });

  test('refuses a database of a newer program and leaves it unchanged', async () => {
    const file = await filled();
    const newer = openDatabase(file, key);
    newer.run('PRAGMA user_version = 4711');
    newer.close();
    expect(codeOf(() => openDatabase(file, key))).toBe('database-newer');
    expect(codeOf(() => openDatabase(file, key))).toBe('database-newer');
  });

  test('works many times, with closing in between', async () => {
    const file = await filled();
    for (let round = 0; round < 20; round += 1) {
      const database = openDatabase(file, key);
      writeSetting(database, 'name', String(round));
      database.close();
    }
    const database = openDatabase(file, key);
    expect(readSetting(database, 'name')).toBe('19');
    database.close();
  });
});

describe('every open', () => {
  test.each([
    ['synchronous', 2],
    ['journal_mode', 'wal'],
    ['locking_mode', 'exclusive'],
    ['foreign_keys', 1],
    ['secure_delete', 1],
    ['trusted_schema', 0],
  ])('has %s = %s', async (pragma, value) => {
    const file = await filled();
    for (let round = 0; round < 2; round += 1) {
      const database = openDatabase(file, key);
      expect(database.get(`PRAGMA ${pragma}`)).toEqual({ [pragma]: value });
      database.close();
    }
  });

  test('writes no file that reveals the schema', async () => {
    const file = await filled();
    expect((await readFile(file)).subarray(0, 15).toString('latin1')).not.toBe('SQLite format 3');
  });
});

describe('a damaged database', () => {
  test('a wrong key', async () => {
    const file = await filled();
    expect(codeOf(() => openDatabase(file, randomKey()))).toBe('database-damaged');
    openDatabase(file, key).close();
  });

  test('prints nothing to stderr', async () => {
    const child = spawn(process.execPath, [holder, await filled(), '00'.repeat(32)], { stdio: 'pipe' });
    const said = await text(child.stderr);
    expect(said).toContain('ChatError');
    expect(said).not.toContain('sqlcipher');
  });

  test('a file that is something else', async () => {
    const file = await newFile();
    await writeFile(file, 'x'.repeat(8192));
    expect(codeOf(() => openDatabase(file, key))).toBe('database-damaged');
  });

  test('a flipped bit on the first page', async () => {
    const file = await filled();
    await flip(file, 100);
    expect(codeOf(() => openDatabase(file, key))).toBe('database-damaged');
  });

  test('a file that was cut short', async () => {
    const file = await filled();
    await truncate(file, 4096 * 3);
    expect(codeOf(() => readAll(file))).toBe('database-damaged');
  });

  test('a flipped bit on any later page shows when that page is read', async () => {
    const file = await filled();
    const { length } = await readFile(file);
    for (let page = 1; page < length / 4096; page += 1) await flip(file, page * 4096 + 2000);
    expect(codeOf(() => readAll(file))).toBe('database-damaged');
  });
});

function readAll(file: string): void {
  const database = openDatabase(file, key);
  try {
    for (const { name } of database.all<{ name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table'",
    )) {
      database.all(`SELECT * FROM ${name}`);
    }
  } finally {
    database.close();
  }
}

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

describe('one client at a time', () => {
  test('refuses a second open in the same process', async () => {
    const file = await filled();
    const first = openDatabase(file, key);
    expect(codeOf(() => openDatabase(file, key))).toBe('home-busy');
    writeSetting(first, 'name', 'still there');
    first.close();
    const second = openDatabase(file, key);
    expect(readSetting(second, 'name')).toBe('still there');
    second.close();
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'refuses another process, until it ends by %s',
    async (signal) => {
      const file = await filled();
      const child = spawn(process.execPath, [holder, file, Buffer.from(key).toString('hex')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child.stdout, 'data');
      expect(codeOf(() => openDatabase(file, key))).toBe('home-busy');
      child.kill(signal);
      const database = await until('the lock is free', () => openDatabase(file, key));
      expect(readSetting(database, 'name')).toBe('written by the other');
      database.close();
    },
  );

  test('a stopped process still holds it', async () => {
    const file = await filled();
    const child = spawn(process.execPath, [holder, file, Buffer.from(key).toString('hex')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    child.kill('SIGSTOP');
    expect(codeOf(() => openDatabase(file, key))).toBe('home-busy');
  });
});

describe('values', () => {
  test.each([
    ['the largest number', 2 ** 53 - 1],
    ['zero', 0],
    ['a text with a zero byte', 'a\0b'],
    ['an empty text', ''],
    ['a text outside of the first plane', '𝒜🦊'],
    ['nothing', null],
  ])('%s comes out as it went in', async (_, value) => {
    const database = await tempDatabase();
    expect(database.get('SELECT ? AS value', [value])).toEqual({ value });
  });

  test('bytes come out as they went in', async () => {
    const database = await tempDatabase();
    const row = database.get<{ value: Uint8Array<ArrayBuffer> }>('SELECT ? AS value', [
      Uint8Array.of(0, 255, 0),
    ]);
    expect([...(row?.value ?? [])]).toEqual([0, 255, 0]);
  });

  test('a part of a larger buffer is only that part', async () => {
    const database = await tempDatabase();
    const row = database.get<{ value: string }>('SELECT hex(?) AS value', [
      Uint8Array.of(1, 2, 3, 4, 5).subarray(1, 3),
    ]);
    expect(row).toEqual({ value: '0203' });
  });
});
