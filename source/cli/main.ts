import { startCommand, type Chosen } from '../commands/invocation.ts';
import { exitWith, run } from './run.ts';
import { ChatError } from '../core/errors.ts';
import about from '../../package.json' with { type: 'json' };

/** Runs the command line of this process, and ends it with its exit code. */
export async function main(): Promise<void> {
  const exit = await run(async (signal) => {
    const argv = process.argv.slice(2);
    checkEncoding(argv);
    const chosen = readShortest(argv) ?? (await readCommandLine(argv));
    if (!chosen) return 0;
    const { stdin, stdout, stderr, env } = process;
    return startCommand(chosen, { version: about.version, stdin, stdout, stderr, env, signal });
  });
  exitWith(exit);
}

/** Node decodes arguments as UTF-8 whatever the locale is, and the original bytes of an argument that is not UTF-8 are lost. */
function checkEncoding(argv: readonly string[]): void {
  if (argv.some((word) => word.includes('\ufffd'))) throw new ChatError('text-encoding', 'the command line');
}

/** `cryptochat`, `cryptochat LINK` and `cryptochat --home DIR`, without a parser: nothing may stand between Enter and the first paint. */
function readShortest(argv: readonly string[]): Chosen | null {
  const [flag = '', home] = argv;
  const onlyHome = argv.length === 2 && flag === '--home' && home !== undefined && /^[^-]/u.test(home);
  if (onlyHome) return { load: loadMessenger, words: [], flags: { home } };
  const bareOrLink = argv.length === 0 || (argv.length === 1 && /^cryptochat:/iu.test(flag));
  return bareOrLink ? { load: loadMessenger, words: argv, flags: {} } : null;
}

async function loadMessenger(): ReturnType<Chosen['load']> {
  return (await import('./open.tsx')).open;
}

/** Null when the command line only asked for help or the version, which is then printed. */
async function readCommandLine(argv: readonly string[]): Promise<Chosen | null> {
  const [{ default: meow }, { checkCommandLine, flagTypes, withDashes }, { helpText }] = await Promise.all([
    import('meow'),
    import('./parse.ts'),
    import('./help.ts'),
  ]);
  const { entry, name, words, flags } = checkCommandLine(() =>
    meow({
      importMeta: import.meta,
      pkg: { name: about.name, version: about.version },
      argv: withDashes(argv),
      flags: flagTypes,
      booleanDefault: undefined,
      autoHelp: false,
      autoVersion: false,
    }),
  );
  if (flags.version) process.stdout.write(`${about.version}\n`);
  else if (flags.help) process.stdout.write(`${helpText(name)}\n`);
  else if (name === 'help' && words[0] !== 'limits') process.stdout.write(`${helpText(words[0])}\n`);
  else return { load: entry.load, homeless: entry.homeless ?? false, words, flags };
  return null;
}
