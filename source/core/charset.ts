type Environment = Readonly<Record<string, string | undefined>>;

/** The locale of an environment: the first of three variables that is set; empty where nothing is named. */
export function localeIn(env: Environment): string {
  return env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
}

const utf8 = 'utf-8';
/** Names of the C library that the Encoding Standard does not have, without their signs. */
const otherNames: Readonly<Record<string, string>> = {
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
  big5hkscs: 'big5-hkscs',
  tis620: 'tis-620',
};
/** ASCII is taken for the part of UTF-8 that it is, not for the part of windows-1252 that the standard makes of it. */
const ascii: ReadonlySet<string> = new Set(['c', 'posix', 'ansix341968', 'usascii', 'ascii', '646']);

/**
 * The encoding of text that comes in, as TextDecoder names it, by the locale: `de_DE.ISO-8859-15` or `de_DE@euro` say which. Where none
 * is named, or one that is not known, it is UTF-8; whatever is not that is refused.
 */
export function charsetIn(env: Environment = {}): string {
  const locale = localeIn(env);
  const [, named] = /\.([^@]+)/u.exec(locale) ?? [];
  const codeset = named ?? (locale.endsWith('@euro') ? 'iso-8859-15' : utf8);
  const plain = codeset.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
  if (ascii.has(plain)) return utf8;
  return [otherNames[plain] ?? codeset, plain].find(isKnown) ?? utf8;
}

function isKnown(charset: string): boolean {
  try {
    return new TextDecoder(charset) instanceof TextDecoder;
  } catch {
    return false;
  }
}

/** Text, and how many times there were bytes in it that are none; these are left out. */
export type Decoded = { readonly text: string; readonly bad: number };

/** Bytes as text, or null when they are not of that encoding. */
export function decodeWhole(bytes: Uint8Array, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Makes a decoder of bytes that come in pieces; a character may lie across two of them. */
export function createDecoder(charset: string): (bytes: Uint8Array) => Decoded {
  if (new TextDecoder(charset).encoding === utf8) return utf8Decoder();
  const decoder = new TextDecoder(charset);
  return (bytes) => withoutBad(decoder.decode(bytes, { stream: true }));
}

function utf8Decoder(): (bytes: Uint8Array) => Decoded {
  let rest = new Uint8Array();
  return (bytes) => {
    const all = new Uint8Array([...rest, ...bytes]);
    const end = all.length - unfinished(all);
    rest = all.slice(end);
    return decodeUtf8(all.subarray(0, end));
  };
}

/** How many bytes at the end of `bytes` begin a character of UTF-8 that is not there as a whole. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) !== 0x80) return lengthBehind(byte) > back ? back : 0;
  }
  return 0;
}

/** How many bytes a character has that begins with `byte`. */
function lengthBehind(byte: number): number {
  if (byte < 0xc2 || byte > 0xf4) return 1;
  if (byte >= 0xf0) return 4;
  return byte >= 0xe0 ? 3 : 2;
}

const replacement = '\ufffd';

/** A U+FFFD that was written is text; it is told from those that stand for bad bytes by the bytes that it has. */
function decodeUtf8(bytes: Uint8Array): Decoded {
  const whole = new TextDecoder(utf8, { ignoreBOM: true }).decode(bytes);
  if (!whole.includes(replacement)) return { text: whole, bad: 0 };
  const pieces: Decoded[] = [];
  let start = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    const isWritten = bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd;
    if (!isWritten && at < bytes.length) continue;
    pieces.push(withoutBad(new TextDecoder(utf8, { ignoreBOM: true }).decode(bytes.subarray(start, at))));
    start = at + 3;
  }
  const bad = pieces.reduce((sum, piece) => sum + piece.bad, 0);
  return { text: pieces.map(({ text }) => text).join(replacement), bad };
}

function withoutBad(text: string): Decoded {
  const good = text.replaceAll(replacement, '');
  return { text: good, bad: text.length - good.length };
}
