import { createBell } from '../../core/bell.ts';
import { every } from '../../core/every.ts';
import { limits } from '../../core/limits.ts';
import { isUnproven, readMappedPort } from '../../inbox/mapped-port.ts';
import type { Context } from '../work/work.ts';
import { tellPlaces } from './tell-address.ts';

/**
 * Returns the place to take now, or null to stay where it is: `said` is the content of port.json, null when it cannot be read; `now` is
 * monotonic, in ms.
 */
type Settling = (said: string | null, now: number) => string | null;

/**
 * Takes the first new place at once, and then one in ten minutes at most; gives a place up only after ten minutes without one. Contacts are
 * told of each change.
 */
export function settleFrom(before: string): Settling {
  let [place, takenAt] = [before, -Infinity];
  let noneSince: number | null = null;
  return (said, now) => {
    if (said === null) return null;
    noneSince = said === '' ? (noneSince ?? now) : null;
    const isSure = noneSince === null || now - noneSince >= limits.mappedNoneMs;
    if (said === place || !isSure || now - takenAt < limits.mappedTakeMs) return null;
    [place, takenAt] = [said, now];
    return said;
  };
}

/**
 * Adds the place whose port the router forwards to this home's places, and removes it when the forwarding ends, as the listener reports in
 * port.json. `failed` gets errors of the disk.
 */
export function followMapped(
  context: Context,
  failed: (error: unknown) => void,
): { readonly close: () => Promise<void> } {
  const { mapped, paths } = context;
  const settle = settleFrom(mapped?.place ?? '');
  const bell = createBell(async () => {
    const said = await readMappedPort(paths.inbox);
    const place = settle(said?.place ?? null, performance.now());
    if (!mapped || place === null) return;
    Object.assign(mapped, { place, isUnproven: said !== null && isUnproven(said) });
    await tellPlaces(context, 'in turn');
  }, failed);
  const clock = every(limits.mappedLookMs, bell.ring);
  bell.ring();
  return {
    async close() {
      clock.stop();
      bell.stop();
      await bell.idle();
    },
  };
}
