import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileFailure } from '../session/home/key-file.ts';
import type { Invocation } from './invocation.ts';

/** The file name that means standard input or output. */
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
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    const input = path === standard ? stdin : await openFile(path);
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

/** Opens a file, but not a pipe: opening a pipe waits for a writer, and nothing could end that wait. */
async function openFile(path: string): Promise<Readable> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if (!(await file.stat()).isFIFO()) return file.createReadStream();
  await file.close();
  throw Object.assign(new Error(`${path} is a pipe`), { code: 'ESPIPE', syscall: 'read' });
}
