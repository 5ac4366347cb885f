import { describe, expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import { commit, savepoint } from '../../source/store/commit.ts';
import type { Database } from '../../source/store/database.ts';
import { readSetting, writeSetting } from '../../source/store/settings.ts';
import { tempDatabase } from '../support/temp-database.ts';

function write(database: Database, value: string): void {
  writeSetting(database, 'name', value);
}

async function withName(name: string): Promise<Database> {
  const database = await tempDatabase();
  write(database, name);
  return database;
}

describe('a commit', () => {
  test('writes everything and returns what the work returns', async () => {
    const database = await withName('before');
    const answer = await commit(database, async () => {
      write(database, 'one');
      await Promise.resolve();
      writeSetting(database, 'registration-id', 'two');
      return 3;
    });
    expect(answer).toBe(3);
    expect([readSetting(database, 'name'), readSetting(database, 'registration-id')]).toEqual(['one', 'two']);
  });

  test('writes nothing when the work throws, and throws the same error', async () => {
    const database = await withName('before');
    const bug = new Error('bug');
    const work = commit(database, async () => {
      write(database, 'after');
      await Promise.resolve();
      throw bug;
    });
    await expect(work).rejects.toBe(bug);
    expect(readSetting(database, 'name')).toBe('before');
    await commit(database, () => write(database, 'later'));
    expect(readSetting(database, 'name')).toBe('later');
  });

  test('does not begin inside another, which continues', async () => {
    const database = await withName('before');
    await commit(database, async () => {
      write(database, 'outer');
      await expect(commit(database, () => write(database, 'inner'))).rejects.toThrow('transaction');
    });
    expect(readSetting(database, 'name')).toBe('outer');
  });

  test('refuses what breaks a reference', async () => {
    const database = await withName('before');
    const work = commit(database, () => {
      write(database, 'after');
      database.run('INSERT INTO sessions VALUES (4711, 1, 1, ?)', [Uint8Array.of(1)]);
    });
    await expect(work).rejects.toThrow('FOREIGN KEY');
    expect(readSetting(database, 'name')).toBe('before');
  });
});

describe('a full disk', () => {
  const large = 'x'.repeat(500_000);

  async function almostFull(): Promise<Database> {
    const database = await withName('before');
    const { pages } = database.get<{ pages: number }>('SELECT page_count AS pages FROM pragma_page_count')!;
    database.run(`PRAGMA max_page_count = ${pages + 10}`);
    return database;
  }

  async function expectFull(work: Promise<unknown>): Promise<void> {
    await expect(work).rejects.toBeInstanceOf(ChatError);
    await expect(work).rejects.toMatchObject({ code: 'disk-full' });
  }

  test('is reported, and nothing has changed', async () => {
    const database = await almostFull();
    await expectFull(
      commit(database, () => {
        write(database, 'after');
        writeSetting(database, 'registration-id', large);
      }),
    );
    expect(readSetting(database, 'name')).toBe('before');
    expect(() => readSetting(database, 'registration-id')).toThrow('never written');
  });

  test('does not keep small writes from succeeding', async () => {
    const database = await almostFull();
    await expectFull(commit(database, () => write(database, large)));
    await commit(database, () => write(database, 'after'));
    expect(readSetting(database, 'name')).toBe('after');
  });

  test('inside a savepoint ends the whole commit', async () => {
    const database = await almostFull();
    await expectFull(
      commit(database, async () => {
        write(database, 'after');
        const fill = (): Promise<boolean> => {
          write(database, large);
          return Promise.resolve(true);
        };
        await savepoint(database, fill, expectNone);
        write(database, 'much later');
      }),
    );
    expect(readSetting(database, 'name')).toBe('before');
  });

  test('is over when there is room again', async () => {
    const database = await almostFull();
    await expectFull(commit(database, () => write(database, large)));
    database.run('PRAGMA max_page_count = 100000');
    await commit(database, () => write(database, large));
    expect(readSetting(database, 'name')).toBe(large);
  });
});

/** The thrown error is not a bug of one file. */
function expectNone(bug: unknown): never {
  throw bug;
}

describe('a savepoint', () => {
  const bugs: unknown[] = [];

  async function inTheMiddle(work: (database: Database) => Promise<boolean>): Promise<[boolean, string[]]> {
    const database = await withName('before');
    const good = await commit(database, async () => {
      writeSetting(database, 'registration-id', 'first');
      const answer = await savepoint(
        database,
        () => work(database),
        (bug) => bugs.push(bug),
      );
      writeSetting(database, 'next-prekey-id', 'last');
      return answer;
    });
    const kept = (['registration-id', 'name', 'next-prekey-id'] as const).map((key) =>
      readSetting(database, key),
    );
    return [good, kept];
  }

  test('keeps what successful work wrote', async () => {
    const [good, kept] = await inTheMiddle((database) => {
      write(database, 'middle');
      return Promise.resolve(true);
    });
    expect([good, kept]).toEqual([true, ['first', 'middle', 'last']]);
  });

  test('takes back its own part when the work returns false', async () => {
    const [good, kept] = await inTheMiddle((database) => {
      write(database, 'middle');
      return Promise.resolve(false);
    });
    expect([good, kept]).toEqual([false, ['first', 'before', 'last']]);
  });

  test('takes back its own part when the work throws', async () => {
    const [good, kept] = await inTheMiddle(async (database) => {
      write(database, 'middle');
      await Promise.resolve();
      throw new Error('one bad file');
    });
    expect([good, kept]).toEqual([false, ['first', 'before', 'last']]);
    expect(bugs.splice(0)).toEqual([new Error('one bad file')]);
  });

  test('reports a bug after taking its part back, so later writes stay', async () => {
    const database = await withName('before');
    const work = (): Promise<boolean> => {
      write(database, 'middle');
      throw new TypeError('a bug');
    };
    await commit(database, () => savepoint(database, work, () => write(database, 'noted')));
    expect(readSetting(database, 'name')).toBe('noted');
  });

  test('stands for itself, many in a row', async () => {
    const database = await withName('before');
    await commit(database, async () => {
      for (let round = 0; round < 50; round += 1) {
        const one = (): Promise<boolean> => {
          write(database, String(round));
          return Promise.resolve(round % 7 === 0);
        };
        await savepoint(database, one, expectNone);
      }
    });
    expect(readSetting(database, 'name')).toBe('49');
  });
});

test('a disk that fails inside a savepoint ends the whole commit, and is not blamed on the file being read', async () => {
  const database = await withName('before');
  const work = commit(database, async () => {
    write(database, 'after');
    const fail = (): Promise<boolean> => {
      database.run('PRAGMA query_only = ON');
      write(database, 'failing');
      return Promise.resolve(true);
    };
    await savepoint(database, fail, expectNone);
  });
  await expect(work).rejects.toMatchObject({ code: 'disk-failed' });
  database.run('PRAGMA query_only = OFF');
  expect(readSetting(database, 'name')).toBe('before');
});
