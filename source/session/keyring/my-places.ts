import { limits } from '../../core/limits.ts';
import type { Bytes } from '../../core/types.ts';
import { toHex } from '../../core/bytes.ts';
import { placeTag } from '../../protocol/kinds/followed.ts';
import { settingOrNull, writeSetting } from '../../store/settings.ts';
import type { Work } from '../work/work.ts';

/** A place where this home is, or was until `leftAt` (ms since 1970): placeTag of its address, in hex. */
type Past = { readonly tag: string; readonly leftAt: number };

/** The number of places that are kept: somebody who moves more often within a few days may be warned of themselves. */
const mostPlaces = 16;

/** Notes where this home is now. */
export function notePlace(work: Work): void {
  const tag = toHex(placeTag(work.address));
  const [last, ...before] = pastOf(work);
  if (last?.tag === tag) return;
  const left = last ? [{ ...last, leftAt: work.now }] : [];
  const places = [{ tag, leftAt: work.now }, ...left, ...before].slice(0, mostPlaces);
  writeSetting(work.database, 'places', JSON.stringify(places));
}

/** Tells whether a placeTag names the place where this home is, or was so lately that news for it there may still be on its way. */
export function isMyPlace(work: Work, place: Bytes): boolean {
  const tag = toHex(place);
  if (tag === toHex(placeTag(work.address))) return true;
  const [now, ...before] = pastOf(work);
  return (
    now?.tag === tag ||
    before.some((one) => one.tag === tag && work.now - one.leftAt < limits.elsewhereLifeMs)
  );
}

function pastOf({ database }: Work): readonly Past[] {
  return JSON.parse(settingOrNull(database, 'places') ?? '[]') as Past[];
}
