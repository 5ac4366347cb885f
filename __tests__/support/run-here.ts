import { randomUUID } from 'node:crypto';
import { createReadStream, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import meow from 'meow';
import about from '../../package.json' with { type: 'json' };
import { startCommand, type Surroundings } from '../../source/commands/invocation.ts';
import { checkCommandLine, flagTypes, withDashes } from '../../source/cli/parse.ts';
import { tellFailure } from '../../source/cli/run.ts';
import type { Ran } from './ran.ts';
import { listenerProgram } from './pty.ts';

// As the program does before anything else (cli/run.ts).
process.umask(0o077);

/**
 * Runs a command in this process to its end, with `input` on standard input: its words and its exit code are those of the
 * program, which takes half a second to load. A listener that it starts is the built one. A terminal and
 * signals are missing: only a process has them.
 */
export async function runHere(args: readonly string[], input = ''): Promise<Ran> {
  const [stdout, stderr] = [collector(), collector()];
  const fd = holding(input);
  const stdin = createReadStream('', { fd });
  // Standard input has another number here.
  const words = args.map((word, at) => (args[at - 1] === '--passphrase-fd' && word === '0' ? `${fd}` : word));
  const code = await carryOut(words, {
    version: about.version,
    program: listenerProgram,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    env: {},
    signal: new AbortController().signal,
  });
  stdin.destroy();
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

/** A descriptor from which `text` can be read. */
function holding(text: string): number {
  const path = join(tmpdir(), `cc-input-${randomUUID()}`);
  writeFileSync(path, text);
  const fd = openSync(path, 'r');
  rmSync(path);
  return fd;
}

async function carryOut(args: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    const { entry, words, flags } = checkCommandLine(() => parse(args));
    const chosen = { load: entry.load, homeless: entry.homeless ?? false, words, flags };
    return (await startCommand(chosen, surroundings)) ?? 0;
  } catch (error) {
    const { text, exit } = await tellFailure(error);
    surroundings.stderr.write(text);
    return exit;
  }
}

/** Reads a command line as cli/main.ts does. */
function parse(args: readonly string[]): ReturnType<typeof meow<typeof flagTypes>> {
  return meow({
    importMeta: import.meta,
    pkg: { name: about.name, version: about.version },
    argv: withDashes(args),
    flags: flagTypes,
    booleanDefault: undefined,
    autoHelp: false,
    autoVersion: false,
  });
}

/** Keeps what is written to it. */
function collector(): Writable & { readonly text: () => string } {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(part: Buffer, _, done) {
      parts.push(part);
      done();
    },
  });
  return Object.assign(stream, { text: () => Buffer.concat(parts).toString('utf8') });
}
