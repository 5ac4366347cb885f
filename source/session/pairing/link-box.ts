import { randomBytes } from 'node:crypto';
import { addressKind } from '../../core/address.ts';
import { boxIdOf, publicKeyOf } from '../../core/box.ts';
import { sameBytes } from '../../core/bytes.ts';
import { formatPlace, parsePlace, placesOf, whoReachesAt, type Place } from '../../core/place.ts';
import { printableLine } from '../../core/printable.ts';
import type { Bytes } from '../../core/types.ts';
import { claimBox } from '../../outbox/host.ts';
import type { InviteKeys } from '../../protocol/invitation.ts';
import type { Link } from '../../protocol/link.ts';
import { addBox, allBoxes, grantBox, removeBox, setBoxContact } from '../../store/boxes.ts';
import { contactOf } from '../../store/contacts.ts';
import { labelOf } from '../people/find-contact.ts';
import { addNotice } from '../sending/notice.ts';
import { turn, type Context, type Work } from '../work/work.ts';

/** The outcome of a joiner's request for a box: it has one, it needs none, or the maker of the link gives none. */
type LinkBox =
  | { readonly kind: 'unneeded' | 'refused' }
  | { readonly kind: 'granted'; readonly place: string; readonly seal: Bytes; readonly beside: boolean };

/**
 * Claims a box at the place of a link, when its maker can reach no place of this home; may be repeated after a crash. Nobody learns of it
 * before moveIn(). PROTOCOL.md "Boxes".
 */
export async function claimLinkBox(
  context: Context,
  { address }: Link,
  { voucher }: InviteKeys,
): Promise<LinkBox> {
  const { config } = context;
  const host = parsePlace(address);
  const made = host && (await turn(context, (work) => beginBox(work, context, { host, address, voucher })));
  if (!made) return { kind: 'unneeded' };
  const claimed = await claimBox(address, { voucher, seed: made.seed, proxy: config.proxy });
  const { place } = made;
  if (claimed.kind === 'granted')
    return { kind: 'granted', place, seal: claimed.seal, beside: host.box !== '' };
  // The hello is sent without it, and its voucher is used up.
  await turn(context, ({ database }) => removeBox(database, place));
  return { kind: 'refused' };
}

type Wanted = { readonly host: Place; readonly address: string; readonly voucher: Bytes };

/** The box that was begun with this voucher, or a new one; null when none is needed. */
function beginBox(
  { database, now }: Work,
  { config }: Context,
  { host, address, voucher }: Wanted,
): { readonly place: string; readonly seed: Bytes } | null {
  const boxes = allBoxes(database);
  const begun = boxes.find((box) => !box.seal && sameBytes(box.voucher, voucher));
  if (begun) return begun;
  const byLinks = boxes.filter((box) => box.contactId !== null).map(({ place }) => place);
  if (!needsBox(config.address, address, byLinks)) return null;
  const seed = new Uint8Array(randomBytes(32));
  const place = formatPlace({ ...host, box: boxIdOf(publicKeyOf(seed)) });
  addBox(database, { place, seed, voucher, createdAt: now, contactId: 0 });
  return { place, seed };
}

/** Makes a granted box a place of this home, in the turn of the hello; returns the work with the address that has it. */
export function moveIn(work: Work, { config }: Context, box: LinkBox): Work {
  if (box.kind !== 'granted') return work;
  grantBox(work.database, box.place, box.seal);
  work.after.boxes = true;
  return { ...work, address: config.address };
}

/** Adds a notice to the conversation with the maker of a link: how others can write to me now. */
export function sayBox(work: Work, contactId: number, box: LinkBox): void {
  if (box.kind === 'unneeded') return;
  if (box.kind === 'granted') setBoxContact(work.database, box.place, contactId);
  const label = printableLine(labelOf(contactOf(work.database, contactId)));
  addNotice(work, contactId, wordsFor(label, box, work.address), 'mailbox');
}

/** The notice about a mailbox, or about getting none, for a home with this address: an onion service reaches people with Tor. */
export function wordsFor(label: string, box: LinkBox, address: string): string {
  const isOnion = placesOf(address).some((place) => kindOf(place) === 'onion');
  if (box.kind !== 'granted')
    return isOnion
      ? `${label} can write to you only with Tor: there is no mailbox for you there. cryptochat doctor shows what helps.`
      : `${label} cannot write to you yet: nobody can reach you, and there is no mailbox for you there. cryptochat doctor shows what helps.`;
  const who = isOnion ? 'only people with Tor' : 'nobody';
  return box.beside
    ? `${who} can reach you directly, so you now have a mailbox at the host of ${label}`
    : `${who} can reach you directly, so ${label} now keeps a mailbox for you`;
}

/** The most boxes from links: with two, one can be offline. */
const mostByLinks = 2;

/**
 * True if nobody at the place of a link can reach an address: no place of it is one that everybody can try, or a box that was lent, or is in
 * a network of the kind that the link's is in. Boxes that came with other links (`byLinks`) depend on one contact each.
 */
export function needsBox(address: string, linkPlace: string, byLinks: readonly string[] = []): boolean {
  const places = placesOf(address).filter((place) => !byLinks.includes(place));
  if (places.some((place) => parsePlace(place)?.box !== '' || whoReachesAt(place) === null)) return false;
  if (places.some((place) => kindOf(place) === kindOf(linkPlace))) return false;
  return byLinks.length < mostByLinks && !byLinks.some((place) => hostOf(place) === hostOf(linkPlace));
}

function kindOf(place: string): string {
  return addressKind(parsePlace(place)?.host ?? '');
}

function hostOf(place: string): string {
  const parsed = parsePlace(place);
  return parsed ? formatPlace({ ...parsed, box: '' }) : '';
}
