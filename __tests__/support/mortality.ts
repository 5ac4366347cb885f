import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import Sqlcipher from '@signalapp/sqlcipher';
import { onTestFinished } from 'vitest';
import { Crash } from './mortal-client.ts';

/** Ends this process in the middle of whatever it does, as far as disk and database can tell. */
export type Mortality = {
  /** Runs `work`, of which only the first `steps` on disk and database are done; answers whether it came to its end. */
  readonly live: (steps: number, work: () => Promise<unknown>) => Promise<boolean>;
};

type Method = (...args: unknown[]) => unknown;

/** The steps: SQL, and calls that change names and files. Closing is none: a process that ends closes everything. */
const places: ReadonlyArray<readonly [target: object, names: readonly string[]]> = [
  [Sqlcipher.prototype, ['prepare', 'exec', 'pragma']],
  [fs, ['open', 'link', 'rename', 'rm', 'mkdir', 'chmod']],
];

/** Wraps every step until the test is over: after the last one that is lived, none is done any more. */
export function makeMortal(): Mortality {
  let left = Infinity;
  const undo: Array<() => void> = [];
  for (const [target, names] of places) {
    const methods = target as Record<string, Method>;
    for (const name of names) {
      const real = methods[name]!;
      methods[name] = function step(this: unknown, ...args) {
        left -= 1;
        if (left < 0) throw new Crash('the end');
        return real.apply(this, args);
      };
      undo.push(() => void (methods[name] = real));
    }
  }
  syncBuiltinESMExports();
  onTestFinished(() => {
    for (const one of undo) one();
    syncBuiltinESMExports();
  });
  return {
    async live(steps, work) {
      left = steps;
      try {
        await work();
        return true;
      } catch (error) {
        if (left >= 0) throw error;
        return false;
      } finally {
        left = Infinity;
      }
    },
  };
}
