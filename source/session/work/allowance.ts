import { limits } from '../../core/limits.ts';
import type { Allowance } from '../../protocol/ratchet.ts';
import type { Database } from '../../store/database.ts';
import type { Work } from './work.ts';

/** The number of keys that can still be derived for one contact, and the time of that count: ms of the monotonic clock. */
type Purse = { keys: number; at: number };

/** In memory only: a restarted program begins with full purses. */
const purses = new WeakMap<Database, Map<number, Purse>>();

/** Through an invite or a card, which anyone can use: near messages only. */
export const nearOnly: Allowance = { take: isNear, giveBack: () => undefined };

/**
 * The allowance for the next message of a contact. A jump of `limits.nearKeys` costs nothing; a longer one is paid from a purse of
 * `limits.payerKeys`, which fills by `limits.payerKeysASecond`: keys that a good message did not need come back. An honest contact cannot
 * empty the purse, since jumps add up to no more than the messages that it wrote.
 */
export function allowanceOf({ database }: Pick<Work, 'database'>, contactId: number): Allowance {
  let taken = 0;
  return {
    take(keys) {
      if (isNear(keys)) return true;
      if (!pay({ database }, contactId, keys)) return false;
      taken = keys;
      return true;
    },
    giveBack(keys) {
      if (taken > 0) purseOf(database, contactId).keys += keys;
    },
  };
}

/** Pays out of a contact's purse for work that costs as much as `keys` keys; returns whether there was enough in the purse. */
export function pay({ database }: Pick<Work, 'database'>, contactId: number, keys: number): boolean {
  const purse = purseOf(database, contactId);
  if (keys > purse.keys) return false;
  purse.keys -= keys;
  return true;
}

function isNear(keys: number): boolean {
  return keys <= limits.nearKeys;
}

function purseOf(database: Database, contactId: number): Purse {
  const all = purses.get(database) ?? new Map<number, Purse>();
  purses.set(database, all);
  const now = performance.now();
  const before = all.get(contactId) ?? { keys: limits.payerKeys, at: now };
  const more = ((now - before.at) / 1000) * limits.payerKeysASecond;
  const purse = { keys: Math.min(limits.payerKeys, before.keys + more), at: now };
  all.set(contactId, purse);
  return purse;
}
