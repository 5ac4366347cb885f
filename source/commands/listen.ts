import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { formatAddress } from '../core/address.ts';
import { asFailure, ChatError } from '../core/errors.ts';
import { bindingOf } from '../core/place.ts';
import { printableLine } from '../core/printable.ts';
import type { OnionState } from '../core/own-onion.ts';
import { loadConfig } from '../session/home/config.ts';
import type { Keeper } from '../session/home/keep-running.ts';
import { mapsPort } from '../session/home/in-effect.ts';
import { notedOnionPlace } from '../session/home/onion-files.ts';
import { stopTor, superviseTor } from '../session/home/supervise-tor.ts';
import type { Config } from '../session/work/work.ts';
import { homeExists, homePaths, type HomePaths } from '../session/control/home-paths.ts';
import { runningListener, stopListener } from '../session/home/running-listener.ts';
import { listenerArguments, listenerFailure, type ListenerPlan } from '../session/home/start-listener.ts';
import { fits } from '../session/home/supervise.ts';
import { tellListener } from '../session/home/tell-listener.ts';
import { say, stoppedBy, untilStopped, type Invocation } from './invocation.ts';

const done = 0;

/** `listen`: the listener alone, in the foreground, under its permissions; neither keys nor passphrase are touched. */
export async function listen(call: Invocation): Promise<void | number> {
  const paths = homePaths(call.home);
  const { inbox, config: settings } = paths;
  // In a jail (docs/cryptochat-listener@.service) keys/ is invisible.
  if (!homeExists(call.home) && !(existsSync(settings) && existsSync(inbox)))
    throw new ChatError('home-missing', printableLine(call.home));
  if (call.flags.stop) {
    const stopped = await stopListener(inbox);
    await stopTor(call.home);
    return say(call, stopped ? 'The listener has stopped.' : 'No listener was running.');
  }
  const config = await loadConfig(call.home);
  const address = bindingOf(config.listen);
  if (!address) throw new ChatError('address-bad', printableLine(config.listen));
  const plan = { inbox, ...address, map: mapsPort({ home: call.home }, config) };
  await refuseRunning(plan);
  await telling(config, paths);
  const tor = config.onion ? tendTor(call, config) : null;
  try {
    return await runInForeground(call, plan);
  } finally {
    await tor?.close({ keep: false });
  }
}

/** A listener that cannot be told the ways out is not started: it would take the old ones. */
async function telling(config: Config, paths: HomePaths): Promise<void> {
  try {
    await tellListener(config, paths);
  } catch (error) {
    throw asFailure(error);
  }
}

/** Ends a listener that is not as config.toml says. Throws ChatError listener-failed when one runs that is. */
async function refuseRunning(plan: ListenerPlan): Promise<void> {
  const running = await runningListener(plan.inbox);
  if (running && (await fits(running, plan)))
    throw new ChatError(
      'listener-failed',
      `it is already running as process ${running.pid}; stop it with --stop`,
    );
  if (running) await stopListener(plan.inbox);
}

/** Keeps the Tor of a home running while its listener is in the foreground, and reports its state. */
function tendTor(call: Invocation, { listen: bound }: Config): Keeper {
  let said = '';
  return superviseTor({
    home: call.home,
    bound: bindingOf(bound) ?? { host: '', port: 0 },
    proxy: async () => (await loadConfig(call.home)).proxy,
    seed: null,
    changed(onion) {
      const words = onionWords(onion);
      if (words === '' || words === said) return;
      said = words;
      void notedOnionPlace(call.home).then((place) => say(call, place ? `${words} (${place})` : words));
    },
  });
}

function onionWords(onion: OnionState): string {
  if (onion.phase === 'failed') return `${onion.reason}: ${onion.hint}`;
  if (onion.phase !== 'running') return '';
  if (onion.percent < 100) return 'Tor is starting.';
  return onion.announced ? 'Tor is connected, and announces the onion service.' : 'Tor is connected.';
}

/** A listener that is ended by `--stop`, or the way a service manager ends its programs, has done its work. */
async function runInForeground(call: Invocation, plan: ListenerPlan): Promise<number> {
  const child = spawn(process.execPath, await listenerArguments(plan), {
    cwd: plan.inbox,
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failure = relay(call, child, plan);
  const ended = once(child, 'close') as Promise<[code: number | null, signal: string | null]>;
  try {
    await untilStopped(call.signal, ended);
  } catch (error) {
    // A jail that forbids signals has told the listener itself.
    child.on('error', () => undefined).kill('SIGTERM');
    await ended;
    if (stoppedBy(call.signal) === 'SIGTERM') return done;
    throw error;
  }
  const [code, signal] = await ended;
  const failed = failure();
  if (failed) throw failed;
  if (code !== 0) throw new ChatError('listener-failed', `it exited (${signal ?? code})`);
  say(call, 'The listener was stopped.');
  return done;
}

/** Passes the listener's messages on; returns the reason if it failed. */
function relay(call: Invocation, child: ChildProcess, plan: ListenerPlan): () => ChatError | null {
  let failure: ChatError | null = null;
  if (!child.stdout) throw new TypeError('the listener has no output');
  createInterface(child.stdout).on('line', (line) => {
    const said = JSON.parse(line) as {
      listening?: { host: string; port: number; pid: number };
      failed?: { code: string; message: string };
    };
    if (said.listening) {
      say(
        call,
        `${isBound(said.listening) ? `Listening on ${formatAddress(said.listening)}` : 'Collecting'}, process ${said.listening.pid}. Ctrl+C stops it.`,
      );
    }
    if (said.failed) failure = listenerFailure(plan, said.failed);
  });
  return () => failure;
}

function isBound({ host }: { readonly host: string }): boolean {
  return host !== '';
}
