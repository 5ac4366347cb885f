import { spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { publicKeyPem, writePublicKeyPem } from '../../source/keys/pem.ts';

const { publicKey } = generateKeyPairSync('x25519');
const u = new Uint8Array(Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url'));
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

test('the PEM is what the platform writes and reads', () => {
  expect(publicKeyPem(u)).toBe(publicKey.export({ format: 'pem', type: 'spki' }));
  expect(createPublicKey(publicKeyPem(u)).asymmetricKeyType).toBe('x25519');
});

test.skipIf(!hasOpenssl)('openssl reads it', () => {
  const { stdout, status } = spawnSync('openssl', ['pkey', '-pubin', '-noout', '-text'], {
    input: publicKeyPem(u),
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  expect(stdout).toContain('X25519 Public-Key');
  expect(stdout.replaceAll(/[\s:]/g, '')).toContain(Buffer.from(u).toString('hex'));
});

test('replaces the whole file, for this user alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cryptochat-pem-'));
  const path = join(folder, 'identity.public.pem');
  await writePublicKeyPem(folder, 'old');
  await writePublicKeyPem(folder, publicKeyPem(u));
  expect(await readFile(path, 'utf8')).toBe(publicKeyPem(u));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['identity.public.pem']);
  await rm(folder, { recursive: true });
});
