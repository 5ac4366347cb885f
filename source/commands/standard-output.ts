import { fstatSync, fsyncSync, writeSync } from 'node:fs';
import { after } from './shapes.ts';

/** Standard output of this process. */
type Output = NodeJS.WriteStream & { readonly fd: number };

/** How long a terminal may take to read the last output, in ms. */
export const terminalMs = 2000;

/**
 * Makes sure that a file behind standard output gets each write whole, or reports an error: Node's stream for files takes a short write,
 * the first sign of a disk that becomes full, for a whole one.
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

/** Resolves when all output has gone, or a terminal does not read it; the stream reports lost output by an error event. */
export async function flush(output: Output): Promise<void> {
  const written = new Promise<void>((done) => output.write('', () => done()));
  await (output.isTTY ? Promise.race([written, after(terminalMs)]) : written);
  // A network disk, or a quota, reports an error only now.
  if (isFile(output.fd) && !output.destroyed) syncFile(output);
  // An error is reported a moment after the write that caused it.
  await new Promise((done) => setImmediate(done));
}

function syncFile(output: Output): void {
  try {
    fsyncSync(output.fd);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Some file systems do not support that.
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
