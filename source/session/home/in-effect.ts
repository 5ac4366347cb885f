import { randomBytes } from 'node:crypto';
import { onionPlace } from '../../core/onion.ts';
import { addressKind } from '../../core/address.ts';
import { limits } from '../../core/limits.ts';
import { bindingOf, placesOf, withBoxes, withOnion } from '../../core/place.ts';
import { goesThrough, waysOut } from '../../core/way-out.ts';
import { fromHex } from '../../core/bytes.ts';
import type { Bytes } from '../../core/types.ts';
import { isUnproven, readMappedPort } from '../../inbox/mapped-port.ts';
import { boxPlaces } from '../../store/boxes.ts';
import type { Database } from '../../store/database.ts';
import { settingOrNull, writeSetting } from '../../store/settings.ts';
import { homePaths, type HomePaths } from '../control/home-paths.ts';
import type { Config, Mapped } from '../work/work.ts';
import { notedOnionPlace, onionFiles } from './onion-files.ts';

/** The ways out of a home (core/way-out.ts), as its settings say. */
function waysOutOf(
  { home }: Pick<HomePaths, 'home'>,
  { proxy, onion = false }: Pick<Config, 'proxy' | 'onion'>,
): string {
  return waysOut(proxy, onion ? onionFiles(home).socks : null);
}

type Settled = {
  readonly config: Config;
  readonly database: Database;
  readonly paths: HomePaths;
  /** The outside place that a router forwards to this home; empty for none. */
  readonly mapped: Readonly<Mapped>;
};

/**
 * The settings of an open home as they are in effect: `onion` in the address is the place of the own onion service, and the boxes of this
 * home are places like those that were configured, and so is the place whose port its router forwards.
 */
export function inEffect({ config, database, paths, mapped }: Settled): Config {
  return {
    ...config,
    proxy: waysOutOf(paths, config),
    get address() {
      const onion = config.onion ? ownOnionPlace(database) : null;
      const own = withOnion(config.address, onion);
      const boxes = boxPlaces(database);
      // Put a place that anyone could have named at the end, because a link carries the first one.
      if (mapped.isUnproven) return withMapped(withBoxes(own, boxes), mapped.place);
      return withBoxes(withMapped(own, mapped.place), boxes);
    },
  };
}

function withMapped(address: string, mapped: string): string {
  const places = placesOf(address);
  const isIn = mapped === '' || places.includes(mapped) || places.length >= limits.places;
  return isIn ? address : [...places, mapped].join(' ');
}

/** The place that the router forwarded last, so contacts are not told of two changes at each start. */
export async function mappedPlace({
  home,
  config,
}: {
  readonly home: string;
  readonly config: Config;
}): Promise<Mapped> {
  const paths = homePaths(home);
  const said = mapsPort(paths, config) ? await readMappedPort(paths.inbox) : null;
  return said ? { place: said.place, isUnproven: isUnproven(said) } : { place: '' };
}

/** True if the router should be asked to forward a port: not when that would reveal an address that a proxy or Tor hides. */
export function mapsPort(
  paths: Pick<HomePaths, 'home'>,
  config: Pick<Config, 'listen' | 'proxy' | 'onion' | 'mapPort'>,
): boolean {
  const bound = bindingOf(config.listen);
  const isOpen = bound !== null && bound.host !== '' && addressKind(bound.host) !== 'loopback';
  return config.mapPort === true && isOpen && !goesThrough(waysOutOf(paths, config));
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
  const mapped = await mappedPlace({ home: paths.home, config });
  const address = withMapped(withOnion(config.address, onion), mapped.place);
  return { ...config, proxy: waysOutOf(paths, config), address };
}
