import { fstatSync, fsyncSync, writeSync } from 'node:fs';
import { after } from './after.ts';

/** Standard output as this process has it. */
type Output = NodeJS.WriteStream & { readonly fd: number };

/** How long a terminal may take to read what was written last, in ms. */
export const terminalMs = 2000;

/**
 * Sees to it that a file behind standard output gets each write whole, or says why not: Node's stream for files takes a short write, which
 * is what a disk that becomes full begins with, for a whole one.
 */
export function writeFilesWhole(output: Output): void {
  if (!isFile(output.fd)) return;
  const write = (chunk: Uint8Array, _: unknown, done: (error?: Error | null) => void): void => {
    try {
      for (let at = 0; at < chunk.length;) at += writeSync(output.fd, chunk, at);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
  Object.assign(output, { _write: write });
}

/** Answers when everything written has gone, or a terminal does not read it; the stream tells by an error event what has not. */
export async function flush(output: Output): Promise<void> {
  const written = new Promise<void>((done) => output.write('', () => done()));
  await (output.isTTY ? Promise.race([written, after(terminalMs)]) : written);
  // A disk behind a network, or a quota, tells only now.
  if (isFile(output.fd) && !output.destroyed) syncFile(output);
  // An error is told a moment after the write that it was met in.
  await new Promise((done) => setImmediate(done));
}

function syncFile(output: Output): void {
  try {
    fsyncSync(output.fd);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Some file systems have nothing to say to that.
    if (code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'EROFS') output.destroy(error as Error);
  }
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}
