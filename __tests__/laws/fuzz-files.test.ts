import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { parseAddress } from '../../source/core/address.ts';
import { readAddress } from '../../source/core/place.ts';
import { durationMs } from '../../source/core/duration.ts';
import { ChatError } from '../../source/core/errors.ts';
import { messageName, parseMessageName } from '../../source/core/message-name.ts';
import { parseSlots } from '../../source/inbox/slots.ts';
import { formatKeyFile, parseKeyFile } from '../../source/keys/key-file.ts';
import { decodePbes2, encodePbes2 } from '../../source/keys/pbes2.ts';
import { checkPkcs8, openPkcs8, sealPkcs8 } from '../../source/keys/pkcs8.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { formatVault, parseVault } from '../../source/keys/vault-format.ts';
import { loadConfig, loadSettings, saveConfig } from '../../source/session/home/config.ts';
import { fuzz, mutated, mutatedText, runs } from '../support/mutations.ts';
import { newSlot } from '../support/signed-post.ts';

// Files that an attacker may have put into a home: each parser answers or fails as documented, and accepts only what is there.

/** Runs a function that may throw a ChatError with one of these codes and nothing else; null if it did. */
function unlessRefused<Answer>(codes: readonly string[], work: () => Answer): Answer | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof ChatError && codes.includes(error.code)) return null;
    throw error;
  }
}

test('names of files in the inbox', () => {
  const parts = { time: 1_750_000_000_000, processId: 77, counter: 3, slotId: 'a1b2c3d4e5f60718' };
  const goods = [4096, 16_384, 65_536].map((bytes) => messageName({ ...parts, bytes }));
  fuzz(mutatedText(goods), (name) => {
    const read = parseMessageName(name);
    if (read === null) return false;
    expect(messageName(read)).toBe(name);
    return true;
  });
});

test('slots.json', () => {
  const text = (count: number): string => {
    const slots = Array.from({ length: count }, () => newSlot()).map((slot, at) => {
      const largest = at === 0 ? {} : { largest: 4096 };
      return { ...slot, key: Buffer.from(slot.key).toString('base64url'), ...largest };
    });
    return JSON.stringify({ version: 1, slots });
  };
  fuzz(mutatedText([text(1), text(3)]), (given) => {
    const slots = parseSlots(given);
    if (slots.length === 0) return false;
    const written = slots.map((slot) => ({ ...slot, key: Buffer.from(slot.key).toString('base64url') }));
    expect(JSON.parse(given)).toMatchObject({ version: 1, slots: written });
    return true;
  });
});

test('vault.json', () => {
  const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(length);
  const locked = { kdf: 'scrypt', salt: bytes(16), nonce: bytes(12), wrapped: bytes(48) } as const;
  const goods = [formatVault(locked), formatVault({ kdf: 'none', key: bytes(32) })];
  fuzz(mutatedText(goods), (given) => {
    const vault = parseVault(given);
    if (vault === null) return false;
    expect(JSON.parse(formatVault(vault))).toEqual(JSON.parse(given));
    return true;
  });
});

test('config.toml', { timeout: 3_600_000 }, async () => {
  const home = mkdtempSync(join(tmpdir(), 'cc-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const goods = [
    'listen = "[::]:8080"\naddress = ""\nkeep_listening = true\n',
    '# one\nlisten = "127.0.0.1:9"\nlock_after = "15m"\n',
    'address = "a.example:8080"\nkeep_listening = false # two\n',
  ];
  const tally = { accepted: 0, refused: 0 };
  const given = mutated(goods.map((text) => new Uint8Array(Buffer.from(text))));
  await fc.assert(
    fc.asyncProperty(given, async (bytes) => {
      writeFileSync(join(home, 'config.toml'), bytes);
      const read = await loadSettings(home).catch((error: unknown) => {
        if (error instanceof ChatError && error.code === 'config-bad') return null;
        throw error;
      });
      tally[read ? 'accepted' : 'refused'] += 1;
      if (!read) return;
      expect(read.listen === '' || parseAddress(read.listen) !== null).toBe(true);
      expect(read.address === '' || readAddress(read.address) !== null).toBe(true);
      expect(read.lock_after === '' || (durationMs(read.lock_after) ?? 0) >= 10_000).toBe(true);
      const config = await loadConfig(home);
      await saveConfig(home, config);
      expect(await loadConfig(home)).toEqual(config);
    }),
    { numRuns: runs },
  );
  expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(0);
});

const pair = makeKeyPair();
const passphrase = 'correct horse';
const sealed = await sealPkcs8(pair.privateKey, passphrase);
const files = [
  formatKeyFile({ fingerprint: 'AAAA BBBB', epoch: 1, signedStatement: null }, sealed),
  formatKeyFile({ fingerprint: 'AAAA', epoch: 7, signedStatement: new Uint8Array(250).fill(3) }, sealed),
  formatKeyFile({ fingerprint: 'A', epoch: 1, signedStatement: null }, sealed).replaceAll('\n', '\r\n'),
];

test('key files', () => {
  fuzz(mutatedText(files), (given) => {
    const read = unlessRefused(['key-file-bad', 'key-file-open'], () => parseKeyFile(given));
    if (!read) return false;
    if (read.text) expect(parseKeyFile(formatKeyFile(read.text, read.sealed))).toEqual(read);
    const base64 = Buffer.from(read.sealed).toString('base64');
    expect(given.replaceAll(/\s/gu, '')).toContain(base64);
    return true;
  });
});

test('the key in a key file, before a passphrase is tried', () => {
  const input = mutated([sealed]);
  fuzz(input, (given) => {
    const read = decodePbes2(given);
    if (read === null || read === 'other') return false;
    expect(Buffer.from(encodePbes2(read)).toString('hex')).toBe(Buffer.from(given).toString('hex'));
    return true;
  });
  fuzz(input, (given) => {
    const check = (): true => (checkPkcs8(given), true);
    return unlessRefused(['key-file-bad', 'key-file-weak'], check) ?? false;
  });
});

test('the key in a key file, with its passphrase', () => {
  const codes = ['key-file-bad', 'key-file-weak', 'key-file-locked'];
  // Each costs a full scrypt, so there are few; some of them must be valid.
  const input = fc.oneof(
    { weight: 1, arbitrary: fc.constant(sealed) },
    { weight: 3, arbitrary: mutated([sealed]) },
  );
  fuzz(input, (given) => unlessRefused(codes, () => openPkcs8(given, passphrase)) !== null, 60);
});
