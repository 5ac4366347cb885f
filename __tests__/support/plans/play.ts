import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { vi } from 'vitest';
import { makeStrangers } from '../two-homes.ts';
import type { Home } from '../two-homes.ts';
import { honestHours } from './honest-hours.ts';
import { people } from './plan.ts';
import type { Plan } from './plan.ts';
import { brokenQuiet, brokenRules } from './rules.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { noteBugsIn } from './watched-savepoint.ts';

/** Two homes that know each other, to be copied for each plan; and the true time at which that was. */
export type Friends = { readonly homes: readonly [Home, Home]; readonly folder: string; readonly at: number };

/** Every plan begins at this time, whatever the machine's clock says. */
const begin = Date.UTC(2026, 0, 5, 12);

/** Makes them in `folder`. Date and timers are faked from here on: nothing happens by itself any more. */
export async function prepareFriends(folder: string): Promise<Friends> {
  const toFake = [
    'Date',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'performance',
  ] as const;
  vi.useFakeTimers({ toFake: [...toFake] });
  vi.setSystemTime(begin);
  const homes = await makeStrangers(folder);
  const stage = setStage(homes, folder, begin);
  await stage.step({ who: 0, do: 'link' });
  for (let minutes = 0; minutes < 3; minutes += 1) {
    for (const who of people) {
      while (await stage.carry(who, 'arrives'));
      await stage.pass(who);
    }
    stage.wait(60_000);
  }
  for (let rounds = 0; rounds < 5; rounds += 1)
    for (const who of people) {
      while (await stage.carry(who, 'arrives'));
      await stage.pass(who);
    }
  stage.close();
  return { homes, folder, at: stage.now() };
}

/** Plays a plan on copies of the two homes, and then the honest hours; answers what is wrong then. */
export async function playPlan(
  friends: Friends,
  plan: Plan,
  tell?: (stage: Stage) => Promise<void>,
): Promise<readonly string[]> {
  const place = mkdtempSync(join(friends.folder, 'play-'));
  const stage = setStage(copyInto(place, friends.homes), place, friends.at);
  noteBugsIn(stage.ledger.bugs);
  try {
    for (const step of plan) await stage.step(step);
    const moved = await honestHours(stage);
    return [...(await brokenRules(stage)), ...(await brokenQuiet(stage, moved))];
  } catch (error) {
    return [`threw ${describe(error)}`];
  } finally {
    await tell?.(stage);
    stage.close();
    rmSync(place, { recursive: true, force: true });
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` because of ${describe(error.cause)}`;
  return `${error.message}${cause}${error.stack?.split('\n')[1] ?? ''}`;
}

/** At once and not in turns: two small trees in memory. */
function copyInto(place: string, homes: readonly [Home, Home]): readonly [Home, Home] {
  const copy = ({ home, key }: Home): Home => {
    const to = join(place, basename(home));
    cpSync(home, to, { recursive: true });
    return { home: to, key };
  };
  return [copy(homes[0]), copy(homes[1])];
}
