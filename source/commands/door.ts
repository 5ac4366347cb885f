import type { Calls } from '../core/calls.ts';
import type { Door, Lock, Opened, Outside, SetUp } from '../core/door.ts';
import { ChatError } from '../core/errors.ts';
import type { Hold } from '../session/holding/hold.ts';
import { homeExists, homePaths, refuseToMake } from '../session/control/home-paths.ts';
import { isLocked, unlock, type Key } from '../session/home/unlock.ts';
import type { Invocation } from './invocation.ts';
import { onlyOnce, passphraseOf } from './passphrase.ts';

/** The way into a home for the messenger, and out of it again. */
type Doorway = {
  readonly door: Door;
  /** Leaves the home in order, no matter how far the way in has got. */
  readonly leave: () => Promise<void>;
};

/** Work on a home that has just been opened, before the screen shows it. */
export type OnEnter = (calls: Calls) => Promise<void>;

/**
 * Finds out how the messenger gets into the home of `call`. Loads nothing heavy: keys, database and network are loaded when the screen goes
 * through the door.
 */
export async function makeDoorway(call: Invocation, onEnter?: OnEnter): Promise<Doorway> {
  let entering: Promise<Hold> | undefined;
  let locking: Promise<void> | undefined;
  const lock = async (held: Hold, key: Key | undefined): Promise<void> => {
    entering = undefined;
    await held.end({ keepListening: true });
    key?.databaseKey.fill(0);
  };
  const enter = async (ask: () => Promise<Key>): Promise<Opened> => {
    await locking;
    let key: Key | undefined;
    entering = hold(call, async () => (key ??= await ask()));
    const held = await entering;
    const { session, end } = held;
    try {
      await onEnter?.(session);
    } catch (error) {
      await end();
      throw error;
    }
    const leave = (): Promise<void> => (locking = lock(held, key));
    return {
      calls: session,
      state: session.state,
      lock: { leave, unlock: unlockWith(call, enter) },
      outside: outsideOf(call, session),
    };
  };
  return {
    door: await makeDoor(call, enter),
    async leave() {
      await locking;
      const held = await entering?.catch(() => undefined);
      if (!held && !locking) return;
      const { loadConfig } = await import('../session/home/config.ts');
      const { keepListening } = await loadConfig(call.home).catch(() => ({ keepListening: false }));
      if (held) await held.end({ keepListening });
      else if (!keepListening) await stopOwnListener(call.home);
    },
  };
}

function outsideOf(call: Invocation, calls: Calls): Outside {
  return {
    async edit(text) {
      const { editText } = await import('./edit-text.ts');
      return editText(call, text);
    },
    async exportTo({ contact, label, file }) {
      const { exportConversation } = await import('./export.ts');
      return exportConversation(calls, { contact: String(contact), label, file });
    },
    async packTo({ contact, file }) {
      const { packInto } = await import('./pouch.ts');
      return packInto(calls, { contact: String(contact), file });
    },
    async unpack(file) {
      const { pathOf, unpackFrom } = await import('./pouch.ts');
      return unpackFrom(call, pathOf(file));
    },
  };
}

/** Stops the listener that a locked messenger left running. */
async function stopOwnListener(home: string): Promise<void> {
  const { stopListener } = await import('../session/home/running-listener.ts');
  await stopListener(homePaths(home).inbox);
  const { stopTor } = await import('../session/home/running-tor.ts');
  await stopTor(home);
}

type Enter = (ask: () => Promise<Key>) => Promise<Opened>;

function unlockWith({ home }: Invocation, enter: Enter): Lock['unlock'] {
  return (passphrase) => enter(() => unlock(home, onlyOnce(passphrase)));
}

async function makeDoor(call: Invocation, enter: Enter): Promise<Door> {
  const { home } = call;
  if (!homeExists(home)) {
    refuseToMake(home);
    let made: Key | undefined;
    // A step that fails after the home was made is tried again on that home: it cannot be made twice.
    const setUp = (answers: SetUp): Promise<Opened> =>
      enter(async () => {
        const { makeHome } = await import('./init.ts');
        made ??= await makeHome({ home, ...answers });
        return made;
      });
    return { kind: 'first-run', ...(await defaults()), setUp };
  }
  const { sweepEdits } = await import('./edit-text.ts');
  await sweepEdits(home);
  if ((await isLocked(home)) && call.flags.passphraseFd === undefined) {
    return { kind: 'locked', unlock: unlockWith(call, enter) };
  }
  return { kind: 'ready', open: () => enter(() => unlock(home, passphraseOf(call))) };
}

async function defaults(): Promise<{ readonly defaults: SetUp; readonly advice: string }> {
  const { ownName, suggestAddresses } = await import('./own-defaults.ts');
  const { listen, address, advice } = await suggestAddresses();
  return { defaults: { name: ownName(), passphrase: null, keepListening: true, listen, address }, advice };
}

async function hold({ home, version }: Invocation, key: () => Promise<Key>): Promise<Hold> {
  const { approach } = await import('../session/holding/hold.ts');
  const approached = await approach({ home, version, rank: 'screen' }, key);
  if (approached.kind === 'held') return approached.hold;
  approached.client.end();
  throw new ChatError('home-open');
}
