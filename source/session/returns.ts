import { createBell } from '../core/bell.ts';
import type { Bell } from '../core/bell.ts';
import { limits } from '../core/limits.ts';
import { readPresence } from '../inbox/presence.ts';
import { allContacts } from '../store/contacts.ts';
import type { ContactRow } from '../store/contacts.ts';
import { settingOrNull, writeSetting } from '../store/settings.ts';
import { turn } from './context.ts';
import type { Context, Work } from './context.ts';
import { ownAddresses } from './home/own-address.ts';
import { oweReceipt } from './receiving/owe-receipt.ts';
import type { Mail } from './sending/deliver-out.ts';
import { frozenReason } from './trust/frozen.ts';

/** Tells contacts when this home can be reached again after it could not. */
export type Returns = Pick<Bell, 'idle'> & {
  /** The listener runs now. */
  readonly listening: () => void;
  readonly stop: () => void;
};

/** Where this machine is in the network, and what time it is: what shows that it was away. */
type Glance = { readonly addresses: string; readonly at: number };

/**
 * Who comes back (its listener starts, its network is another, it was suspended) is told to each contact by a receipt, so that what waits
 * for it there does not sit out a long pause; and what waits here is tried. PROTOCOL.md "Content". `failed` gets what the disk says.
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
  return { addresses: addressesNow(), at: Date.now() };
}

/** Systems that do not tell have no news. */
function addressesNow(): string {
  try {
    return ownAddresses().toSorted().join(' ');
  } catch {
    return '';
  }
}

/** Another network, or a pause in which nothing of this program ran. */
export function hasMoved(before: Glance, now: Glance): boolean {
  return now.addresses !== before.addresses || Math.abs(now.at - before.at) > limits.returnGapMs;
}

async function tellReturn(
  work: Work,
  { context, wasAway }: { context: Context; wasAway: boolean },
): Promise<void> {
  if (!wasAway && !(await mayWait(work, context.paths.inbox))) return;
  for (const contact of allContacts(work.database)) if (canBeTold(contact)) oweReceipt(work, contact.id);
  writeSetting(work.database, 'return-told-at', String(work.now));
}

/** Whether the listener was started since the contacts were told, or that was so long ago that they may have begun a pause since. */
async function mayWait({ database, now }: Work, inbox: string): Promise<boolean> {
  const toldAt = Number(settingOrNull(database, 'return-told-at'));
  const startedAt = (await readPresence(inbox))?.startedAt ?? 0;
  return startedAt > toldAt || Math.abs(now - toldAt) > limits.retryMostMs;
}

function canBeTold(contact: ContactRow): boolean {
  return frozenReason(contact) === null && contact.request === null && contact.address !== '';
}
