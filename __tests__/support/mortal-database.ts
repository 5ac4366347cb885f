import type { Database } from '../../source/store/database.ts';

/** Ends a client in the middle of whatever it does. */
export class Crash extends Error {}

/** How many SQL statements a client lives, and whether the last of them is still done. */
export type Life = { readonly statements: number; readonly lastIsDone: boolean };

/** A database whose client may die at a statement, or come upon a bug there. */
export type MortalDatabase = {
  readonly database: Database;
  /** From now on so many statements. */
  readonly live: (life: Life) => void;
  /** The statement that is so many from now throws once what no ChatError is, and everything goes on. */
  readonly stumble: (statements: number) => void;
  /** The statements that there were since it was opened. */
  readonly statements: () => readonly string[];
};

/** Makes an open database mortal; it lives for ever until it is told otherwise. */
export function makeMortal(opened: Database): MortalDatabase {
  const ran: string[] = [];
  let end = { at: Infinity, lastIsDone: false };
  let bugAt = Infinity;
  const live = <Answer>(sql: string, statement: () => Answer): Answer => {
    const done = ran.push(sql);
    if (done > end.at || (done === end.at && !end.lastIsDone)) throw new Crash('the end');
    if (done === bugAt) throw new Error('a bug');
    const answer = statement();
    if (done === end.at) throw new Crash('the end');
    return answer;
  };
  return {
    database: {
      run: (sql, values) => live(sql, () => opened.run(sql, values)),
      get: (sql, values) => live(sql, () => opened.get(sql, values)),
      all: (sql, values) => live(sql, () => opened.all(sql, values)),
      remembered: opened.remembered,
      close: () => opened.close(),
    },
    live: ({ statements, lastIsDone }) => void (end = { at: ran.length + statements, lastIsDone }),
    stumble: (statements) => void (bugAt = ran.length + statements),
    statements: () => ran,
  };
}
