import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Errands, Courier } from '../../../source/outbox/courier.ts';
import type { Parcel } from '../../../source/outbox/trip.ts';
import type { Fetched, Outcome, Pickup } from '../../../source/outbox/post.ts';
import { openIntake } from '../../../source/inbox/deliver.ts';
import type { Intake } from '../../../source/inbox/deliver.ts';
import { inboxFiles } from '../../../source/inbox/layout.ts';
import { letGoInbox } from '../../../source/inbox/maildir.ts';
import { parseSlots } from '../../../source/inbox/slots.ts';
import { fromBase64url } from '../../../source/core/bytes.ts';
import { slotId } from '../../../source/core/request.ts';
import type { Bytes } from '../../../source/core/types.ts';
import type { Fate } from './plan.ts';

// The stand-ins that vi.mock puts in the place of the courier and of GET /invite. There is no socket and no timer: the stage takes the head
// of the queue by hand, and decides what becomes of it.

let newest: Errands | null = null;

/** In the place of createCourier: it carries nothing by itself. */
export function createHeldCourier(errands: Errands): Courier {
  newest = errands;
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    wake: () => undefined,
    heard: () => undefined,
    retryNow: () => undefined,
    idle: nothing,
    close: nothing,
  };
}

/** The errands of the courier that was made last. */
export function takeErrands(): Errands {
  if (!newest) throw new Error('no courier was made');
  const errands = newest;
  newest = null;
  return errands;
}

let fetchFrom: (() => Promise<Intake>) | null = null;

/** In the place of fetchInvite: asks the listener of whom `answerInvites` named. */
export async function fetchInvite({ pickup, nonce }: Pickup): Promise<Fetched> {
  const intake = await fetchFrom?.();
  const name = fromBase64url(pickup);
  const blob = name && (await intake?.handOut(name, nonce));
  return blob ? { kind: 'blob', bytes: new Uint8Array(blob) } : { kind: 'unknown' };
}

/** The person whose listener answers for links from now on. */
export function answerInvites(from: () => Promise<Intake>): void {
  fetchFrom = from;
}

/** The part of a POST that the network keeps for later. */
type Held = { readonly slot: string; readonly envelope: Bytes };

/** The way to one of the two: the listener there, and what the network still holds. */
export type Line = {
  /** Posts one parcel; answers what the sender hears. */
  readonly post: (parcel: Parcel, fate: Fate) => Promise<Outcome>;
  /** Lets what was held back arrive, the newest first; answers how much. */
  readonly release: () => Promise<number>;
  readonly intake: () => Promise<Intake>;
  /** The inbox is another one now: what was known of it is forgotten. */
  readonly renew: () => void;
  /** Throws away what was held back. */
  readonly clear: () => void;
};

const head = 'POST /message HTTP/1.1';
const accepted: Outcome = { kind: 'accepted', head, kept: 'k'.repeat(22) };
const unknown: Outcome = { kind: 'refused', head, status: 404, reason: 'unknown' };
const silence = { kind: 'unreachable', reason: 'nobody answers' } as Outcome;

/** Makes the way to the inbox at a path. `stored` is told of each envelope that the listener took. */
export function createLine(inbox: string, stored: (envelope: Bytes) => void): Line {
  let open: Promise<Intake> | null = null;
  const held: Held[] = [];
  const intake = (): Promise<Intake> => (open ??= openIntake(inbox));
  const store = async ({ slot, envelope }: Held): Promise<boolean> => {
    const listener = await intake();
    const slots = await readFile(join(inbox, inboxFiles.slots), 'utf8').catch(() => '');
    if (!parseSlots(slots).some(({ id }) => id === slot)) return false;
    const place = { slotId: slot, bytes: envelope.length };
    listener.reserve(place);
    if ((await listener.deliver(place, envelope)) !== 'stored') throw new Error('the disk is full');
    stored(envelope);
    return true;
  };
  return {
    intake,
    renew() {
      letGoInbox(inbox);
      open = null;
    },
    clear: () => void (held.length = 0),
    async release() {
      const all = held.splice(0).toReversed();
      for (const one of all) await store(one);
      return all.length;
    },
    async post(parcel, fate) {
      const one = { slot: slotId(parcel.slotKey), envelope: parcel.envelope };
      if (fate === 'lost') return silence;
      if (fate === 'late' || fate === 'forged') {
        held.push(one);
        return fate === 'late' ? silence : accepted;
      }
      if (!(await store(one))) return unknown;
      if (fate === 'twice') await store(one);
      return fate === 'unheard' ? silence : accepted;
    },
  };
}
