import type { Door, Opened } from '../core/door.ts';
import { printableLine } from '../core/printable.ts';
import { noThemes } from '../core/themes.ts';
import { createStore, type State, type Store } from '../core/types.ts';
import { nothingUnderway, type Desk, type TerminalControl } from './desk/desk.ts';
import { setUpDialog, type JoinsWith } from './dialogs/set-up.ts';
import { unlockDialog } from './dialogs/unlock.ts';
import { follow } from './desk/follow.ts';
import { framesOf } from './desk/frames.ts';
import { followDrafts } from './composer/kept-drafts.ts';
import { keepReading, readAgain } from './reading/reading.ts';
import { lockedView, withDialog, type View } from './model/view.ts';

/** How long changes of the session can wait for a frame while they come in a stream. */
const framePace = { waitMs: 50, burst: 10 };

const nothingYet: State = {
  phase: 'opening',
  caughtUp: false,
  name: printableLine(''),
  fingerprint: '',
  address: printableLine(''),
  passphrase: false,
  listener: { phase: 'starting' },
  boxes: [],
  onion: { phase: 'off' },
  contacts: [],
  conversations: new Map(),
  queued: 0,
  quarantined: 0,
  hasEvents: true,
  alert: null,
};

/** The parts that a desk is wired to. */
type Wiring = {
  readonly control: TerminalControl;
  readonly end: PromiseWithResolvers<undefined>;
  readonly ends: Array<() => void>;
};

/** Makes the desk of one screen: before its door, and with any client behind the door. */
export function makeDesk(
  options: Pick<Desk, 'version' | 'saveSetting'> &
    Partial<Pick<Desk, 'readThemes'>> & { readonly door: Door },
  view: Store<View>,
  { control, end, ends }: Wiring,
): Desk {
  const facts = createStore<State>(nothingYet);
  let session: Opened | null = null;
  let door = options.door;
  const following: Array<() => void> = [];
  const stopFollowing = (): void => {
    for (const stop of following.splice(0)) stop();
  };
  ends.push(stopFollowing);
  const desk: Desk = {
    version: options.version,
    saveSetting: options.saveSetting,
    readThemes: options.readThemes ?? (() => Promise.resolve(noThemes)),
    underway: nothingUnderway(),
    door: () => door,
    view,
    frames: framesOf(view),
    facts,
    opened: () => session,
    enter(opened) {
      session = opened;
      view.update((now) => withDialog(now, null));
      following.push(
        facts.subscribe(() => keepReading(desk)),
        follow(opened.state, facts, framePace),
        followDrafts(desk, opened.calls),
      );
      readAgain(desk);
    },
    lock() {
      if (!session) return;
      const { lock } = session;
      session = null;
      stopFollowing();
      door = { kind: 'locked', unlock: lock.unlock };
      view.update((now) => lockedView(now, unlockDialog()));
      facts.update(() => nothingYet);
      lock.leave().catch(desk.crash);
    },
    terminal: control,
    quit: () => end.resolve(undefined),
    crash: (error) => end.reject(error),
  };
  return desk;
}

/** Shows the question of a door that asks one, from the first frame on. */
export function showDoor({ door, view }: Desk, joins: JoinsWith = null): void {
  const at = door();
  if (at.kind === 'first-run')
    view.update((now) => ({ ...now, dialog: setUpDialog(at.defaults, at.advice, joins) }));
  if (at.kind === 'locked') view.update((now) => ({ ...now, dialog: unlockDialog() }));
}

/** Opens a door that asks nothing; a failure ends the screen, because there is no question to repeat. */
export function enterAtOnce(desk: Desk): void {
  const door = desk.door();
  if (door.kind !== 'ready') return;
  const work = async (): Promise<void> => desk.enter(await door.open());
  work().catch(desk.crash);
}
