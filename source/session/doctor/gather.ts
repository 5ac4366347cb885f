import { statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { addressKind, askedHost, whyUnasked } from '../../core/address.ts';
import { parsePlace, placesOf } from '../../core/place.ts';
import { asFailure, ChatError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Reach } from '../../core/types.ts';
import { countQuarantined } from '../../inbox/quarantine.ts';
import { guardFolder } from '../../keys/guard.ts';
import { vaultHasPassphrase } from '../../keys/vault.ts';
import { contactSummaries, type ContactSummary } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { currentIdentity } from '../../store/identities.ts';
import { waitsSince } from '../../store/messages.ts';
import { lastAccepted } from '../../store/wire.ts';
import { labelOf } from '../people/find-contact.ts';
import type { Config } from '../work/work.ts';
import type { HomePaths } from '../control/home-paths.ts';
import { runningListener } from '../home/running-listener.ts';
import { countBugs } from '../work/note-bug.ts';
import { isRevoked } from '../keyring/revoked.ts';
import type { Facts, MachineFacts, OwnPlace, PersonFacts } from './facts.ts';

/** The subject of an examination: a home, and the settings in its config.toml. */
export type Patient = { readonly paths: HomePaths; readonly config: Pick<Config, 'listen' | 'address'> };

/**
 * Looks at this machine and this home. Connects to its own places only, and asks nobody about an onion service. Throws what the disk says,
 * as a ChatError.
 */
export async function gatherMachine(patient: Patient): Promise<MachineFacts> {
  try {
    return await gather(patient);
  } catch (error) {
    throw asFailure(error);
  }
}

async function gather({ paths, config }: Patient): Promise<MachineFacts> {
  const { bavail, bsize } = await statfs(paths.home);
  const { listen, address } = config;
  return {
    now: Date.now(),
    listen,
    listener: await runningListener(paths.inbox),
    interfaces: Object.values(networkInterfaces()).flatMap((all = []) => all.map((one) => one.address)),
    places: await Promise.all(
      placesOf(address).map(async (place) => ({ address: place, connection: await tryOwn(place) })),
    ),
    freeBytes: bavail * bsize,
    home: paths.home,
    folders: await wrongModes(paths.keys),
    passphrase: await vaultHasPassphrase(paths.keys),
    quarantined: await countQuarantined(paths.inbox),
  };
}

async function wrongModes(keys: string): Promise<MachineFacts['folders']> {
  try {
    await guardFolder(keys);
    return null;
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return { text: error.message, hint: error.hint };
  }
}

/** Connects and hangs up at once: not a byte is sent. */
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
