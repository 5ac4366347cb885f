import { randomBytes } from 'node:crypto';
import { boxIdOf, lentKey, publicKeyOf } from '../../core/box.ts';
import { sameBytes } from '../../core/bytes.ts';
import type { Calls } from '../../core/calls.ts';
import { ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { formatPlace, parsePlace, placesOf } from '../../core/place.ts';
import { printableLine } from '../../core/printable.ts';
import type { OwnBox } from '../../core/own-box.ts';
import type { Bytes } from '../../core/types.ts';
import { readReach, tableChangedAt } from '../../inbox/mailboxes.ts';
import { claimBox, leaveBox } from '../../outbox/host.ts';
import { decodeBoxLink, encodeBoxLink } from '../../protocol/box-link.ts';
import { addBox, addVoucher, allBoxes, grantBox, removeBox } from '../../store/boxes.ts';
import { untilTor } from '../home/own-tor.ts';
import { allContacts } from '../../store/contacts.ts';
import { runningListener } from '../home/running-listener.ts';
import { readInTurn, turn, type Context } from '../work/work.ts';
import { endLent, listLent } from './lent.ts';
import { tellPlaces } from './tell-address.ts';

/** Answers the calls about boxes. */
export function createBoxCalls(context: Context): Pick<Calls, BoxCalls> {
  return {
    lend: (ask) => lend(context, ask),
    lent: () => listLent(context),
    endLent: (ask) => endLent(context, ask.id),
    takeBox: (ask) => takeBox(context, ask.link),
    boxes: () => listBoxes(context),
    leaveBox: (ask) => leave(context, ask.place),
  };
}

type BoxCalls = 'lend' | 'lent' | 'endLent' | 'takeBox' | 'boxes' | 'leaveBox';

/** The boxes that one box link lends. */
type Lending = { readonly bytes?: number | undefined; readonly boxes?: number | undefined };

/** Makes a voucher for boxes at this home's listener, and returns its box link. Throws ChatError address-bad. */
async function lend(context: Context, ask: Lending): Promise<{ readonly link: string }> {
  const own = placesOf(context.config.address).find((one) => parsePlace(one)?.box === '');
  if (own === undefined) throw new ChatError('lend-nowhere');
  const { bytes = limits.boxBytes, boxes = 1 } = ask;
  const secret = new Uint8Array(randomBytes(16));
  await turn(context, (work) => {
    const voucher = { key: lentKey(secret), files: limits.boxFiles, bytes, boxes, days: limits.boxDays };
    addVoucher(work.database, voucher, work.now);
    work.after.boxes = true;
  });
  return { link: encodeBoxLink({ secret, place: own }) };
}

/**
 * Claims a box with a box link, has the listener collect from it, and tells the contacts. May be repeated after a crash or without an answer:
 * the same box is claimed again. Throws ChatError box-link-bad, box-refused, box-unreachable.
 */
async function takeBox(context: Context, text: string): Promise<{ readonly place: string }> {
  const link = decodeBoxLink(text);
  if (typeof link === 'string') throw new ChatError('box-link-bad', printableLine(link));
  const voucher = lentKey(link.secret);
  const { place, seed } = await turn(context, ({ database, now, after }) => {
    const begun = allBoxes(database).find((box) => !box.seal && sameBytes(box.voucher, voucher));
    const made = begun ?? newBox(link.place);
    if (!begun) addBox(database, { ...made, voucher, createdAt: now, contactId: null });
    after.boxes = true;
    return made;
  });
  await untilTor(context, link.place);
  const claimed = await claimBox(link.place, { voucher, seed, proxy: context.config.proxy });
  if (claimed.kind === 'unreachable') throw new ChatError('box-unreachable', claimed.reason);
  // Keep the key, because nothing proves a refusal: the same box can be claimed again.
  if (claimed.kind === 'refused')
    throw new ChatError('box-refused', claimed.full ? 'its disk is full' : 'the link was already used');
  await turn(context, (work) => {
    grantBox(work.database, place, claimed.seal);
    work.after.boxes = true;
  });
  await tellNewBox(context, place);
  return { place };
}

/**
 * Wait until a box knows its slots before telling contacts about it: their messages would be refused there. A home without a box has no
 * table to wait for.
 */
export async function tellNewBox(context: Context, place: string): Promise<void> {
  const isKnown = await readInTurn(context, (database) => allContacts(database).length > 0);
  if (isKnown && (await runningListener(context.paths.inbox))) await tableIsThere(context, place);
  await tellPlaces(context);
}

function newBox(hostPlace: string): { readonly place: string; readonly seed: Bytes } {
  const host = parsePlace(hostPlace);
  if (!host) throw new Error('a box link without a place');
  const seed = new Uint8Array(randomBytes(32));
  return { place: formatPlace({ ...host, box: boxIdOf(publicKeyOf(seed)) }), seed };
}

/** The boxes of this home, and their state. */
export async function listBoxes(context: Context): Promise<readonly OwnBox[]> {
  const boxes = await readInTurn(context, allBoxes);
  if (boxes.length === 0) return [];
  const reached = await readReach(context.paths.inbox);
  return boxes.map(({ place, seal, createdAt }) => {
    const { answeredAt = 0, reason = 'not contacted yet' } = reached.find((one) => one.place === place) ?? {};
    const why = seal ? reason : 'its host has not granted it yet';
    return {
      place,
      createdAt,
      answeredAt: answeredAt || null,
      reason: why === '' ? null : printableLine(why),
    };
  });
}

/**
 * Gives up a box: its host deletes it, and the contacts are told. When the host does not answer, this home leaves all the same, and the box expires
 * there some day; `left` is false then. Throws ChatError box-unknown.
 */
async function leave(context: Context, place: string): Promise<{ readonly left: boolean }> {
  const box = await readInTurn(context, (database) => allBoxes(database).find((one) => one.place === place));
  if (!box) throw new ChatError('box-unknown', printableLine(place));
  await turn(context, (work) => {
    removeBox(work.database, place);
    work.after.boxes = true;
  });
  await tellPlaces(context);
  const why = box.seal
    ? await leaveBox(place, { seed: box.seed, seal: box.seal, proxy: context.config.proxy })
    : null;
  return { left: why === null };
}

/** Waits until the host of a box has the slots and links of this moment, but not for long; returns whether it has. */
export async function tableIsThere({ paths }: Context, place: string): Promise<boolean> {
  const since = await tableChangedAt(paths.inbox);
  for (let waited = 0; waited < limits.boxTableWaitMs; waited += limits.boxTableLookMs) {
    const reached = (await readReach(paths.inbox)).find((one) => one.place === place);
    if ((reached?.tableAt ?? 0) >= since) return true;
    await new Promise((resolve) => setTimeout(resolve, limits.boxTableLookMs));
  }
  return false;
}
