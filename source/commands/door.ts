import type { Calls } from '../core/calls.ts';
import type { Door, Opened, SetUp } from '../core/door.ts';
import { ChatError } from '../core/errors.ts';
import type { Hold } from '../session/hold.ts';
import { homeExists } from '../session/paths.ts';
import { isLocked, unlock, type Key } from '../session/unlock.ts';
import type { Invocation } from './invocation.ts';
import { onlyOnce, passphraseOf } from './passphrase.ts';

/** The way into a home for the messenger, and out of it again. */
export type Doorway = {
  readonly door: Door;
  /** Leaves the home in order, however far the way in was gone. */
  readonly leave: () => Promise<void>;
};

/** What is done with a home when it has just been opened, before the screen shows it. */
export type OnEnter = (calls: Calls) => Promise<void>;

/**
 * Finds out how the messenger gets into the home of `call`. Loads nothing heavy: keys, database and network come when
 * the screen goes through the door.
 */
export async function makeDoorway(call: Invocation, onEnter?: OnEnter): Promise<Doorway> {
  let entering: Promise<Hold> | undefined;
  const enter = async (key: () => Promise<Key>): Promise<Opened> => {
    entering = hold(call, key);
    const { session, end } = await entering;
    try {
      await onEnter?.(session);
    } catch (error) {
      await end();
      throw error;
    }
    return { calls: session, state: session.state };
  };
  return {
    door: await makeDoor(call, enter),
    async leave() {
      const held = await entering?.catch(() => undefined);
      if (!held) return;
      const { loadConfig } = await import('../session/config.ts');
      const { keepListening } = await loadConfig(call.home).catch(() => ({ keepListening: false }));
      await held.end({ keepListening });
    },
  };
}

async function makeDoor(
  call: Invocation,
  enter: (key: () => Promise<Key>) => Promise<Opened>,
): Promise<Door> {
  const { home } = call;
  if (!homeExists(home)) {
    let made: Key | undefined;
    // What fails after the home was made is tried again on that home: it cannot be made twice.
    const setUp = (answers: SetUp): Promise<Opened> =>
      enter(async () => {
        const { makeHome } = await import('./make-home.ts');
        made ??= await makeHome({ home, ...answers });
        return made;
      });
    return { kind: 'first-run', defaults: await defaults(), setUp };
  }
  if ((await isLocked(home)) && call.flags.passphraseFd === undefined) {
    return { kind: 'locked', unlock: (passphrase) => enter(() => unlock(home, onlyOnce(passphrase))) };
  }
  return { kind: 'ready', open: () => enter(() => unlock(home, passphraseOf(call))) };
}

async function defaults(): Promise<SetUp> {
  const { chooseAddresses, ownName } = await import('./own-defaults.ts');
  return { name: ownName(), passphrase: null, keepListening: true, ...(await chooseAddresses({})) };
}

async function hold({ home, version }: Invocation, key: () => Promise<Key>): Promise<Hold> {
  const { approach } = await import('../session/hold.ts');
  let known: Promise<Key> | undefined;
  const approached = await approach({ home, version, rank: 'screen' }, () => (known ??= key()));
  if (approached.kind === 'held') return approached.hold;
  approached.client.end();
  throw new ChatError('home-open');
}
