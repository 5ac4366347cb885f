/**
 * The bytes that a vector's input stands for: words apart by blanks, each of them hex, hex with a count (`00*32`), or the
 * name of a part of the same file, which is an input again.
 */
export function expand(input: string, parts: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(input.split(' ').map((word) => expandWord(word, parts))));
}

function expandWord(word: string, parts: Readonly<Record<string, string>>): Uint8Array {
  const part = parts[word];
  if (part !== undefined) return expand(part, parts);
  const [, hex = '', count = '1'] = /^((?:[0-9a-f]{2})*)(?:\*(\d+))?$/.exec(word) ?? fail(word);
  return Buffer.from(hex.repeat(Number(count)), 'hex');
}

function fail(word: string): never {
  throw new Error(`not hex and no part of this file: ${word}`);
}
