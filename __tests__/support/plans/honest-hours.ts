import { ChatError } from '../../../source/core/errors.ts';
import { people } from './plan.ts';
import type { Stage } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

/** How long the network is honest, and how long of that, at the end, nothing may move. */
const honestMs = 20 * hour;
const quietMs = 4 * hour;
/** At which of the hours each of them says something, who may. */
const sayAt = [0, 2, 4];
/** More turns than that without a rest are one that never ends. */
const mostRounds = 150;

/**
 * Twenty hours in which everything arrives and both clients are open. Answers what moved in the last four of them: beside the bundle
 * of a new generation (PROTOCOL.md "Keys": every week), for which the four hours begin again, once for each of them.
 */
export async function honestHours(stage: Stage): Promise<readonly string[]> {
  stage.calm();
  const begin = stage.now();
  let quietFrom = begin + honestMs - quietMs;
  const renewed = new Set<string>();
  const moved: string[] = [];
  let said = 0;
  const passed = (): number => stage.now() - begin;
  while (stage.now() < quietFrom + quietMs) {
    for (const who of people) await stage.pass(who);
    if (said < sayAt.length && passed() >= (sayAt[said] ?? 0) * hour + minute) {
      said += 1;
      for (const who of people) await sayIfAllowed(stage, who);
    }
    const from = stage.ledger.posts.length;
    await rest(stage);
    for (const { who, what } of stage.ledger.posts.slice(from)) {
      if (stage.now() < quietFrom) continue;
      if (/^\d+ reserve/u.test(what) && !renewed.has(`${who}`)) {
        renewed.add(`${who}`);
        quietFrom = stage.now() + hour;
        moved.length = 0;
      } else moved.push(`${((stage.now() - begin) / hour).toFixed(1)} h: ${who} ${what}`);
    }
    stage.wait(stepAfter(passed()));
  }
  return moved;
}

/** Often as long as much may happen; what is due by the clock is due by the hour. */
function stepAfter(ms: number): number {
  if (ms < 10 * minute) return minute;
  return ms < 6 * hour ? 15 * minute : 61 * minute;
}

async function sayIfAllowed(stage: Stage, who: 0 | 1): Promise<void> {
  await stage.say(who).catch((error: unknown) => {
    if (!(error instanceof ChatError)) throw error;
  });
}

/** Carries and receives until nothing moves. Throws when that never comes. */
export async function rest(stage: Pick<Stage, 'carry' | 'pass' | 'wait'>): Promise<void> {
  for (let round = 0; ; round += 1) {
    if (round > mostRounds) throw new Error('they never come to rest');
    let busy = false;
    for (const who of people) {
      while (await stage.carry(who, 'arrives')) {
        busy = true;
      }
    }
    if (!busy) return;
    stage.wait(100);
    for (const who of people) await stage.pass(who);
  }
}
