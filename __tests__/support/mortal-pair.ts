import { onTestFinished, vi } from 'vitest';
import { turnOver } from '../../source/session/clockwork.ts';
import { turn } from '../../source/session/work/work.ts';
import { askWhereDue } from '../../source/session/recovery/ask-where-due.ts';
import { openMortal, type MortalClient } from './mortal-client.ts';
import { tempFolder } from './temp-home.ts';
import { makeFriends } from './two-homes.ts';

/** Two people who know each other, without network, and a clock that stands until it is moved. */
export type Pair = {
  readonly alice: MortalClient;
  readonly bob: MortalClient;
  /** Moves the clock, and lets both clients, or these, do what is due by it. */
  readonly wait: (ms: number, clients?: readonly MortalClient[]) => Promise<void>;
  /** Carries and receives until nothing moves any more. */
  readonly talk: () => Promise<void>;
  /** Carries what one of them has in the outbox to the other, who does not look at it yet. */
  readonly carryFrom: (sender: MortalClient) => Promise<number>;
};

/** Opens both; dropped when the test is over. */
export async function mortalPair(): Promise<Pair> {
  vi.useFakeTimers({ toFake: ['Date'] });
  const homes = await makeFriends(await tempFolder());
  const [alice, bob] = [
    await openMortal(homes[0].home, homes[0].key, null),
    await openMortal(homes[1].home, homes[1].key, null),
  ];
  onTestFinished(() => {
    vi.useRealTimers();
    alice.drop();
    bob.drop();
  });
  const both = [alice, bob];
  const carryFrom = async (sender: MortalClient): Promise<number> => {
    const to = sender === alice ? homes[1].home : homes[0].home;
    let count = 0;
    while ((await sender.carry(to)) || (await sender.carryElsewhere(to))) count += 1;
    return count;
  };
  return {
    alice,
    bob,
    carryFrom,
    async wait(ms, clients = both) {
      vi.setSystemTime(Date.now() + ms);
      for (const client of clients) {
        await turn(client.context, async (work) => {
          await turnOver(work);
          await askWhereDue(work);
        });
      }
    },
    async talk() {
      for (let busy = true; busy;) {
        busy = false;
        for (const client of both) {
          if ((await carryFrom(client)) > 0 || (await client.inbox()).length > 0) busy = true;
          await client.receive(0);
        }
      }
    },
  };
}

/** The texts that came from the other, as they are read. */
export function textsIn(client: MortalClient): readonly string[] {
  return linesOf(client, 'in', 'text');
}

/** The lines of the program itself in the conversation. */
export function noticesIn(client: MortalClient): readonly string[] {
  return linesOf(client, 'in', 'notice');
}

function linesOf(client: MortalClient, direction: 'in' | 'out', kind: string): readonly string[] {
  return client
    .conversation()
    .filter((one) => one.direction === direction && one.kind === kind)
    .map((one) => one.text);
}

/** The states of what a client has sent, in order. */
export function statesOf(client: MortalClient): readonly string[] {
  return client
    .conversation()
    .filter((one) => one.direction === 'out' && one.kind === 'text')
    .map((one) => one.state);
}
