import { createPrivateKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import { limits } from '../../source/core/limits.ts';
import { formatKeyFile, parseKeyFile } from '../../source/keys/key-file.ts';
import { checkPkcs8, openPkcs8, sealPkcs8 } from '../../source/keys/pkcs8.ts';
import { keyPairOf } from '../../source/keys/identity.ts';
import { bareKey, hasOpenssl, openssl, strong } from '../support/key-files.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });
const privateKey = new Uint8Array(32).fill(7);
const sealed = await sealPkcs8(privateKey, 'correct horse');
const first = { fingerprint: '0123 4567', epoch: 1, signedStatement: null };
const second = { fingerprint: '0123 4567', epoch: 2, signedStatement: new Uint8Array(258).fill(9) };
/** Written by the first version that could. */
const kept = `The private identity key of a cryptochat home, locked with a passphrase.
cryptochat keys import takes it, and openssl pkey reads it.
fingerprint: AAAA BBBB
epoch: 1
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSsGAQQB2kcECzAcBBCuOZV4LwLSfR8ZlVo9
aiVEAgJAAAIBCAIBBTAdBglghkgBZQMEASoEEOR5d3QSpAhPoburNBcCdesEQAX+
/mzwlUHOSLzT0AAw/nY1PCpelDVmfpJPTajr/5Qz6ER7KKudQft1A3AwF57foxx/
yNlHhZm//Dh2+8XZrmg=
-----END ENCRYPTED PRIVATE KEY-----
`;
const file = formatKeyFile(second, sealed);

test('a key file is text for people and a PEM', () => {
  expect(formatKeyFile(first, sealed).split('\n').slice(0, 5)).toEqual([
    'The private identity key of a cryptochat home, locked with a passphrase.',
    'cryptochat keys import takes it, and openssl pkey reads it.',
    'fingerprint: 0123 4567',
    'epoch: 1',
    '-----BEGIN ENCRYPTED PRIVATE KEY-----',
  ]);
  for (const line of file.split('\n')) expect(line.length).toBeLessThanOrEqual(76);
});

test('reads a key file back as it was written', () => {
  expect(parseKeyFile(formatKeyFile(first, sealed))).toEqual({ text: first, sealed });
  expect(parseKeyFile(file)).toEqual({ text: second, sealed });
  expect(parseKeyFile(file.replaceAll('\n', '\r\n'))).toEqual({ text: second, sealed });
  expect(parseKeyFile(`mine, of May\n${file}\n`)).toEqual({ text: second, sealed });
});

test('Node reads it, text and all', () => {
  expect(createPrivateKey({ key: file, passphrase: 'correct horse' }).asymmetricKeyType).toBe('x25519');
});

test('reads files of the first version', () => {
  const { text, sealed: old } = parseKeyFile(kept);
  expect(text).toEqual({ fingerprint: 'AAAA BBBB', epoch: 1, signedStatement: null });
  expect(openPkcs8(old, 'correct horse')).toEqual(keyPairOf(privateKey));
});

test.skipIf(!hasOpenssl)('openssl reads it, text and all (needs openssl)', () => {
  const text = openssl(['pkey', '-passin', 'pass:correct horse', '-noout', '-text'], file);
  expect(text).toContain('X25519 Private-Key');
});

test.skipIf(!hasOpenssl)('accepts a key from openssl, or refuses it with the reason (needs openssl)', () => {
  const { pem, u } = bareKey();
  const lock = (...options: readonly string[]): string =>
    openssl(['pkcs8', ...options, '-passout', 'pass:correct horse'], pem);
  const taken = parseKeyFile(lock(...strong));
  expect(taken.text).toBeNull();
  expect(Buffer.from(openPkcs8(taken.sealed, 'correct horse').publicKey.subarray(1))).toEqual(u);
  expect(createPrivateKey({ key: lock(...strong), passphrase: 'correct horse' }).type).toBe('private');
  for (const weak of [
    ['-topk8', '-scrypt'],
    ['-topk8'],
    ['-topk8', '-iter', '1000000'],
    ['-topk8', '-v1', 'PBE-SHA1-3DES'],
    [...strong, '-v2', 'aes-128-cbc'],
  ])
    expect(() => checkPkcs8(parseKeyFile(lock(...weak)).sealed)).toThrow(code('key-file-weak'));
  expect(() => parseKeyFile(lock('-topk8', '-nocrypt'))).toThrow(code('key-file-open'));
});

test.each([
  ['nothing', ''],
  ['a public key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
  ['a file that is too long', file + '\n'.repeat(limits.keyFileBytes)],
  ['two keys', file + file],
  ['a key behind another PEM', `-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n${file}`],
  ['a key without its end', file.slice(0, file.indexOf('-----END'))],
  ['a key without its beginning', file.slice(file.indexOf('-----END'))],
  ['an end before the beginning', `-----END ENCRYPTED PRIVATE KEY-----\n${file}`],
  ['an empty key', file.replace(/KEY-----\n[^-]*-----END/u, 'KEY-----\n-----END')],
  ['base64 with an invalid letter', file.replace('\nMIG', '\nMI*')],
  ['base64 without padding', file.replace('=\n-----END', '\n-----END')],
  ['text after it', `${file}more`],
])('%s is refused', (_, text) => expect(() => parseKeyFile(text)).toThrow(code('key-file-bad')));

test('refuses an unprotected key, even beside a protected one', () => {
  const { pem } = bareKey();
  expect(() => parseKeyFile(pem)).toThrow(code('key-file-open'));
  expect(() => parseKeyFile(file + pem)).toThrow(code('key-file-open'));
});

test.each([
  ['no fingerprint', /fingerprint.*\n/u, ''],
  ['two fingerprints', /(fingerprint.*\n)/u, '$1$1'],
  ['no epoch', /epoch.*\n/u, ''],
  ['two epochs', /(epoch.*\n)/u, '$1$1'],
  ['epoch 0', /epoch: 2/u, 'epoch: 0'],
  ['epoch 1 with a statement', /epoch: 2/u, 'epoch: 1'],
  ['epoch 2 in another spelling', /epoch: 2/u, 'epoch: 02'],
  ['an epoch with a fraction', /epoch: 2/u, 'epoch: 2.5'],
  ['an epoch beyond 2^32 - 1', /epoch: 2/u, 'epoch: 4294967296'],
  ['no statement', /(?:statement.*\n)+/u, ''],
  ['an empty statement', /(?:statement.*\n)+/u, 'statement:\n'],
  ['epoch 1 with an empty statement', /epoch: 2\n(?:statement.*\n)+/u, 'epoch: 1\nstatement:\n'],
  ['a statement that is not base64', /statement: /u, 'statement: *'],
])('a text with %s is refused', (_, pattern, replacement) => {
  const text = file.replace(pattern, replacement);
  expect(text).not.toBe(file);
  expect(() => parseKeyFile(text)).toThrow(code('key-file-bad'));
});

test('refuses each of 10,000 damaged files with a sentence, or gets as far as the passphrase', () => {
  const random = generator(1);
  let whole = 0;
  for (let at = 0; at < 10_000; at += 1) {
    try {
      checkPkcs8(parseKeyFile(damage(file, random)).sealed);
      whole += 1;
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
    }
  }
  expect(whole).toBeGreaterThan(100);
  expect(whole).toBeLessThan(9000);
});

test('a passphrase tried on damaged files never throws anything else either', () => {
  const random = generator(2);
  for (let tried = 0; tried < 10;) {
    const damaged = damage(file, random);
    try {
      checkPkcs8(parseKeyFile(damaged).sealed);
      tried += 1;
      openPkcs8(parseKeyFile(damaged).sealed, 'correct horse');
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
    }
  }
});

/** Numbers from 0 to `below` that are the same in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The text with one to three changes: a letter replaced, a part removed, doubled, or cut off. */
function damage(text: string, random: (below: number) => number): string {
  let damaged = text;
  for (let left = 1 + random(3); left > 0; left -= 1) {
    const at = random(damaged.length);
    const end = at + 1 + random(8);
    const ways = [
      () => damaged.slice(0, at) + String.fromCharCode(random(128)) + damaged.slice(at + 1),
      () => damaged.slice(0, at) + damaged.slice(end),
      () => damaged.slice(0, end) + damaged.slice(at),
      () => (random(10) === 0 ? damaged.slice(0, at) : damaged),
    ];
    damaged = ways[random(ways.length)]!();
  }
  return damaged;
}
