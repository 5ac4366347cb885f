import { addressKind } from '../../core/address.ts';
import { boxIdOf, linkBoxSeed, publicKeyOf } from '../../core/box.ts';
import { formatPlace, parsePlace, placesOf, whoReachesAt } from '../../core/place.ts';
import { claimBox } from '../../outbox/host.ts';
import type { InviteKeys } from '../../protocol/invitation.ts';
import type { Link } from '../../protocol/link.ts';
import { addBox, allBoxes, grantBox } from '../../store/boxes.ts';
import { currentIdentity } from '../../store/identities.ts';
import { readInTurn, turn, type Context } from '../work/work.ts';

/** What became of a joiner's wish for a box: it has one, it needs none, or the maker of the link gives none. */
export type LinkBox = 'claimed' | 'unneeded' | 'refused';

/**
 * Claims a box at the place of a link, when its maker can reach no place of this home; may be repeated. Afterwards the box is a place of
 * this home like any other. PROTOCOL.md "Boxes".
 */
export async function claimLinkBox(
  context: Context,
  { address }: Link,
  { pickup, voucher }: InviteKeys,
): Promise<LinkBox> {
  const { config } = context;
  if (!needsBox(config.address, address)) return 'unneeded';
  const host = parsePlace(address);
  if (!host) return 'refused';
  const seed = await readInTurn(context, (database) =>
    linkBoxSeed(currentIdentity(database).privateKey, pickup),
  );
  const place = formatPlace({ ...host, box: boxIdOf(publicKeyOf(seed)) });
  const claimed = await claimBox(address, { voucher, seed, proxy: config.proxy });
  if (claimed.kind !== 'granted') return 'refused';
  await turn(context, ({ database, now, after }) => {
    if (!allBoxes(database).some((box) => box.place === place))
      addBox(database, { place, seed, voucher, createdAt: now });
    grantBox(database, place, claimed.seal);
    after.boxes = true;
  });
  return 'claimed';
}

/**
 * True if nobody at the place of a link can reach an address: no place of it is one that everybody can try, or is in a network of the kind
 * that the link's is in.
 */
export function needsBox(address: string, linkPlace: string): boolean {
  const places = placesOf(address);
  if (places.some((place) => parsePlace(place)?.box !== '' || whoReachesAt(place) === null)) return false;
  return !places.some((place) => kindOf(place) === kindOf(linkPlace));
}

function kindOf(place: string): string {
  return addressKind(parsePlace(place)?.host ?? '');
}
