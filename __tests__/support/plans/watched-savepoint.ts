import type * as Commit from '../../../source/store/commit.ts';
import { ChatError } from '../../../source/core/errors.ts';
import { Crash } from '../mortal-database.ts';

let bugs: string[] = [];

/** From now on the bugs that a savepoint swallows are written down here. */
export function noteBugsIn(list: string[]): void {
  bugs = list;
}

/** The real module; but a bug in one file, which only puts that file away, is written down. */
export function watchSavepoint(commit: typeof Commit): typeof Commit {
  return {
    ...commit,
    savepoint: (database, work, bug) => {
      const watched = async (): Promise<boolean> => {
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof ChatError) && !(error instanceof Crash)) bugs.push(String(error));
          throw error;
        }
      };
      return commit.savepoint(database, watched, bug);
    },
  };
}
