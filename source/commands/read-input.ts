import { createReadStream } from 'node:fs';
import { fileFailure } from '../session/home/key-file.ts';
import type { Invocation } from './invocation.ts';

/** The name of a file that stands for standard input or output. */
export const standard = '-';

/**
 * Reads a file that a person named, or standard input for `-`; a little more than `most` bytes show that it is longer. Throws ChatError
 * file-failed.
 */
export async function readInput(
  { stdin }: Pick<Invocation, 'stdin'>,
  path: string,
  most: number,
): Promise<Buffer> {
  const input = path === standard ? stdin : createReadStream(path);
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of input as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes > most) break;
    }
  } catch (error) {
    throw fileFailure(path, error);
  }
  return Buffer.concat(parts);
}
