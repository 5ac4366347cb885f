type Environment = Readonly<Record<string, string | undefined>>;

/** The locale of an environment: the first of three variables that is set; empty when none is set. */
export function localeIn(env: Environment): string {
  return env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
}

const utf8 = 'utf-8';
/** Names of the C library that the Encoding Standard does not have, without punctuation. */
const otherNames: Readonly<Record<string, string>> = {
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
  big5hkscs: 'big5-hkscs',
  tis620: 'tis-620',
};
/** ASCII is treated as a subset of UTF-8; the standard would make it windows-1252. */
const ascii: ReadonlySet<string> = new Set(['c', 'posix', 'ansix341968', 'usascii', 'ascii', '646']);

/**
 * The encoding of incoming text according to the locale, as TextDecoder names it: `de_DE.ISO-8859-15` and `de_DE@euro` name the same one.
 * If the locale names none, or an unknown one, the encoding is UTF-8, and text in any other encoding is refused.
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

/** Text, and the number of places where bytes were invalid; these bytes are left out. */
type Decoded = { readonly text: string; readonly bad: number };

/** Bytes as text, or null when they are not valid in that encoding. */
export function decodeWhole(bytes: Uint8Array, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Makes a decoder of bytes that come in pieces; a character may be split between two of them. */
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

/** Counts the bytes at the end of `bytes` that begin an incomplete UTF-8 character. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) !== 0x80) return lengthBehind(byte) > back ? back : 0;
  }
  return 0;
}

/** The length in bytes of a character that begins with `byte`. */
function lengthBehind(byte: number): number {
  if (byte < 0xc2 || byte > 0xf4) return 1;
  if (byte >= 0xf0) return 4;
  return byte >= 0xe0 ? 3 : 2;
}

const replacement = '\ufffd';

/** A U+FFFD that the writer typed is text; its own bytes tell it from one that stands for bad bytes. */
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
