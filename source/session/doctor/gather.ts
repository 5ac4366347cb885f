import { statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { addressKind, askedHost, whyUnasked, type Address } from '../../core/address.ts';
import { namesOnion, parsePlace, placesOf } from '../../core/place.ts';
import { asFailure, ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { printableLine } from '../../core/printable.ts';
import { parseProxy, shownProxy, type ProxyServer } from '../../core/proxy.ts';
import { directWord, proxyFor } from '../../core/way-out.ts';
import type { Reach } from '../../core/types.ts';
import { amountIn } from '../../inbox/box-folder.ts';
import { readReach, tableChangedAt } from '../../inbox/mailboxes.ts';
import { countParcels } from '../../inbox/parcels.ts';
import { readMappedPort } from '../../inbox/mapped-port.ts';
import { readTrouble } from '../../inbox/trouble.ts';
import { countQuarantined } from '../../inbox/quarantine.ts';
import { guardFolder } from '../../keys/guard.ts';
import { vaultHasPassphrase } from '../../keys/vault.ts';
import { interfacesHere } from '../../net/interfaces.ts';
import { openTunnel } from '../../net/tunnel.ts';
import { contactSummaries, type ContactSummary } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { currentIdentity } from '../../store/identities.ts';
import { waitsSince } from '../../store/messages.ts';
import { lastAccepted } from '../../store/wire.ts';
import { labelOf } from '../people/find-contact.ts';
import type { Config } from '../work/work.ts';
import type { HomePaths } from '../control/home-paths.ts';
import { askTor } from '../home/ask-tor.ts';
import { mapsPort } from '../home/in-effect.ts';
import { notedOnionPlace, onionFiles } from '../home/onion-files.ts';
import { runningListener } from '../home/running-listener.ts';
import { runningTor } from '../home/running-tor.ts';
import { torInstallation, torProgram } from '../home/tor-program.ts';
import { countBugs } from '../work/note-bug.ts';
import { isRevoked } from '../keyring/revoked.ts';
import type { Facts, MachineFacts, OwnPlace, PersonFacts, TorFacts } from './facts.ts';

/** The subject of an examination: a home, and the settings in its config.toml. */
type Patient = {
  readonly paths: HomePaths;
  /** As it is in effect. */
  readonly config: Pick<Config, 'listen' | 'address' | 'proxy'>;
  /** As in config.toml. */
  readonly configured: Pick<Config, 'listen' | 'address' | 'proxy' | 'onion' | 'mapPort'>;
};

/**
 * Looks at this machine and this home. Connects only to the home's own places, through the proxy if there is one; without a proxy, nobody
 * is asked about an onion service. Throws errors of the disk as a ChatError.
 */
export async function gatherMachine(patient: Patient): Promise<MachineFacts> {
  try {
    return await gather(patient);
  } catch (error) {
    throw asFailure(error);
  }
}

async function gather({ paths, config, configured }: Patient): Promise<MachineFacts> {
  const { bavail, bsize } = await statfs(paths.home);
  const { listen, address } = config;
  const { proxy, tryPlace } = await wayOut(config.proxy, configured.proxy);
  return {
    now: Date.now(),
    listen,
    listener: await runningListener(paths.inbox),
    interfaces: interfacesHere().map(({ address: at }) => at),
    places: await Promise.all(
      placesOf(address).map(async (place) => ({ address: place, connection: await tryPlace(place) })),
    ),
    proxy,
    tor: await gatherTor({ paths, config, configured }),
    isOnionOff: namesOnion(configured.address) && configured.onion !== true,
    mapped: mapsPort(paths, configured) ? ((await readMappedPort(paths.inbox)) ?? unasked) : null,
    freeBytes: bavail * bsize,
    home: paths.home,
    folders: await wrongModes(paths.keys),
    passphrase: await vaultHasPassphrase(paths.keys),
    quarantined: await countQuarantined(paths.inbox),
    carried: await countParcels(paths.inbox),
    waitingBytes: (await amountIn(paths.inbox)).bytes,
    reached: await readReach(paths.inbox),
    slotsAt: await tableChangedAt(paths.inbox),
    trouble: printableLine(await readTrouble(paths.inbox)),
  };
}

/** Until the listener reports something. */
const unasked = { place: '', words: 'it was not asked yet' };

async function wrongModes(keys: string): Promise<MachineFacts['folders']> {
  try {
    await guardFolder(keys);
    return null;
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return { text: error.message, hint: error.hint };
  }
}

type Way = Pick<MachineFacts, 'proxy'> & {
  readonly tryPlace: (place: string) => Promise<OwnPlace['connection']>;
};

/** Decides how to try our own places. A SOCKS proxy says beforehand whether it accepts us; an HTTP proxy only shows that it is there. */
async function wayOut(ways: string, setting: string): Promise<Way> {
  const proxy = parseProxy(setting);
  const isNone = setting === '' || setting === directWord;
  const failure = proxy ? await whyClosed(proxy, null, limits.ownConnectionMs) : 'it is not a proxy';
  const tryPlace: Way['tryPlace'] = (place) => {
    const way = proxyFor(ways, parsePlace(place)?.host ?? '');
    if (way === undefined) return tryOwn(place);
    const isGood = way !== null && (way.socket !== undefined || failure === null);
    return isGood ? tryThrough(way, place) : Promise.resolve(null);
  };
  return { proxy: isNone ? null : { shown: shownProxy(setting), failure }, tryPlace };
}

async function gatherTor({ paths, config, configured }: Patient): Promise<TorFacts | null> {
  if (configured.onion !== true) return null;
  const files = onionFiles(paths.home);
  const place = (await notedOnionPlace(paths.home)) ?? placesOf(config.address).find(isOnion) ?? null;
  const pid = await runningTor(paths.home);
  return {
    program: await torProgram(),
    installation: torInstallation(),
    pid,
    report: pid === null ? null : await askTor(files, place),
    place,
    isTold: namesOnion(configured.address),
    isForOnionsOnly: configured.proxy !== '',
  };
}

function isOnion(place: string): boolean {
  return addressKind(parsePlace(place)?.host ?? '') === 'onion';
}

/** Tries only addresses that mean the same to the proxy, and hangs up at once. */
async function tryThrough(proxy: ProxyServer, place: string): Promise<OwnPlace['connection']> {
  const to = parsePlace(place);
  const kind = addressKind(to?.host ?? '');
  if (!to || !['public', 'name', 'onion'].includes(kind)) return null;
  const withinMs = kind === 'onion' ? limits.onionConnectTimeoutMs : limits.postConnectTimeoutMs;
  const reason = await whyClosed(proxy, to, withinMs);
  return { taken: reason === null, reason: reason ?? '' };
}

async function whyClosed(proxy: ProxyServer, to: Address | null, withinMs: number): Promise<string | null> {
  const opened = await openTunnel({ proxy, to, withinMs });
  if (opened.kind === 'closed') return opened.reason;
  opened.socket.destroy();
  return null;
}

/** Connects and hangs up at once, without sending a byte. */
function tryOwn(place: string): Promise<OwnPlace['connection']> {
  const parsed = parsePlace(place);
  if (!parsed || whyUnasked(parsed.host) !== null || addressKind(parsed.host) === 'nowhere')
    return Promise.resolve(null);
  return new Promise((resolve) => {
    const socket = connect({ port: parsed.port, host: askedHost(parsed.host) });
    const done = (taken: boolean, reason: string): void => {
      socket.destroy();
      resolve({ taken, reason });
    };
    socket.setTimeout(limits.ownConnectionMs, () => done(false, 'no answer'));
    socket.once('connect', () => done(true, ''));
    socket.once('error', (error: NodeJS.ErrnoException) => done(false, error.code ?? 'unknown'));
  });
}

/** The facts in the database about this home itself. */
export function gatherOwn(database: Database): Pick<Facts, 'revoked' | 'bugs'> {
  return { revoked: isRevoked(database), bugs: countBugs(database) };
}

/** The facts in the database about each contact, and those in `reach` about the tries of this program. */
export function gatherPeople(
  database: Database,
  reach: ReadonlyMap<number, Reach> = new Map(),
): readonly PersonFacts[] {
  const mine = currentIdentity(database).epoch;
  const accepted = lastAccepted(database);
  return contactSummaries(database).map((contact) => ({
    ...personOf(contact),
    ...reachOf(reach.get(contact.id), accepted.get(contact.id) ?? null),
    waitsSince: waitsSince(database, contact.id),
    followed: contact.namedEpoch >= mine,
  }));
}

type Counted = 'lastAnsweredAt' | 'away' | 'waitsSince' | 'followed';

function personOf(contact: ContactSummary): Omit<PersonFacts, Counted> {
  const { state, request, address, lastHeardAt, queued, unknownSince } = contact;
  return { label: labelOf(contact), state, request, address, lastHeardAt, queued, unknownSince };
}

function reachOf(
  reach: Reach | undefined,
  acceptedAt: number | null,
): Pick<PersonFacts, 'lastAnsweredAt' | 'away'> {
  if (reach?.kind === 'away') return { away: reach, lastAnsweredAt: acceptedAt };
  return { away: null, lastAnsweredAt: reach?.kind === 'answered' ? reach.at : acceptedAt };
}
