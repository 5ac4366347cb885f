import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { turnOver } from '../../source/session/clockwork.ts';
import { turn } from '../../source/session/work/work.ts';
import { askWhereDue } from '../../source/session/recovery/ask-where-due.ts';
import type { BackupFile } from '../../source/store/backup.ts';
import { backUp, restoreTo } from './backups.ts';
import { openMortal, type MortalClient } from './mortal-client.ts';
import { tempFolder } from './temp-home.ts';
import { makeFriends } from './two-homes.ts';

/** Two people who know each other, of whom alice loses her home and restores it. The clock stands until it is moved. */
export type Loss = {
  readonly alice: () => MortalClient;
  readonly bob: MortalClient;
  readonly backUp: () => Promise<BackupFile>;
  /** Removes alice's home, and makes it anew out of a backup. */
  readonly loseAndRestore: (made: BackupFile) => Promise<void>;
  /** Carries what one has in the outbox to the other, who does not look at it yet. */
  readonly carryFrom: (who: 'alice' | 'bob') => Promise<void>;
  /** Carries and receives until nothing moves any more. */
  readonly talk: () => Promise<void>;
  /** Lets days go by, in which both do what is due by the clock. */
  readonly live: (days: number) => Promise<void>;
};

const day = 24 * 3600 * 1000;

/** Makes them; their clients are dropped when the test is over. */
export async function twoOfWhomOneLoses(): Promise<Loss> {
  vi.useFakeTimers({ toFake: ['Date'] });
  const folder = await tempFolder();
  const homes = [...(await makeFriends(folder))] as const;
  let alice = await openMortal(homes[0].home, homes[0].key, null);
  const bob = await openMortal(homes[1].home, homes[1].key, null);
  onTestFinished(() => {
    vi.useRealTimers();
    alice.drop();
    bob.drop();
  });
  let count = 0;
  const carryFrom = async (who: 'alice' | 'bob'): Promise<void> => {
    const [from, to] = who === 'alice' ? [alice, homes[1].home] : [bob, homes[0].home];
    while ((await from.carry(to)) || (await from.carryElsewhere(to))) count += 1;
  };
  const talk = async (): Promise<void> => {
    for (let before = -1; before < count;) {
      before = count;
      vi.setSystemTime(Date.now() + 1000);
      for (const who of ['alice', 'bob'] as const) await carryFrom(who);
      for (const client of [alice, bob]) {
        if ((await client.inbox()).length > 0) count += 1;
        await client.receive(0);
      }
    }
  };
  return {
    alice: () => alice,
    bob,
    carryFrom,
    talk,
    backUp: () => backUp(alice.context, join(folder, `backup ${(count += 1)}`)),
    async loseAndRestore(made) {
      alice.drop();
      await rm(homes[0].home, { recursive: true });
      const { key } = await restoreTo(homes[0].home, made);
      alice = await openMortal(homes[0].home, key, null);
    },
    async live(days) {
      for (let passed = 0; passed < days; passed += 1) {
        vi.setSystemTime(Date.now() + day);
        await talk();
        for (const client of [alice, bob])
          await turn(client.context, async (work) => {
            await turnOver(work);
            await askWhereDue(work);
          });
        await talk();
      }
    },
  };
}

/** The texts that one wrote, each with its state. */
export function textsOut(client: MortalClient): readonly string[] {
  return client
    .conversation()
    .filter((one) => one.direction === 'out' && one.kind === 'text')
    .map((one) => `${one.text}: ${one.state}`);
}
