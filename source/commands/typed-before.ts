import { closeSync, constants, openSync, readSync } from 'node:fs';

const { O_NOCTTY, O_NONBLOCK, O_RDONLY } = constants;
/** As much as a terminal keeps for a program that does not read yet. */
const mostBytes = 4096;

/**
 * The bytes typed on the terminal up to now, without waiting for more; empty when there are none. Called right after raw mode began: these
 * bytes came through the terminal's own line editor.
 */
export function takeTypedBefore(): Uint8Array {
  let fd: number;
  try {
    fd = openSync('/dev/tty', O_RDONLY | O_NOCTTY | O_NONBLOCK);
  } catch {
    return new Uint8Array();
  }
  const bytes = Buffer.alloc(mostBytes);
  try {
    return bytes.subarray(0, readSync(fd, bytes));
  } catch {
    return new Uint8Array();
  } finally {
    closeSync(fd);
  }
}
