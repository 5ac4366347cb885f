import { createCipheriv, scryptSync } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changePassphrase, createVault, openVault, vaultHasPassphrase } from '../../source/keys/vault.ts';
import { parseVault } from '../../source/keys/vault-format.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cryptochat-vault-'));
});
afterEach(() => rm(folder, { recursive: true }));

const path = () => join(folder, 'vault.json');
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('a vault', () => {
  test('opens only with its passphrase, if it has one', async () => {
    const key = await createVault(folder, 'correct horse');
    expect(key).toHaveLength(32);
    expect(await openVault(folder, 'correct horse')).toEqual(key);
    expect(await vaultHasPassphrase(folder)).toBe(true);
    await expect(openVault(folder, 'wrong horse')).rejects.toEqual(code('passphrase-wrong'));
    await expect(openVault(folder, '')).rejects.toEqual(code('passphrase-wrong'));
    await expect(openVault(folder, null)).rejects.toEqual(code('passphrase-needed'));
    expect(await readFile(path(), 'utf8')).not.toContain(Buffer.from(key).toString('base64url'));
  });

  test('opens without a passphrase, if it has none', async () => {
    const key = await createVault(folder, null);
    expect(await openVault(folder, null)).toEqual(key);
    expect(await vaultHasPassphrase(folder)).toBe(false);
    expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual({
      version: 1,
      kdf: 'none',
      key: Buffer.from(key).toString('base64url'),
    });
  });

  test('is for this user alone, leaves no part file, and is not replaced', async () => {
    await createVault(folder, null);
    const before = await readFile(path(), 'utf8');
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    await expect(createVault(folder, null)).rejects.toEqual(code('home-exists'));
    expect(await readFile(path(), 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['vault.json']);
  });

  test('is won by one of two made at once', async () => {
    const made = await Promise.allSettled([createVault(folder, null), createVault(folder, null)]);
    const keys = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(keys).toHaveLength(1);
    expect(await openVault(folder, null)).toEqual(keys[0]);
  });

  test('takes one passphrase in any Unicode form', async () => {
    const key = await createVault(folder, 'Zoë'.normalize('NFD'));
    expect(await openVault(folder, 'Zoë'.normalize('NFC'))).toEqual(key);
  });

  test('keeps its key when the passphrase changes', async () => {
    const key = await createVault(folder, 'one');
    await expect(changePassphrase(folder, 'no', 'two')).rejects.toEqual(code('passphrase-wrong'));
    await changePassphrase(folder, 'one', 'two');
    await expect(openVault(folder, 'one')).rejects.toEqual(code('passphrase-wrong'));
    expect(await openVault(folder, 'two')).toEqual(key);
    await changePassphrase(folder, 'two', null);
    expect(await openVault(folder, null)).toEqual(key);
    expect(await readdir(folder)).toEqual(['vault.json']);
  });

  test('is made as PROTOCOL.md §9 says', async () => {
    const [salt, nonce, key] = [Buffer.alloc(16, 1), Buffer.alloc(12, 2), Buffer.alloc(32, 3)];
    const wrapping = scryptSync('word', salt, 32, { N: 131_072, r: 8, p: 1, maxmem: 2 ** 28 });
    const cipher = createCipheriv('aes-256-gcm', wrapping, nonce).setAAD(Buffer.from('cryptochat/1 vault'));
    const wrapped = Buffer.concat([cipher.update(key), cipher.final(), cipher.getAuthTag()]);
    const vault = { version: 1, kdf: 'scrypt', n: 131_072, r: 8, p: 1 };
    const secrets = { salt: text(salt), nonce: text(nonce), wrapped: text(wrapped) };
    await writeFile(path(), JSON.stringify({ ...vault, ...secrets }));
    expect(Buffer.from(await openVault(folder, 'word'))).toEqual(key);
  });

  test.each([
    ['nothing', () => Promise.resolve()],
    ['an empty file', () => writeFile(path(), '')],
    ['a file of 5 KB', () => writeFile(path(), `${' '.repeat(5000)}{}`)],
    ['a link', () => symlink('/dev/zero', path())],
  ])('that is %s is damaged', async (_, make) => {
    await make();
    await expect(openVault(folder, 'x')).rejects.toEqual(code('vault-damaged'));
    await expect(vaultHasPassphrase(folder)).rejects.toEqual(code('vault-damaged'));
  });
});

describe('the format', () => {
  const open = { version: 1, kdf: 'none', key: text(Buffer.alloc(32, 7)) };
  const locked = {
    version: 1,
    kdf: 'scrypt',
    n: 131_072,
    r: 8,
    p: 1,
    salt: text(Buffer.alloc(16)),
    nonce: text(Buffer.alloc(12)),
    wrapped: text(Buffer.alloc(48)),
  };

  test('is read', () => {
    expect(parseVault(JSON.stringify(open))?.kdf).toBe('none');
    expect(parseVault(JSON.stringify(locked))?.kdf).toBe('scrypt');
  });

  test.each([
    ['another version', { ...open, version: 2 }],
    ['a version as text', { ...open, version: '1' }],
    ['another kdf', { ...locked, kdf: 'pbkdf2' }],
    ['a smaller n', { ...locked, n: 16_384 }],
    ['a larger n', { ...locked, n: 262_144 }],
    ['another r', { ...locked, r: 1 }],
    ['another p', { ...locked, p: 2 }],
    ['n as text', { ...locked, n: '131072' }],
    ['a short salt', { ...locked, salt: text(Buffer.alloc(15)) }],
    ['a long nonce', { ...locked, nonce: text(Buffer.alloc(13)) }],
    ['a short wrapped key', { ...locked, wrapped: text(Buffer.alloc(47)) }],
    ['a short key', { ...open, key: text(Buffer.alloc(31)) }],
    ['base64 with padding', { ...open, key: `${open.key}=` }],
    ['base64 with a leftover bit', { ...open, key: `${open.key.slice(0, -1)}d` }],
    ['base64 with a space', { ...open, key: `${open.key} ` }],
    ['no key', { version: 1, kdf: 'none' }],
    ['an extra field', { ...open, n: 1 }],
    ['an extra field in a locked one', { ...locked, key: open.key }],
    ['a list', [1]],
    ['null', null],
    ['a number', 1],
  ])('with %s is rejected', (_, value) => expect(parseVault(JSON.stringify(value))).toBeNull());

  test('that is cut anywhere is rejected', () => {
    const whole = JSON.stringify(locked);
    for (let length = 0; length < whole.length; length += 1)
      expect(parseVault(whole.slice(0, length))).toBeNull();
  });
});

function text(bytes: Buffer): string {
  return bytes.toString('base64url');
}
