import { createBell } from '../../core/bell.ts';
import { limits } from '../../core/limits.ts';
import { readMappedPort } from '../../inbox/mapped-port.ts';
import type { Context } from '../work/work.ts';
import { tellPlaces } from './tell-address.ts';

/**
 * Makes the place where the router passes a port on one of this home's, and takes it back when that ends: the listener says so in port.json.
 * `failed` gets what the disk says.
 */
export function followMapped(
  context: Context,
  failed: (error: unknown) => void,
): { readonly close: () => Promise<void> } {
  const { mapped, paths } = context;
  const bell = createBell(async () => {
    const place = (await readMappedPort(paths.inbox))?.place ?? '';
    if (!mapped || mapped.place === place) return;
    mapped.place = place;
    await tellPlaces(context);
  }, failed);
  const clock = setInterval(bell.ring, limits.mappedLookMs);
  clock.unref();
  bell.ring();
  return {
    async close() {
      clearInterval(clock);
      bell.stop();
      await bell.idle();
    },
  };
}
