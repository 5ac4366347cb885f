import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import type { Message } from '../../source/core/types.ts';
import { turn } from '../../source/session/work/work.ts';
import { askWhereDue } from '../../source/session/recovery/ask-where-due.ts';
import { openMortal, type MortalClient } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';
import { copyHomes, makeFriends, type Home } from '../support/two-homes.ts';

import fc from 'fast-check';

// A home is set back to an earlier state: from a backup of the disk, a snapshot of a virtual machine, a copy. No matter what was written,
// carried and read between the copy and now, nothing is lost that one of the two still has, and nothing is shown twice.

type Step = { readonly who: 0 | 1; readonly what: 'send' | 'carry' | 'receive' | 'save' | 'setBack' };

const steps = fc.array(
  fc.record({
    who: fc.constantFrom(0 as const, 1 as const),
    what: fc.constantFrom<Step['what']>(
      'send',
      'send',
      'send',
      'carry',
      'carry',
      'receive',
      'receive',
      'save',
      'setBack',
    ),
  }),
  { minLength: 1, maxLength: 70, size: 'max' },
);

const people = [0, 1] as const;

function createPlay(homes: readonly [Home, Home], folder: string) {
  const clients: [MortalClient | null, MortalClient | null] = [null, null];
  const saved: [string | null, string | null] = [null, null];
  let count = 0;
  const open = async (who: 0 | 1): Promise<MortalClient> =>
    (clients[who] ??= await openMortal(homes[who].home, homes[who].key, null));
  const drop = (who: 0 | 1): void => {
    clients[who]?.drop();
    clients[who] = null;
  };
  const save = async (who: 0 | 1): Promise<void> => {
    drop(who);
    saved[who] = join(folder, `copy ${who} ${(count += 1)}`);
    await cp(homes[who].home, saved[who], { recursive: true });
  };
  /** Only the keys folder: what the listener took since then still lies in the inbox. */
  const setBack = async (who: 0 | 1): Promise<void> => {
    const from = saved[who];
    if (from === null) return;
    drop(who);
    const keys = join(homes[who].home, 'keys');
    await rm(keys, { recursive: true });
    await cp(join(from, 'keys'), keys, { recursive: true });
  };
  let rounds = 0;
  const round = async (): Promise<boolean> => {
    let busy = false;
    rounds += 1;
    expect(rounds, 'comes to rest').toBeLessThan(500);
    for (const who of people) {
      const client = await open(who);
      if (await client.carry(homes[1 - who]!.home)) busy = true;
      if ((await client.inbox()).length > 0) busy = true;
      await client.receive(0);
    }
    return busy;
  };
  return {
    open,
    drop,
    async step({ who, what }: Step): Promise<void> {
      vi.setSystemTime(Date.now() + 1000);
      if (what === 'save') return save(who);
      if (what === 'setBack') return setBack(who);
      const client = await open(who);
      if (what === 'send') await client.send(`${who} says ${(count += 1)}`);
      else if (what === 'carry') await client.carry(homes[1 - who]!.home);
      else await client.receive(0);
    },
    /** Lets everything arrive: for some hours both write now and then, and missing messages are asked for. */
    async finish(): Promise<void> {
      for (let hour = 0; hour < 4; hour += 1) {
        for (const who of people) await (await open(who)).send(`${who} is there`);
        for (let busy = true; busy;) busy = await round();
        vi.setSystemTime(Date.now() + limits.resetEveryMs + 1000);
        for (const who of people) await turn((await open(who)).context, askWhereDue);
      }
      for (let busy = true; busy;) busy = await round();
    },
  };
}

function texts(messages: readonly Message[], direction: 'in' | 'out'): readonly Message[] {
  return messages.filter((one) => one.direction === direction && one.kind === 'text');
}

test(
  'after setting either home back, both have once what one of them still has',
  { timeout: 240_000 },
  async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const folder = await tempFolder();
    const friends = await makeFriends(folder);
    await fc.assert(
      fc.asyncProperty(steps, async (happened) => {
        const place = await mkdtemp(join(folder, 'play-'));
        const play = createPlay(await copyHomes(friends, place), place);
        try {
          for (const step of happened) await play.step(step);
          await play.finish();
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
        } finally {
          for (const who of people) play.drop(who);
          await rm(place, { recursive: true });
        }
      }),
      { numRuns: process.env['SLOW'] ? 400 : 25 },
    );
  },
);
