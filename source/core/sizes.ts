import { ChatError } from './errors.ts';
import { limits } from './limits.ts';
import { printableLine } from './printable.ts';

const units = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 } as const;

/** The room in a box, in bytes, from words like 500K, 64M or 1G. Throws ChatError usage. */
export function sizeOf(words: string): number {
  const [, number = '', unit = ''] = /^([1-9]\d{0,8})([KMG]?)$/u.exec(words.trim().toUpperCase()) ?? [];
  if (number === '')
    throw new ChatError('usage', `${printableLine(words, 20)} is not a size: write 500K, 64M or 1G`);
  const bytes = Number(number) * (unit === '' ? 1 : units[unit as keyof typeof units]);
  if (bytes < limits.bucketBytes[2] || bytes > limits.boxesBytes)
    throw new ChatError('usage', 'a mailbox has between 64K and 64G');
  return bytes;
}

/** An amount of bytes in the largest unit in which it is at least 1, with at most one decimal: `1.5 MiB`. */
export function sizeWords(bytes: number): string {
  const [unit, size] = (
    [
      ['GiB', units.G],
      ['MiB', units.M],
      ['KiB', units.K],
    ] as const
  ).find(([, each]) => bytes >= each) ?? ['bytes', 1];
  const count = Math.floor((bytes / size) * 10) / 10;
  return `${count} ${unit}`;
}
