import { bindingOf } from '../core/place.ts';
import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import type { ListenerState } from '../core/types.ts';
import type { Context } from './work/work.ts';
import { mapsPort, onionSeed } from './home/in-effect.ts';
import { listBoxes } from './pairing/boxes.ts';
import { followMapped } from './pairing/follow-mapped.ts';
import type { Keeper } from './home/keep-running.ts';
import { loadConfig } from './home/config.ts';
import { isConnected } from './home/own-tor.ts';
import { superviseListener } from './home/supervise.ts';
import { superviseTor } from './home/supervise-tor.ts';
import { watchBoxes } from './watch-boxes.ts';
import { watchReturns, type Returns } from './returns.ts';
import type { Mail } from './sending/mail.ts';

/** The parts that keep a client reachable: its listener, and the notice to contacts when it is back. */
export type Reachable = Pick<Returns, 'idle'> & {
  /** Resolves with the outcome of the listener, once it runs or has failed to start; null when none is wanted. */
  readonly listening: () => Promise<ListenerState | null>;
  /** Leaves the listener running, or ends it. */
  readonly close: (options: { readonly keep: boolean }) => Promise<void>;
};

type Parts = {
  readonly mail: Mail;
  readonly failed: (error: unknown) => void;
  /** As in SessionOptions. */
  readonly program?: string | undefined;
};

/** Starts the listener of a client, or takes over the one that runs. Throws ChatError address-bad. */
export function keepReachable(context: Context, { mail, failed, program }: Parts): Reachable {
  const listen = bindingOf(context.config.listen);
  if (!listen) throw new ChatError('address-bad', printableLine(context.config.listen));
  const unwatchBoxes = watchBoxes(context, () => listBoxes(context));
  const returns = watchReturns(context, mail, failed);
  const tor = keepTor(context, mail);
  const mapped = mapsPort(context.paths, context.configured) ? followMapped(context, failed) : null;
  const supervisor = superviseListener({
    inbox: context.paths.inbox,
    ...listen,
    map: mapped !== null,
    ...(program === undefined ? {} : { program }),
    changed(listener) {
      context.state.update((state) => ({ ...state, listener }));
      if (listener.phase === 'running') returns.listening();
    },
  });
  return {
    listening: supervisor.ready,
    async idle() {
      await supervisor.ready();
      await returns.idle();
    },
    async close(options) {
      unwatchBoxes();
      await returns.stop();
      await mapped?.close();
      await returns.idle();
      await supervisor.close(options);
      await tor?.close(options);
    },
  };
}

/** Runs the Tor of a home that wants one. Mail that waited for Tor is sent as soon as it is connected. */
function keepTor({ configured, database, paths, state }: Context, mail: Mail): Keeper | null {
  const bound = bindingOf(configured.listen);
  if (configured.onion !== true || !bound) return null;
  const { home } = paths;
  return superviseTor({
    home,
    bound,
    proxy: async () => (await loadConfig(home)).proxy,
    seed: onionSeed(database),
    changed(onion) {
      const before = state.get().onion;
      state.update((now) => ({ ...now, onion }));
      if (isConnected(onion) && !isConnected(before)) mail.retryNow();
    },
  });
}

/** The stand-in for a client that only sends. */
export const unreachable: Reachable = {
  idle: () => Promise.resolve(),
  listening: () => Promise.resolve(null),
  close: () => Promise.resolve(),
};
