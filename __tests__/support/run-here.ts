import { Readable, Writable } from 'node:stream';
import meow from 'meow';
import about from '../../package.json' with { type: 'json' };
import { startCommand, type Surroundings } from '../../source/commands/invocation.ts';
import { checkCommandLine, flagTypes } from '../../source/commands/parse.ts';
import { tellFailure } from '../../source/commands/run.ts';
import type { Ran } from './ran.ts';
import { listenerProgram } from './pty.ts';

// As the program does before anything else (commands/run.ts).
process.umask(0o077);

/**
 * Runs a command in this process to its end: its words and its exit code are those of the program, which takes half a second to
 * load. A listener that it starts is the built one. What only a process has is missing: a terminal, signals, and descriptors
 * (--passphrase-fd).
 */
export async function runHere(args: readonly string[], input = ''): Promise<Ran> {
  const [stdout, stderr] = [collector(), collector()];
  const code = await carryOut(args, {
    version: about.version,
    program: listenerProgram,
    stdin: Readable.from(input === '' ? [] : [Buffer.from(input)]) as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    env: {},
    signal: new AbortController().signal,
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
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

/** Reads a command line as cli.tsx does. */
function parse(args: readonly string[]): ReturnType<typeof meow<typeof flagTypes>> {
  return meow({
    importMeta: import.meta,
    pkg: { name: about.name, version: about.version },
    argv: args,
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
