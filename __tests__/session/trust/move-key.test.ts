import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Bytes } from '../../../source/core/types.ts';
import { formatKeyFile, parseKeyFile } from '../../../source/keys/key-file.ts';
import { decodePbes2, encodePbes2, type Pbes2 } from '../../../source/keys/pbes2.ts';
import { fingerprint as fingerprintOf } from '../../../source/protocol/fingerprint.ts';
import { importKey } from '../../../source/session/trust/move-key.ts';
import { homePaths } from '../../../source/session/control/home-paths.ts';
import { openSession, type Session } from '../../../source/session/session.ts';
import { setUpHome } from '../../../source/session/home/set-up.ts';
import { openDatabase } from '../../../source/store/database.ts';
import { currentIdentity, sealKeys } from '../../../source/store/identities.ts';
import { Crash, openMortal, type Life } from '../../support/mortal-client.ts';
import { bareKey, hasOpenssl, openssl, strong } from '../../support/key-files.ts';
import { clientOf } from '../../support/open-client.ts';
import { tempFolder } from '../../support/temp-home.ts';
import { until } from '../../support/until.ts';

const passphrase = 'correct horse';
const config = { listen: '127.0.0.1:1', address: '127.0.0.1:1', keepListening: false, lend: true, proxy: '' };

/** A new home, and what opens it without a listener. */
async function newHome() {
  const home = join(await tempFolder(), 'home');
  const databaseKey = await setUpHome({ home, name: 'alice', passphrase: null, ...config });
  const open = async (): Promise<Session> => {
    const session = await openSession({ home, databaseKey, config, passphrase: false, listen: 'none' });
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> => (closed ??= session.close());
    onTestFinished(close);
    return { ...session, close };
  };
  return { home, databaseKey, open };
}

/** A client of a new home without a listener. */
async function newClient(): Promise<Session> {
  return (await newHome()).open();
}

/** The key file of a person who has rotated once. */
async function exported(): Promise<{ readonly pem: string; readonly fingerprint: string }> {
  const client = await newClient();
  await client.rotate();
  const { fingerprint } = await client.keys();
  return { ...(await client.exportKey({ passphrase })), fingerprint };
}

test('a key moves from one home to a new one', async () => {
  const alice = await newClient();
  const { fingerprint, publicKeyPem } = await alice.keys();
  const { pem } = await alice.exportKey({ passphrase });
  expect(pem).toContain(`fingerprint: ${fingerprint}\nepoch: 1\n-----BEGIN ENCRYPTED`);
  const { home, databaseKey, open } = await newHome();
  const other = await open();
  expect((await other.keys()).fingerprint).not.toBe(fingerprint);
  expect(await other.importKey({ pem, passphrase })).toEqual({ fingerprint });
  expect(other.state.get().fingerprint).toBe(fingerprint);
  expect(await other.status()).toMatchObject({ fingerprint });
  expect(await other.keys()).toMatchObject({ fingerprint, publicKeyPem, epoch: 1 });
  expect(await readFile(homePaths(home).publicKey, 'utf8')).toBe(publicKeyPem);
  expect((await other.exportKey({ passphrase: 'x' })).pem).toContain(fingerprint);
  await other.close();
  const database = openDatabase(homePaths(home).database, databaseKey);
  onTestFinished(() => database.close());
  expect(database.all('SELECT epoch, retired_at FROM identities')).toEqual([{ epoch: 1, retired_at: null }]);
  expect(database.all('SELECT kind, epoch, keep FROM prekeys ORDER BY id')).toEqual([
    { kind: 'signed', epoch: 1, keep: 1 },
    { kind: 'kyber', epoch: 1, keep: 1 },
  ]);
  expect(sealKeys(database)).toHaveLength(1);
});

test('the chain of keys moves with it: contacts follow the next rotation', async () => {
  const { pem, fingerprint } = await exported();
  const [alice, bob] = [await clientOf('alice'), await clientOf('bob')];
  await alice.importKey({ pem, passphrase });
  expect(await alice.keys()).toMatchObject({ epoch: 2, fingerprint });
  await bob.join(await alice.invite({}));
  expect(await bob.contacts()).toMatchObject([{ fingerprint, epoch: 2 }]);
  await until('alice has bob', async () => (await alice.contacts()).length === 1);
  const { fingerprint: next } = await alice.rotate();
  await until('bob follows', async () => (await bob.contacts())[0]?.fingerprint === next);
  expect(await bob.contacts()).toMatchObject([{ epoch: 3, state: 'not-compared' }]);
  await until('alice knows that', async () => (await alice.contacts())[0]?.followed);
});

test('the private key is in it, and only under the passphrase', async () => {
  const { pem } = await exported();
  const key = createPrivateKey({ key: pem, passphrase });
  const { d } = key.export({ format: 'jwk' });
  const bare = Buffer.from(String(d), 'base64url');
  for (const form of ['hex', 'base64', 'base64url'] as const) expect(pem).not.toContain(bare.toString(form));
  const client = await newClient();
  await expect(client.importKey({ pem, passphrase: 'wrong' })).rejects.toMatchObject({
    code: 'key-file-locked',
  });
  await expect(client.exportKey({ passphrase: '' })).rejects.toMatchObject({ code: 'passphrase-bad' });
});

