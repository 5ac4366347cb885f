import { mkdtemp, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Peer } from './peer.ts';

/** Holds back waiting mail in transit for a while; returns a function that lets it arrive. */
export async function holdMail({ home, inbox }: Peer): Promise<() => Promise<void>> {
  const held = await mkdtemp(join(home, 'held-'));
  const names = await readdir(join(inbox, 'new'));
  for (const name of names) await rename(join(inbox, 'new', name), join(held, name));
  return async () => {
    for (const name of names) await rename(join(held, name), join(inbox, 'new', name));
  };
}
