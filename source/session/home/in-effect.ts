import { randomBytes } from 'node:crypto';
import { onionPlace } from '../../core/onion.ts';
import { withBoxes, withOnion } from '../../core/place.ts';
import { waysOut } from '../../core/way-out.ts';
import { fromHex } from '../../core/bytes.ts';
import type { Bytes } from '../../core/types.ts';
import { boxPlaces } from '../../store/boxes.ts';
import type { Database } from '../../store/database.ts';
import { settingOrNull, writeSetting } from '../../store/settings.ts';
import type { HomePaths } from '../control/home-paths.ts';
import type { Config } from '../work/work.ts';
import { notedOnionPlace, onionFiles } from './onion-files.ts';

/** The ways out of a home (core/way-out.ts), as its settings say. */
export function waysOutOf(
  { home }: Pick<HomePaths, 'home'>,
  { proxy, onion = false }: Pick<Config, 'proxy' | 'onion'>,
): string {
  return waysOut(proxy, onion ? onionFiles(home).socks : null);
}

type Settled = { readonly config: Config; readonly database: Database; readonly paths: HomePaths };

/**
 * The settings of an open home as they are in effect: `onion` in the address is the place of the own onion service, and the boxes of this home
 * are places like those that were configured.
 */
export function inEffect({ config, database, paths }: Settled): Config {
  return {
    ...config,
    proxy: waysOutOf(paths, config),
    get address() {
      const onion = config.onion ? ownOnionPlace(database) : null;
      const own = withOnion(config.address, onion);
      return withBoxes(own, boxPlaces(database));
    },
  };
}

/** Makes the key of the onion service, unless there is one. */
export function ensureOnionSeed(database: Database): void {
  if (settingOrNull(database, 'onion-seed') === null)
    writeSetting(database, 'onion-seed', randomBytes(32).toString('hex'));
}

/** The seed of the onion service's key (32 bytes); null before there is one. */
export function onionSeed(database: Database): Bytes | null {
  const seed = settingOrNull(database, 'onion-seed');
  return seed === null ? null : fromHex(seed);
}

/** The place of this home's onion service; null before there is one. */
export function ownOnionPlace(database: Database): string | null {
  const seed = onionSeed(database);
  return seed && onionPlace(seed);
}

/** The same settings of a home that is not open, as far as its files say. */
export async function inEffectOutside(config: Config, paths: HomePaths): Promise<Config> {
  const onion = config.onion ? await notedOnionPlace(paths.home) : null;
  return { ...config, proxy: waysOutOf(paths, config), address: withOnion(config.address, onion) };
}
