import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageName } from '../../source/core/message-name.ts';

/** Things that an attacker with write access could put into a folder: the names are a message's, or arbitrary. */
export type Drop = {
  /** The folder, inbox/new. */
  readonly folder: string;
  /** The target of links: nothing in it may ever be touched. */
  readonly bait: string;
  /** A real slot, 16 hex digits. */
  readonly slotId: string;
};

const names = [
  '-rf',
  '.hidden',
  'a\nb',
  '\u001b[2J',
  '👩‍👧',
  'x'.repeat(250),
  '%s%n',
  ' ',
  '...',
  'config.toml',
  '\u202eabc',
];

/** Makes one piece of garbage at `path`; `isFirst` lets kinds that are needed only once skip the rest. */
type Make = (path: string | Buffer, drop: Drop, isFirst: boolean) => Promise<unknown>;

const kinds: readonly Make[] = [
  (path) => writeFile(path, randomBytes(4096)),
  (path) => writeFile(path, randomBytes(100)),
  (path) => writeFile(path, ''),
  (path, { bait }) => symlink(join(bait, 'file'), path),
  (path, { bait }) => symlink(bait, path),
  (path) => symlink('/dev/zero', path),
  (path) => symlink('nowhere', path),
  (path, { bait }) => link(join(bait, 'file'), path),
  async (path, { bait }) => {
    await mkdir(path);
    await symlink(bait, join(String(path), 'link'));
    await writeFile(join(String(path), 'file'), randomBytes(4096));
  },
  (path) => mkdir(path, { mode: 0 }),
  async (path, _, isFirst) => {
    await writeFile(path, '');
    await truncate(path, (isFirst ? 64 : 1) * 2 ** 30);
  },
  async (path, _, isFirst) =>
    isFirst ? spawnSync('mkfifo', [String(path)]) : writeFile(path, randomBytes(16_384)),
];

/** Drops `count` pieces of garbage, every second one under a name that a listener would give. */
export async function dropGarbage(drop: Drop, count: number): Promise<void> {
  await mkdir(drop.bait, { recursive: true });
  await writeFile(join(drop.bait, 'file'), randomBytes(4096));
  const time = Date.now() - 1000;
  for (let n = 0; n < count; n += 1) {
    const isMessage = n % 2 === 0;
    const place = { time, processId: 1, counter: n, slotId: drop.slotId, bytes: 4096 };
    const name = isMessage ? messageName(place) : `${n}${names[n % names.length]}`.slice(0, 255);
    const make = kinds[Math.floor(n / 2) % kinds.length]!;
    await make(join(drop.folder, name), drop, n < kinds.length * 2);
  }
  // Such a name stands for no text at all.
  await writeFile(Buffer.concat([Buffer.from(`${drop.folder}/`), Buffer.of(0xff, 0xfe, 0x80)]), '');
}

/** Drops `count` files through a real slot that look like envelopes and are not. */
export async function dropJunk({ folder, slotId }: Omit<Drop, 'bait'>, count: number): Promise<void> {
  const time = Date.now() - 1000;
  for (let n = 0; n < count; n += 1) {
    const path = join(folder, messageName({ time, processId: 2, counter: n, slotId, bytes: 4096 }));
    // The type byte of HPKE, and then bytes that do not open.
    await writeFile(path, Buffer.concat([Buffer.of(1), randomBytes(63)]));
    await truncate(path, 4096);
  }
}
