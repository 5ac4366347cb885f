import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import type { Message } from '../../source/core/types.ts';
import { turn } from '../../source/session/work/work.ts';
import { askWhereDue } from '../../source/session/recovery/ask-where-due.ts';
import type { BackupFile } from '../../source/store/backup.ts';
import { backUp, restoreTo } from '../support/backups.ts';
import { openMortal, type MortalClient } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';
import { copyHomes, makeFriends, type Home } from '../support/two-homes.ts';

import fc from 'fast-check';

// A home is lost and restored from its last backup, again and again. No matter what was written, carried and read between the backup and now,
// nothing is lost that one of the two still has, and nothing is shown twice.

type Step = {
  readonly who: 0 | 1;
  readonly what: 'send' | 'carry' | 'receive' | 'backUp' | 'lose' | 'rotate';
  /** Whether the inbox is lost with the keys. */
  readonly all: boolean;
};

const usual = ['send', 'send', 'send', 'carry', 'carry', 'receive', 'receive', 'backUp', 'lose'] as const;

function stepsOf(what: ReadonlyArray<Step['what']>): fc.Arbitrary<readonly Step[]> {
  const step = fc.record({
    who: fc.constantFrom(0 as const, 1 as const),
    what: fc.constantFrom(...what),
    all: fc.boolean(),
  });
  return fc.array(step, { minLength: 1, maxLength: 60, size: 'max' });
}

const people = [0, 1] as const;

function createPlay(friends: readonly [Home, Home], folder: string) {
  const homes: [Home, Home] = [...friends];
  const clients: [MortalClient | null, MortalClient | null] = [null, null];
  const made: [BackupFile | null, BackupFile | null] = [null, null];
  let count = 0;
  const open = async (who: 0 | 1): Promise<MortalClient> =>
    (clients[who] ??= await openMortal(homes[who].home, homes[who].key, null));
  const drop = (who: 0 | 1): void => {
    clients[who]?.drop();
    clients[who] = null;
  };
  const lose = async (who: 0 | 1, all: boolean): Promise<void> => {
    const from = made[who];
    if (!from) return;
    drop(who);
    const { home } = homes[who];
    await rm(all ? home : join(home, 'keys'), { recursive: true });
    homes[who] = await restoreTo(home, from);
  };
  let rounds = 0;
  const round = async (): Promise<boolean> => {
    let busy = false;
    rounds += 1;
    expect(rounds, 'comes to rest').toBeLessThan(1500);
    for (const who of people) {
      const client = await open(who);
      if (await client.carry(homes[1 - who]!.home)) busy = true;
      if ((await client.inbox()).length > 0) busy = true;
      await client.receive(0);
    }
    return busy;
  };
  /** Both write, everything arrives, and missing messages are asked for. */
  const anHour = async (): Promise<void> => {
    for (const who of people) await (await open(who)).send(`${who} is there`);
    for (let busy = true; busy;) busy = await round();
    vi.setSystemTime(Date.now() + limits.resetEveryMs + 1000);
    for (const who of people) await turn((await open(who)).context, askWhereDue);
    for (let busy = true; busy;) busy = await round();
  };
  return {
    open,
    drop,
    async step({ who, what, all }: Step): Promise<void> {
      vi.setSystemTime(Date.now() + 1000);
      if (what === 'lose') return lose(who, all);
      const client = await open(who);
      count += 1;
      if (what === 'send') await client.send(`${who} says ${count}`);
      else if (what === 'carry') await client.carry(homes[1 - who]!.home);
      else if (what === 'receive') await client.receive(0);
      else if (what === 'rotate') {
        await anHour();
        await client.rotate();
        await anHour();
        // As the manual advises: make a new backup, the old one has the old key. The other's backup stays as it is.
        made[who] = await backUp(client.context, join(folder, `backup ${count}`));
      } else made[who] = await backUp(client.context, join(folder, `backup ${count}`));
    },
    async finish(): Promise<void> {
      for (let hour = 0; hour < 4; hour += 1) await anHour();
    },
  };
}

function texts(messages: readonly Message[], direction: 'in' | 'out'): readonly Message[] {
  return messages.filter((one) => one.direction === direction && one.kind === 'text');
}

/** Shrinking a counterexample takes a while. */
const patience = 240_000;

async function holds(steps: fc.Arbitrary<readonly Step[]>, numRuns: number): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const folder = await tempFolder();
  const friends = await makeFriends(folder);
  const law = fc.asyncProperty(steps, async (happened) => {
    const place = await mkdtemp(join(folder, 'play-'));
    const play = createPlay(await copyHomes(friends, place), place);
    try {
      for (const step of happened) await play.step(step);
      await play.finish();
      await expectAgreement(play);
    } finally {
      for (const who of people) play.drop(who);
      await rm(place, { recursive: true });
    }
  });
  await fc.assert(law, { numRuns: process.env['SLOW'] ? 20 * numRuns : numRuns });
}

async function expectAgreement(play: ReturnType<typeof createPlay>): Promise<void> {
  const read = [(await play.open(0)).conversation(), (await play.open(1)).conversation()] as const;
  for (const who of people) {
    const sent = texts(read[who], 'out');
    const came = texts(read[1 - who]!, 'in').map((one) => one.text);
    const said = came.filter((text) => text.includes('says'));
    expect(new Set(said).size, 'shown once').toBe(said.length);
    expect(came).toEqual(expect.arrayContaining(sent.map((one) => one.text)));
    expect(sent.filter((one) => one.state !== 'delivered').map((one) => one.text)).toEqual([]);
    expect(
      read[who].every((one) => one.missingBefore === 0),
      'no gap is left',
    ).toBe(true);
  }
}

test(
  'after restoring either home from a backup, both have once what one of them still has',
  () => holds(stepsOf(usual), 15),
  patience,
);

test(
  'both have it once even when both change their keys, while they can hear each other',
  () => holds(stepsOf([...usual, 'rotate']), 10),
  patience,
);
