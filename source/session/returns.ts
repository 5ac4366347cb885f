import { createBell, type Bell } from '../core/bell.ts';
import { limits } from '../core/limits.ts';
import { aroundStops } from '../core/stops.ts';
import { tellMoves, type MovesTold } from '../inbox/moves.ts';
import { readPresence } from '../inbox/presence.ts';
import { glance, isElsewhere, watchMoves, type Glance } from '../net/moved.ts';
import { dropConnections } from '../outbox/exchange.ts';
import { allContacts, type ContactRow } from '../store/contacts.ts';
import { settingOrNull, writeSetting } from '../store/settings.ts';
import { turn, type Context, type Work } from './work/work.ts';
import { oweReceipt } from './sending/acks.ts';
import type { Mail } from './sending/mail.ts';
import { frozenReason } from './people/find-contact.ts';

/** Tells contacts when this home can be reached again after it could not. */
export type Returns = Pick<Bell, 'idle'> & {
  /** The listener runs now. */
  readonly listening: () => void;
  readonly stop: () => Promise<void>;
};

/**
 * Tells each contact by a receipt that this home is back (its listener started, its network changed, or it was suspended), so mail that
 * waits there is sent without a long pause; and tries the mail that waits here. Its listener is told of moves, and need not look for them.
 * PROTOCOL.md "Content". `failed` gets errors of the disk.
 */
export function watchReturns(context: Context, mail: Mail, failed: (error: unknown) => void): Returns {
  let [listens, moved] = [false, false];
  const bell = createBell(async () => {
    if (moved) {
      dropConnections();
      mail.retryNow();
    }
    const wasAway = moved;
    moved = false;
    if (listens) await turn(context, (work) => tellReturn(work, { context, wasAway }));
  }, failed);
  const watch = watchMoves(() => {
    moved = true;
    bell.ring();
    telling.moved();
  });
  const telling = keepTelling(context.paths.inbox);
  return {
    idle: bell.idle,
    listening() {
      listens = true;
      bell.ring();
    },
    async stop() {
      watch.close();
      bell.stop();
      await telling.close();
    },
  };
}

/** Tells the listener of moves, except while the screen has stopped this process (Ctrl+Z): then the listener looks itself, as at the start. */
function keepTelling(inbox: string): Pick<MovesTold, 'moved' | 'close'> {
  let told: MovesTold | null = null;
  let telling: Promise<void> | undefined;
  let stops = 0;
  const tell = async (): Promise<void> => {
    const before = stops;
    told?.leave();
    told = await tellMoves(inbox);
    if (stops !== before) told.leave();
  };
  // A start has no time for another pipe.
  const begin = setTimeout(() => {
    telling = tell();
  }, limits.returnLookMs).unref();
  const noLonger = aroundStops({
    before() {
      stops += 1;
      told?.leave();
    },
    after() {
      telling &&= telling.then(tell);
    },
  });
  return {
    moved: () => told?.moved(),
    async close() {
      noLonger();
      clearTimeout(begin);
      await telling;
      await told?.close();
    },
  };
}

async function tellReturn(
  work: Work,
  { context, wasAway }: { readonly context: Context; readonly wasAway: boolean },
): Promise<void> {
  const now = glance();
  if (!wasAway && !(await mayWait(work, context.paths.inbox, now))) return;
  for (const contact of allContacts(work.database)) if (canBeTold(contact)) oweReceipt(work, contact.id);
  writeSetting(work.database, 'return-told', JSON.stringify(now));
}

/**
 * Tells whether the contacts may have begun a pause since they were told: by the listener's start, and by what happened while only the
 * listener ran.
 */
async function mayWait({ database }: Work, inbox: string, now: Glance): Promise<boolean> {
  const told = JSON.parse(settingOrNull(database, 'return-told') ?? 'null') as Glance | null;
  const startedAt = (await readPresence(inbox))?.startedAt ?? 0;
  return told === null || startedAt > told.at || isElsewhere(told, now);
}

function canBeTold(contact: ContactRow): boolean {
  return frozenReason(contact) === null && contact.request === null && contact.address !== '';
}
