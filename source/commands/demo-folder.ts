import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stopListener } from '../session/home/running-listener.ts';

/** The homes in the folder of a demo. */
export const demoHomes = { own: 'you', peer: 'echo' } as const;

/** Stops the listeners that still run for the homes of a demo, and removes its folder. May be called twice. */
export async function removeDemo(folder: string): Promise<void> {
  for (const name of Object.values(demoHomes)) {
    await stopListener(join(folder, name, 'inbox')).catch(() => false);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
