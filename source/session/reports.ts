import type { KeysReport } from '../core/keys-report.ts';
import { shownProxy } from '../core/proxy.ts';
import type { OnionReport } from '../core/own-onion.ts';
import type { Status } from '../core/types.ts';
import { publicKeyPem } from '../keys/pem.ts';
import { vaultHasPassphrase } from '../keys/vault.ts';
import { countParcels } from '../inbox/parcels.ts';
import { countQuarantined } from '../inbox/quarantine.ts';
import { fingerprint, keyDigits, safetyNumber } from '../protocol/fingerprint.ts';
import { contactKey } from '../store/contact-keys.ts';
import { contactSummaries } from '../store/contacts.ts';
import { currentIdentity } from '../store/identities.ts';
import { readSetting } from '../store/settings.ts';
import { readInTurn, type Context } from './work/work.ts';
import { labelOf } from './people/find-contact.ts';
import { countBugs } from './work/note-bug.ts';
import { isRevoked } from './keyring/revoked.ts';
import { askTor } from './home/ask-tor.ts';
import { ownOnionPlace } from './home/in-effect.ts';
import { onionFiles } from './home/onion-files.ts';
import { runningTor } from './home/running-tor.ts';
import { runningListener } from './home/supervise.ts';

/** The report of `status`. */
export async function reportStatus(context: Context): Promise<Status> {
  const listener = await runningListener(context.paths.inbox);
  const quarantined = await countQuarantined(context.paths.inbox);
  const carried = await countParcels(context.paths.inbox);
  const passphrase = await vaultHasPassphrase(context.paths.keys);
  const onion = await reportOnion(context);
  return readInTurn(context, (database) => {
    const contacts = contactSummaries(database);
    return {
      name: readSetting(database, 'name'),
      fingerprint: fingerprint(currentIdentity(database).publicKey),
      home: context.paths.home,
      address: context.config.address,
      listener: { running: listener !== null, port: listener?.port ?? null, pid: listener?.pid ?? null },
      contacts: contacts.length,
      queued: contacts.reduce((sum, contact) => sum + contact.queued, 0),
      carried,
      unread: contacts.reduce((sum, contact) => sum + contact.unread, 0),
      quarantined,
      bugs: countBugs(database),
      passphrase,
      onion,
      proxy: shownProxy(context.configured.proxy) || null,
      revoked: isRevoked(database),
    };
  });
}

async function reportOnion({ configured, database, paths }: Context): Promise<OnionReport | null> {
  if (configured.onion !== true) return null;
  const place = ownOnionPlace(database);
  const report = (await runningTor(paths.home)) === null ? null : await askTor(onionFiles(paths.home), place);
  return {
    place,
    running: report !== null,
    percent: report?.percent ?? 0,
    announced: report?.announced ?? false,
  };
}

/** Shows whether the home has a passphrase, after it was changed. */
export async function lookForPassphrase({ paths, state }: Context): Promise<null> {
  const passphrase = await vaultHasPassphrase(paths.keys);
  state.update((now) => (now.passphrase === passphrase ? now : { ...now, passphrase }));
  return null;
}

/** The report of `keys`; safety numbers take about 6 ms for each contact. */
export function reportKeys(context: Context): Promise<KeysReport> {
  return readInTurn(context, (database) => {
    const mine = currentIdentity(database);
    return {
      fingerprint: fingerprint(mine.publicKey),
      created: new Date(mine.createdAt).toISOString(),
      epoch: mine.epoch,
      publicKeyPem: publicKeyPem(mine.publicKey.slice(1)),
      ownDigits: keyDigits(mine.publicKey),
      contacts: contactSummaries(database).map((contact) => ({
        name: labelOf(contact),
        state: contact.state,
        safetyNumber: safetyNumber(mine.publicKey, contactKey(database, contact.id, contact.epoch).identity),
        followed: contact.namedEpoch >= mine.epoch,
      })),
    };
  });
}
