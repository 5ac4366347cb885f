import { makeKeyPair, type KeyPair } from '../../keys/identity.ts';
import { changedText, formatKeyFile, parseKeyFile, type KeyFileText } from '../../keys/key-file.ts';
import { openPkcs8, sealPkcs8 } from '../../keys/pkcs8.ts';
import { ChatError } from '../../core/errors.ts';
import { sameBytes } from '../../core/bytes.ts';
import { isRejected } from '../../protocol/bytes.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { readStatement, splitSigned } from '../../protocol/rotate.ts';
import { allContacts } from '../../store/contacts.ts';
import {
  addIdentity,
  addSealKey,
  currentIdentity,
  deleteIdentities,
  type Identity,
} from '../../store/identities.ts';
import { keptInvites, openInvites } from '../../store/invites.ts';
import { readInTurn, turn, type Context, type Work } from '../work/work.ts';
import { expireInvites, withdraw } from '../keyring/links.ts';
import { makeLastingPreKeys } from '../keyring/make-bundle.ts';
import { refuseRevoked } from '../keyring/revoked.ts';
import { showFingerprint } from '../people/show.ts';

/** The new key, and its place in the chain of keys. */
type Incoming = KeyPair & Pick<Identity, 'epoch' | 'signedStatement'>;

/** The newest identity's private key as a key file, encrypted here. Throws ChatError passphrase-bad. PROTOCOL.md §9. */
export async function exportKey(
  context: Context,
  ask: { readonly passphrase: string },
): Promise<{ readonly pem: string }> {
  const identity = await readInTurn(context, currentIdentity);
  const sealed = await sealPkcs8(identity.privateKey, ask.passphrase);
  const { epoch, signedStatement } = identity;
  return {
    pem: formatKeyFile({ fingerprint: fingerprint(identity.publicKey), epoch, signedStatement }, sealed),
  };
}

/**
 * Replaces the identity of a home without contacts with the one in a key file, with a new seal key and new prekeys, in one
 * transaction. Throws ChatError home-talks, key-file-*, passphrase-bad; then nothing has changed.
 */
export async function importKey(
  context: Context,
  ask: { readonly pem: string; readonly passphrase: string },
): Promise<{ readonly fingerprint: string }> {
  const { text, sealed } = parseKeyFile(ask.pem);
  const incoming = checkText(text, openPkcs8(sealed, ask.passphrase));
  await turn(context, (work) => replaceIdentity(work, incoming));
  await readInTurn(context, () => showFingerprint(context));
  return { fingerprint: fingerprint(incoming.publicKey) };
}

/** A key without text is another program's: it begins a chain. */
function checkText(text: KeyFileText | null, pair: KeyPair): Incoming {
  if (!text) return { ...pair, epoch: 1, signedStatement: null };
  if (text.fingerprint !== fingerprint(pair.publicKey) || !isMadeBy(text, pair)) throw changedText();
  return { ...pair, epoch: text.epoch, signedStatement: text.signedStatement };
}

/** Tells whether the statement, which every epoch but the first has, says that it made this key. */
function isMadeBy({ epoch, signedStatement }: KeyFileText, { publicKey }: KeyPair): boolean {
  if (!signedStatement) return epoch === 1;
  const said = readStatement(splitSigned(signedStatement));
  return !isRejected(said) && said.epoch === epoch && sameBytes(said.newKey, publicKey);
}

function replaceIdentity(work: Work, incoming: Incoming): void {
  refuseRevoked(work);
  expireInvites(work);
  const isNew = allContacts(work.database).length === 0 && openInvites(work.database).length === 0;
  if (!isNew) throw new ChatError('home-talks');
  for (const closed of keptInvites(work.database)) withdraw(work, closed);
  deleteIdentities(work.database);
  addIdentity(work.database, { ...incoming, createdAt: work.now });
  addSealKey(work.database, { epoch: incoming.epoch, ...makeKeyPair() }, work.now);
  makeLastingPreKeys(work, incoming);
  work.after.publicKey = true;
}
