import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** A cheap sign of changed addresses; `close` lets go of the files that it reads. */
export type NetworkSign = {
  /** False when the addresses of this machine are certainly those of the last call. */
  readonly mayHaveChanged: () => boolean;
  readonly close: () => void;
};

/** Where the sign comes from; for tests. */
export type NetworkSource = {
  readonly root: string;
  readonly platform: string;
  readonly interfaces: typeof networkInterfaces;
};

/** Beyond these, the sign costs more than a list of addresses. */
const mostBytes = 16 * 1024;
const mostInterfaces = 8;
/** How many calls to skip before trying again where there was no sign. */
const restCalls = 64;

/**
 * Makes the sign; without one, every call may mean a change. Linux lists routes and IPv6 addresses in files, and the state of each
 * interface in another one; to read them while they are open costs a third of a list of all interfaces.
 */
export function createNetworkSign(given: Partial<NetworkSource> = {}): NetworkSign {
  const source = { root: '/', platform: process.platform, interfaces: networkInterfaces, ...given };
  let files: readonly number[] = [];
  let seen: Buffer | null = null;
  let rest = 0;
  const close = (): void => {
    for (const fd of files) closeSync(fd);
    [files, seen] = [[], null];
  };
  return {
    mayHaveChanged() {
      if (seen && read(files)?.equals(seen)) return false;
      close();
      if (rest > 0) {
        rest -= 1;
        return true;
      }
      files = open(source);
      seen = read(files);
      if (!seen) {
        close();
        rest = restCalls;
      }
      return true;
    },
    close,
  };
}

/** Opens the files that show each change of an address together; none when some are missing, or belong to another network. */
function open(source: NetworkSource): readonly number[] {
  const opened: number[] = [];
  try {
    for (const path of filesOf(source)) opened.push(openSync(join(source.root, path), 'r'));
    return opened;
  } catch {
    for (const fd of opened) closeSync(fd);
    return [];
  }
}

/** Throws when /sys shows the interfaces of another network namespace than this process is in, or there are too many. */
function filesOf({ root, platform, interfaces }: NetworkSource): readonly string[] {
  if (platform !== 'linux') return [];
  const lines = readFileSync(join(root, 'proc/self/net/dev'), 'latin1').split('\n').slice(2, -1);
  const names = lines.map((line) => line.split(':')[0]?.trim() ?? '').toSorted();
  const listed = readdirSync(join(root, 'sys/class/net')).toSorted();
  if (names.length > mostInterfaces || names.join(' ') !== listed.join(' ')) throw new Error('no sign');
  for (const [name, [one] = []] of Object.entries(interfaces())) {
    const mac = readFileSync(join(root, 'sys/class/net', name, 'address'), 'latin1').trim();
    // A tunnel has none.
    if (mac.length === 17 && mac !== one?.mac) throw new Error('another namespace');
  }
  const wires = names.filter((name) => name !== 'lo');
  const states = wires.map((name) => `sys/class/net/${name}/operstate`);
  return ['proc/self/net/fib_trie', 'proc/self/net/if_inet6', ...states];
}

const buffer = Buffer.alloc(mostBytes);

/** What is in all of them now; null when there are none, it is too much, or one cannot be read. */
function read(files: readonly number[]): Buffer | null {
  let length = 0;
  try {
    for (const fd of files) length += readFrom(fd, length);
  } catch {
    return null;
  }
  return files.length > 0 && length < mostBytes ? Buffer.from(buffer.subarray(0, length)) : null;
}

/** Reads a file into the buffer from `start` on; returns how much. The kernel gives one page of such a file at a time. */
function readFrom(fd: number, start: number): number {
  let length = 0;
  for (let more = -1; more !== 0 && start + length < mostBytes; length += more)
    more = readSync(fd, buffer, start + length, mostBytes - start - length, length);
  return length;
}
