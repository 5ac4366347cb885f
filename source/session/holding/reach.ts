import { randomBytes } from 'node:crypto';
import type { Calls } from '../../core/calls.ts';
import { asFailure, isOfDisk } from '../../core/errors.ts';
import { callMethod, callsFrom } from '../control/methods.ts';
import { isMoved } from '../control/gate.ts';
import { approach, type Approach, type Holding } from './hold.ts';
import { openForReading } from '../read-only.ts';
import type { Session } from '../session.ts';
import { loadConfig } from '../home/config.ts';
import { unlock, type AskPassphrase, type Key } from '../home/unlock.ts';

/** A home, whichever process has it open. */
export type Reached = {
  /** Asks the process that currently holds the home, and hides a change of hands. */
  readonly calls: Calls;
  /** The session, while this process is the one that holds the home. */
  readonly local: Session | null;
  /** Resolves when this process no longer holds the home; at once when it never did. */
  readonly moved: Promise<void>;
  readonly end: () => Promise<void>;
};

/** How long to wait until the process that took over the home has opened it. */
const courtesyMs = 3000;

/** The home to get through to, and the purpose. */
type Reaching = {
  readonly home: string;
  readonly version: string;
  /** As in SessionOptions. */
  readonly program?: string | undefined;
  /** `supervise` when messages must be able to arrive in the meantime: a holder that cannot receive gives the home up. */
  readonly listen: 'supervise' | 'none';
  readonly passphrase: AskPassphrase;
  /** True if only calls that read are made: then a full or read-only disk does not matter. */
  readonly reads?: boolean;
};

/**
 * Gets through to a home: by the socket of the client that runs there, else by opening it and serving that socket so that another command
 * gets through at the same time. When a stronger client takes the home over, calls go on there. Throws ChatError home-missing, home-busy,
 * passphrase-needed, passphrase-wrong, and the errors of opening a home.
 */
export async function reach(reaching: Reaching): Promise<Reached> {
  const { home, version, program, listen, passphrase, reads = false } = reaching;
  const holding: Holding = { home, version, program, rank: listen };
  let known: Promise<Key> | undefined;
  const key = (): Promise<Key> => (known ??= unlock(home, passphrase));
  let current: Approach;
  try {
    current = await approach(holding, key);
  } catch (error) {
    const failure = asFailure(error);
    if (!reads || !isOfDisk(failure)) throw failure;
    return readAlone(home, await key());
  }
  let next: Promise<void> | undefined;
  let over = false;
  const follow = async (from: Approach): Promise<void> => {
    if (current !== from) return;
    const notBefore = from.kind === 'held' ? Date.now() + courtesyMs : 0;
    current = await approach({ ...holding, notBefore }, key);
  };
  const ask = async (method: keyof Calls, params: unknown): Promise<unknown> => {
    for (;;) {
      const asked = current;
      try {
        return await callMethod(callsOf(asked), method, params);
      } catch (error) {
        if (!isMoved(error) || over) throw error;
      }
      next ??= follow(asked).finally(() => (next = undefined));
      await next;
    }
  };
  return {
    calls: callsFrom((method, params) => ask(method, withId(method, params))),
    get local() {
      return current.kind === 'held' && !current.hold.isLeaving() ? current.hold.session : null;
    },
    moved: current.kind === 'held' ? current.hold.leaving : Promise.resolve(),
    async end() {
      over = true;
      await next?.catch(() => undefined);
      await leave(current);
      // The caller already knows that nobody could give the key.
      (await known?.catch(() => null))?.databaseKey.fill(0);
    },
  };
}

async function readAlone(home: string, key: Key): Promise<Reached> {
  const { calls, close } = await openForReading({ home, ...key, config: await loadConfig(home) });
  return {
    calls,
    local: null,
    moved: Promise.resolve(),
    end() {
      close();
      key.databaseKey.fill(0);
      return Promise.resolve();
    },
  };
}

/** Every message gets its id here, so the call can be repeated when the holder dies. */
function withId(method: keyof Calls, params: unknown): unknown {
  if (method !== 'send' || typeof params !== 'object') return params;
  return { id: randomBytes(16).toString('hex'), ...params };
}

function callsOf(approached: Approach): Calls {
  return approached.kind === 'held' ? approached.hold.calls : approached.client.calls;
}

async function leave(approached: Approach): Promise<void> {
  if (approached.kind === 'held') return approached.hold.end();
  approached.client.end();
  await approached.client.gone;
}
