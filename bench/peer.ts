import { accessSync, constants } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { InTerminal } from '../__tests__/support/pty.ts';

/** One of the two people who write to each other: `a` sends. */
export type Person = 'a' | 'b';

/** A messenger that takes the measures of bench/peers.ts: two people on this machine who know each other. */
export type Peer = {
  readonly name: string;
  /** Opens the program of a person in a terminal of 80 × 24. */
  readonly open: (person: Person) => InTerminal;
  /** Brings both open programs into their conversation. */
  readonly meet: (a: InTerminal, b: InTerminal) => Promise<void>;
  /** Writes each line as a message of its own, as fast as the program takes them. */
  readonly write: (a: InTerminal, lines: readonly string[]) => Promise<unknown>;
  /** Ends a program as a person does. */
  readonly leave: (screen: InTerminal) => Promise<unknown>;
  /** The other processes that are at work: A's own ones, and the rest. */
  readonly helpers: () => Promise<{ readonly ofA: readonly number[]; readonly rest: readonly number[] }>;
  /** The texts that B has kept, once both programs have ended. */
  readonly kept: () => Promise<string>;
  readonly end: () => Promise<unknown>;
};

/** A messenger that may be here: the programs that it needs, and how to set it up in an empty folder. */
export type PeerKind = {
  readonly name: string;
  readonly programs: readonly string[];
  readonly make: (folder: string) => Promise<Peer>;
};

/** The programs of a list that are nowhere in PATH. */
export function missing(programs: readonly string[]): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return programs.filter((program) => !folders.some((folder) => isProgram(join(folder, program))));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Types a command and Enter, which ends the program; one that does not end within 5 s is killed. */
export async function leaveBy(screen: InTerminal, command: string): Promise<void> {
  screen.type(`${command}\r`);
  await Promise.race([screen.exited, pause(5000)]);
  screen.kill('SIGKILL');
  await screen.exited;
}

/** Writes greetings until one is read, because a first message may be lost while both sides are still getting to know each other. */
export async function greet(a: InTerminal, b: InTerminal): Promise<void> {
  for (let count = 1; count <= 10; count += 1) {
    const text = `greeting ${count}`;
    a.type(text);
    await a.sees(text);
    a.type('\r');
    if (
      await b.sees(text, 5000).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`the other one reads nothing:\n${a.screen()}\n${b.screen()}`);
}

/** Lines that are typed ahead of what the program has drawn: fewer than its window has, and less than a terminal's buffer takes. */
const ahead = 10;

/** Types lines with Enter behind each, some at a time, as fast as the program draws them. */
export async function typeLines(screen: InTerminal, lines: readonly string[]): Promise<void> {
  for (let at = 0; at < lines.length; at += ahead) {
    const some = lines.slice(at, at + ahead);
    screen.type(some.map((line) => `${line}\r`).join(''));
    await screen.drawn('what was typed', () => screen.screen().includes(some.at(-1) ?? ''));
  }
}

/** The text of all files below a folder. */
export async function textBelow(folder: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFile(join(file.parentPath, file.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}
