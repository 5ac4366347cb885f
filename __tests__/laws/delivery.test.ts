import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { Crash, openMortal } from '../support/mortal-client.ts';
import type { Life, MortalClient } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';
import { copyHomes, makeFriends } from '../support/two-homes.ts';
import type { Home } from '../support/two-homes.ts';

type Step = {
  readonly who: 0 | 1;
  readonly what: 'send' | 'carry' | 'receive' | 'rotate';
  readonly from: number;
};

/** Steps, chosen from `what`; a client receives the files of its inbox starting at any of the first `mostFrom` + 1. */
function stepsOf(mostFrom: number, ...what: ReadonlyArray<Step['what']>): fc.Arbitrary<readonly Step[]> {
  const step = fc.record({
    who: fc.constantFrom(0 as const, 1 as const),
    what: fc.constantFrom(...what),
    from: fc.nat(mostFrom),
  });
  return fc.array(step, { minLength: 20, maxLength: 60, size: 'max' });
}

/** How many statements each client runs before it crashes, each time it is opened; after that it never crashes. */
const lives: fc.Arbitrary<readonly Life[]> = fc.array(
  fc.record({ statements: fc.integer({ min: 1, max: 120 }), lastIsDone: fc.boolean() }),
  { minLength: 2, maxLength: 10, size: 'max' },
);

/** Two people whose clients may crash at any SQL statement and are opened again. */
function createPlay(homes: readonly [Home, Home], lifetimes: readonly [readonly Life[], readonly Life[]]) {
  const clients: [MortalClient | null, MortalClient | null] = [null, null];
  const left: readonly [Life[], Life[]] = [[...lifetimes[0]], [...lifetimes[1]]];
  const sent: [string[], string[]] = [[], []];
  const open = async (who: 0 | 1): Promise<MortalClient> => {
    const { home, key } = homes[who];
    return (clients[who] ??= await openMortal(home, key, left[who].shift() ?? null));
  };
  const drop = (who: 0 | 1): void => {
    clients[who]?.drop();
    clients[who] = null;
  };
  const act = async ({ who, what, from }: Step): Promise<void> => {
    const client = await open(who);
    const text = `${who} says ${sent[who].length}`;
    if (what === 'send') {
      await client.send(text);
      sent[who].push(text);
    } else if (what === 'rotate') await client.rotate();
    else if (what === 'carry') await client.carry(homes[1 - who]!.home);
    else await client.receive(from);
  };
  return {
    sent,
    open,
    drop,
    async step(one: Step): Promise<void> {
      try {
        await act(one);
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        drop(one.who);
      }
    },
    /** Lets everything arrive. */
    async finish(): Promise<void> {
      for (const who of [0, 1] as const) {
        drop(who);
        left[who].length = 0;
      }
      for (let busy = true; busy;) {
        busy = false;
        for (const who of [0, 1] as const) {
          const client = await open(who);
          if (await client.carry(homes[1 - who]!.home)) busy = true;
          if ((await client.inbox()).length > 0) busy = true;
          await client.receive(0);
        }
      }
    },
  };
}

type Play = ReturnType<typeof createPlay>;

async function inPlay(
  folder: string,
  friends: readonly [Home, Home],
  lifetimes: readonly [readonly Life[], readonly Life[]],
  act: (play: Play, homes: readonly [Home, Home]) => Promise<void>,
): Promise<void> {
  const place = await mkdtemp(join(folder, 'run-'));
  const homes = await copyHomes(friends, place);
  const play = createPlay(homes, lifetimes);
  try {
    await act(play, homes);
  } finally {
    play.drop(0);
    play.drop(1);
    await rm(place, { recursive: true, force: true });
  }
}

/** Each history must contain what the other has sent, once and in order. */
async function expectAllArrived(play: Play, homes: readonly [Home, Home]): Promise<void> {
  for (const who of [0, 1] as const) {
    const mine = (await play.open(who))
      .history()
      .filter((one) => one.direction === 'out' && one.kind === 'text');
    const theirs = await play.open(who === 0 ? 1 : 0);
    expect(readAsShown(theirs)).toEqual(mine.map((one) => one.text));
    expect(theirs.conversation().filter((one) => /ignored|two different/.test(one.text))).toEqual([]);
    // Every promised text is there; a text that a crash interrupted may be there.
    expect(mine.map((one) => one.text)).toEqual(expect.arrayContaining(play.sent[who]));
    expect(new Set(mine.map((one) => one.state))).toEqual(new Set(mine.length > 0 ? ['delivered'] : []));
    expect(await readdir(inboxFolder(homePaths(homes[who].home).inbox, 'bad'))).toEqual([]);
  }
}

function readAsShown(client: MortalClient): readonly string[] {
  const shown = client.conversation().filter((one) => one.direction === 'in' && one.kind === 'text');
  expect(shown.every((one) => one.missingBefore === 0)).toBe(true);
  return shown.map((one) => one.text);
}

/** Takes seconds when the law holds; shrinking a counterexample takes longer. */
const patience = 120_000;

async function holds(steps: fc.Arbitrary<readonly Step[]>, numRuns: number): Promise<void> {
  const folder = await tempFolder();
  const friends = await makeFriends(folder);
  const law = fc.asyncProperty(steps, lives, lives, (all, one, other) =>
    inPlay(folder, friends, [one, other], async (play, homes) => {
      for (const step of all) await play.step(step);
      await play.finish();
      await expectAllArrived(play, homes);
    }),
  );
  await fc.assert(law, { numRuns });
}

test(
  'every text arrives once and in order, whatever crashes and when',
  () => holds(stepsOf(9, 'send', 'send', 'carry', 'carry', 'carry', 'receive', 'receive'), 20),
  patience,
);

// In the order of the inbox: a key change that is read before the previous one is refused.
test(
  'every text arrives once and in order even when both change their keys',
  () =>
    holds(stepsOf(0, 'send', 'send', 'send', 'carry', 'carry', 'carry', 'receive', 'receive', 'rotate'), 12),
  patience,
);
