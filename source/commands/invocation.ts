import { guardHome } from '../session/home/guard-home.ts';
import { isXdgIdle, resolveHome } from '../session/control/home-paths.ts';
import type { Reached } from '../session/holding/reach.ts';
import type { Flags } from './flags.ts';

/** One run of a command: the words and flags of the command line, and where to read, write and stop. */
export type Invocation = {
  /** The words after the command's name, without flags. */
  readonly words: readonly string[];
  readonly flags: Flags;
  /** Absolute path of the home. */
  readonly home: string;
  readonly version: string;
  readonly stdin: NodeJS.ReadStream;
  /** Output for programs. */
  readonly stdout: NodeJS.WriteStream;
  /** Messages for the person. */
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by SIGINT, SIGTERM, and when nobody reads standard output any more. */
  readonly signal: AbortSignal;
  /** Resolves once everything that was printed so far is on the output; where it is missing, nothing is held back. */
  readonly shown?: () => Promise<void>;
  /** The home, for a command that is called within another command which has it open. */
  readonly open?: Reached;
  /** listener.js of a build; without it the listener that belongs to these sources or to this bundle. */
  readonly program?: string | undefined;
};

/** A command; it throws ChatError when it cannot do its work, and can return an exit code. */
export type Command = (call: Invocation) => Promise<void | number>;

/** A parsed command line: the command to run, with its words and flags. */
export type Chosen = {
  readonly load: () => Promise<Command>;
  readonly homeless?: boolean;
  readonly words: readonly string[];
  readonly flags: Flags;
};

/** The environment in which a command runs: everything in an invocation that is not on the command line. */
export type Surroundings = Omit<Invocation, 'words' | 'flags' | 'home' | 'open'>;

/** Runs a command in this process, on a home that no other user could change, and returns the command's exit code. */
export async function startCommand(
  { load, homeless = false, words, flags }: Chosen,
  surroundings: Surroundings,
): Promise<void | number> {
  const { env, stderr } = surroundings;
  const home = resolveHome(flags.home, env);
  if (!flags.home && !env['CRYPTOCHAT_HOME'] && isXdgIdle(env))
    say({ stderr }, 'cryptochat: XDG_DATA_HOME is not an absolute path and is ignored.');
  if (!homeless) guardHome(home);
  const command = await load();
  return command({ words, flags, home, ...surroundings });
}

/** Writes one line of data. */
export function print(call: Pick<Invocation, 'stdout'>, line: string): void {
  call.stdout.write(`${line}\n`);
}

/** Writes one line for the person. */
export function say(call: Pick<Invocation, 'stderr'>, line: string): void {
  call.stderr.write(`${line}\n`);
}

/** The signal with which the person or the system stopped the program; null when there was none. */
export function stoppedBy({ reason }: AbortSignal): NodeJS.Signals | null {
  return reason instanceof Error && typeof reason.cause === 'string'
    ? (reason.cause as NodeJS.Signals)
    : null;
}

/** Runs `work` until it is done or the person interrupts, whichever comes first; an interrupt throws the signal's reason. */
export async function untilStopped<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal.reason as Error);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
    stopped.promise.catch(() => undefined);
    work.catch(() => undefined);
  }
}
