import { uptime } from 'node:os';
import { createBell, type Bell } from '../core/bell.ts';
import { limits } from '../core/limits.ts';
import { readPresence } from '../inbox/presence.ts';
import { allContacts, type ContactRow } from '../store/contacts.ts';
import { settingOrNull, writeSetting } from '../store/settings.ts';
import { turn, type Context, type Work } from './work/work.ts';
import { ownAddresses } from './home/own-address.ts';
import { oweReceipt } from './sending/acks.ts';
import type { Mail } from './sending/mail.ts';
import { frozenReason } from './people/find-contact.ts';

/** Tells contacts when this home can be reached again after it could not. */
export type Returns = Pick<Bell, 'idle'> & {
  /** The listener runs now. */
  readonly listening: () => void;
  readonly stop: () => void;
};

/** Where this machine is in the network, what time it is, and for how many seconds it was suspended since it was started. */
type Glance = { readonly addresses: string; readonly at: number; readonly asleep: number };

/**
 * Tells each contact by a receipt that this home is back (its listener starts, its network is another, it was suspended), so that mail that
 * waits there does not sit out a long pause; and tries the mail that waits here. PROTOCOL.md "Content". `failed` gets what the disk says.
 */
export function watchReturns(context: Context, mail: Mail, failed: (error: unknown) => void): Returns {
  let [listens, moved] = [false, false];
  const bell = createBell(async () => {
    if (moved) mail.retryNow();
    const wasAway = moved;
    moved = false;
    if (listens) await turn(context, (work) => tellReturn(work, { context, wasAway }));
  }, failed);
  let before = glance();
  const clock = setInterval(() => {
    const now = glance();
    moved ||= hasMoved(before, now);
    before = now;
    if (moved) bell.ringSoon(limits.returnSettlesMs);
  }, limits.returnLookMs);
  clock.unref();
  return {
    idle: bell.idle,
    listening() {
      listens = true;
      bell.ring();
    },
    stop() {
      clearInterval(clock);
      bell.stop();
    },
  };
}

function glance(): Glance {
  return { addresses: addressesNow(), at: Date.now(), asleep: Math.round(uptime() - process.hrtime()[0]) };
}

/** Systems that do not list their addresses have no news. */
function addressesNow(): string {
  try {
    return ownAddresses().toSorted().join(' ');
  } catch {
    return '';
  }
}

/** Another network, or a pause in which nothing of this program ran. */
export function hasMoved(before: Glance, now: Glance): boolean {
  return isElsewhere(before, now) || Math.abs(now.at - before.at) > limits.returnGapMs;
}

/** Tells whether a stored glance no longer holds, whatever the clock says. */
function isElsewhere(before: Omit<Glance, 'at'>, now: Glance): boolean {
  return (
    now.addresses !== before.addresses || Math.abs(now.asleep - before.asleep) * 1000 > limits.returnGapMs
  );
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