test('a home that talks with others, or can at any moment, keeps its key', async () => {
  const { pem } = await exported();
  const [alice, bob] = [await clientOf('alice'), await clientOf('bob')];
  const before = await alice.keys();
  const { link } = await alice.invite({});
  await expect(alice.importKey({ pem, passphrase })).rejects.toMatchObject({ code: 'home-talks' });
  await bob.join({ link });
  for (const talking of [alice, bob])
    await expect(talking.importKey({ pem, passphrase })).rejects.toMatchObject({ code: 'home-talks' });
  expect(await alice.keys()).toMatchObject({ fingerprint: before.fingerprint });
  expect(alice.state.get().fingerprint).toBe(before.fingerprint);
});

test('a home that nobody knows accepts a key after a rotation, too', async () => {
  const { pem, fingerprint } = await exported();
  const client = await newClient();
  await client.rotate();
  await client.rotate();
  await client.importKey({ pem, passphrase });
  expect(await client.keys()).toMatchObject({ epoch: 2, fingerprint });
});

test('refuses a text that does not match the key', async () => {
  const [{ pem, fingerprint }, stranger] = [await exported(), await exported()];
  const { text, sealed } = parseKeyFile(pem);
  const theirs = parseKeyFile(stranger.pem).text;
  if (!text?.signedStatement || !theirs?.signedStatement) throw new Error('no statement');
  const flip = (at: number) => {
    const changed = text.signedStatement!.slice();
    changed[at]! ^= 1;
    return changed;
  };
  const found = decodePbes2(sealed) as Pbes2;
  const otherKey = encodePbes2({
    ...found,
    data: found.data.map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
  });
  const client = await newClient();
  const before = await client.keys();
  for (const changed of [
    formatKeyFile({ ...text, fingerprint: stranger.fingerprint }, sealed),
    formatKeyFile({ ...text, epoch: 3 }, sealed),
    formatKeyFile({ ...text, epoch: 1, signedStatement: null }, sealed).replace('epoch: 1', 'epoch: 2'),
    formatKeyFile({ ...text, signedStatement: theirs.signedStatement }, sealed),
    ...[0, 22, 40, 130, 200].map((at) => formatKeyFile({ ...text, signedStatement: flip(at) }, sealed)),
    formatKeyFile({ ...text, signedStatement: text.signedStatement.slice(0, 100) }, sealed),
    formatKeyFile(text, otherKey),
  ])
    await expect(client.importKey({ pem: changed, passphrase })).rejects.toMatchObject({
      code: 'key-file-bad',
    });
  expect(await client.keys()).toEqual(before);
  expect(await client.importKey({ pem, passphrase })).toEqual({ fingerprint });
});

test.skipIf(!hasOpenssl)('a key that openssl made begins a chain (needs openssl)', async () => {
  const { pem, u } = bareKey();
  const client = await newClient();
  await client.importKey({
    pem: openssl(['pkcs8', ...strong, '-passout', `pass:${passphrase}`], pem),
    passphrase,
  });
  const report = await client.keys();
  expect(report.epoch).toBe(1);
  expect(Buffer.from(report.publicKeyPem.split('\n')[1] ?? '', 'base64').subarray(-32)).toEqual(u);
  expect((await client.rotate()).epoch).toBe(2);
});

test('a crash in an import leaves the old key or the new one, whole', async () => {
  const { pem, fingerprint: wanted } = await exported();
  const { home, databaseKey } = await newHome();
  let [crashes, imported] = [0, false];
  for (let statements = 1; !imported; statements += 2) {
    const life = { statements, lastIsDone: statements % 4 === 1 };
    const survived = await importInto(home, databaseKey, { life, pem });
    const database = openDatabase(homePaths(home).database, databaseKey);
    const { epoch, publicKey } = currentIdentity(database);
    imported = fingerprintOf(publicKey) === wanted;
    crashes += survived ? 0 : 1;
    expect(database.all('SELECT epoch FROM identities')).toEqual([{ epoch }]);
    expect(database.all('SELECT epoch FROM seal_keys')).toEqual([{ epoch }]);
    expect(database.all('SELECT epoch FROM prekeys')).toEqual([{ epoch }, { epoch }]);
    expect(epoch).toBe(imported ? 2 : 1);
    database.close();
  }
  expect(crashes).toBeGreaterThan(8);
});

/** Imports with a client that dies early; returns whether it finished. */
async function importInto(
  home: string,
  databaseKey: Bytes,
  { life, pem }: { readonly life: Life; readonly pem: string },
): Promise<boolean> {
  try {
    const client = await openMortal(home, databaseKey, life);
    await importKey(client.context, { pem, passphrase }).finally(() => client.drop());
    return true;
  } catch (error) {
    if (error instanceof Crash) return false;
    throw error;
  }
}
