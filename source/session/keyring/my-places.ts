import { limits } from '../../core/limits.ts';
import { plainOf } from '../../core/place.ts';
import type { Bytes } from '../../core/types.ts';
import { toHex } from '../../core/bytes.ts';
import { placeTag } from '../../protocol/kinds/followed.ts';
import { settingOrNull, writeSetting } from '../../store/settings.ts';
import type { Work } from '../work/work.ts';

/**
 * An address where this home is, or was until `leftAt` (ms since 1970): its placeTag, and that of its plain place, which is all that an older
 * program reads of it; in hex.
 */
type Past = { readonly tag: string; readonly plain?: string; readonly leftAt: number };

/** The number of addresses that are kept: a person who moves more often within a few days can get a warning about themselves. */
const mostPlaces = 16;

/** Notes where this home is now. */
export function notePlace(work: Work): void {
  const now = placeNow(work);
  const [last, ...before] = pastOf(work);
  if (last?.tag === now.tag) return;
  const left = last ? [{ ...last, leftAt: work.now }] : [];
  writeSetting(work.database, 'places', JSON.stringify([now, ...left, ...before].slice(0, mostPlaces)));
}

/**
 * Tells whether a placeTag names the address of this home, or one that it left so recently that messages to it may still be on their way.
 */
export function isMyPlace(work: Work, place: Bytes): boolean {
  const wanted = toHex(place);
  const isIt = ({ tag, plain }: Past): boolean => tag === wanted || plain === wanted;
  const [last, ...before] = pastOf(work);
  const lately = before.filter(({ leftAt }) => work.now - leftAt < limits.elsewhereLifeMs);
  return [placeNow(work), ...(last ? [last] : []), ...lately].some(isIt);
}

function placeNow({ address, now }: Work): Past {
  const [tag, plain] = [address, plainOf(address)].map((one) => toHex(placeTag(one))) as [string, string];
  return { tag, plain, leftAt: now };
}

/** A backup can contain anything under this name. */
function pastOf({ database }: Work): readonly Past[] {
  try {
    const read: unknown = JSON.parse(settingOrNull(database, 'places') ?? '[]');
    return Array.isArray(read) ? read.filter(isPast) : [];
  } catch {
    return [];
  }
}

function isPast(one: unknown): one is Past {
  return typeof one === 'object' && one !== null && 'leftAt' in one && typeof one.leftAt === 'number';
}
