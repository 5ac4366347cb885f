import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Bytes } from '../core/types.ts';

/** The plain text before the key; nothing in it is secret. */
export type KeyFileText = {
  /** The fingerprint as people compare it: eight groups of four hex digits. */
  readonly fingerprint: string;
  readonly epoch: number;
  /** The proof of this epoch: statement, signature by the old key 64, by the new key 64. Null for epoch 1. */
  readonly signedStatement: Bytes | null;
};

/** A key file: an EncryptedPrivateKeyInfo in DER, and the text before it; null for a file of another program. */
type KeyFile = { readonly text: KeyFileText | null; readonly sealed: Bytes };

const begin = '-----BEGIN ENCRYPTED PRIVATE KEY-----';
const end = '-----END ENCRYPTED PRIVATE KEY-----';
const about = [
  'The private identity key of a cryptochat home, locked with a passphrase.',
  'cryptochat keys import takes it, and openssl pkey reads it.',
];
const columns = 64;
const mostEpoch = 2 ** 32 - 1;

/** Writes a key file: explanatory text, then the PEM. RFC 7468 §2, PROTOCOL.md §9. */
export function formatKeyFile(text: KeyFileText, sealed: Bytes): string {
  const statement = text.signedStatement ? lines(text.signedStatement) : [];
  return [
    ...about,
    `fingerprint: ${text.fingerprint}`,
    `epoch: ${text.epoch}`,
    ...statement.map((line) => `statement: ${line}`),
    begin,
    ...lines(sealed),
    end,
    '',
  ].join('\n');
}

/**
 * Reads a key file, as far as possible without the passphrase; nothing shows yet that the text belongs to the key. Throws ChatError
 * key-file-bad, key-file-open.
 */
export function parseKeyFile(file: string): KeyFile {
  if (Buffer.byteLength(file) > limits.keyFileBytes) throw bad('it is too long');
  const all = file.split(/\r\n|\n|\r/u).map((line) => line.trimEnd());
  const heads = all.filter((line) => line.startsWith('-----BEGIN '));
  if (heads.includes('-----BEGIN PRIVATE KEY-----')) throw new ChatError('key-file-open');
  const [from, to] = [all.indexOf(begin), all.indexOf(end)];
  if (from < 0 || heads.length !== 1) throw bad('it does not hold one encrypted private key');
  const sealed = decode(all.slice(from + 1, Math.max(to, from + 1)));
  if (!sealed || all.slice(to + 1).some(Boolean)) throw bad('it is damaged');
  return { text: parseText(all.slice(0, from)), sealed };
}

function parseText(all: readonly string[]): KeyFileText | null {
  const [prints, epochs, statement] = ['fingerprint', 'epoch', 'statement'].map((name) =>
    all.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trim()),
  ) as [string[], string[], string[]];
  if (prints.length + epochs.length + statement.length === 0) return null;
  const epoch = readEpoch(epochs);
  const signedStatement = decode(statement);
  const [fingerprint] = prints;
  if (fingerprint === undefined || prints.length > 1 || epoch === null) throw changedText();
  const isFirst = epoch === 1;
  if (isFirst !== (statement.length === 0) || isFirst !== (signedStatement === null)) throw changedText();
  return { fingerprint, epoch, signedStatement };
}

function readEpoch(written: readonly string[]): number | null {
  const epoch = Number(written.join());
  const isEpoch = epoch >= 1 && epoch <= mostEpoch && String(epoch) === written.join();
  return isEpoch && Number.isInteger(epoch) ? epoch : null;
}

/** The failure for a text that does not belong to the key behind it. */
export function changedText(): ChatError {
  return bad('the text before the key is not that of this key');
}

function lines(bytes: Bytes): readonly string[] {
  const text = Buffer.from(bytes).toString('base64');
  return text.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? [];
}

/** The bytes of canonical base64 over several lines; null when there are none. */
function decode(text: readonly string[]): Bytes | null {
  const bytes = new Uint8Array(Buffer.from(text.join(''), 'base64'));
  return bytes.length > 0 && Buffer.from(bytes).toString('base64') === text.join('') ? bytes : null;
}

function bad(reason: string): ChatError {
  return new ChatError('key-file-bad', reason);
}
