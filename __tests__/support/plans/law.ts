import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, vi } from 'vitest';
import { everyKind, plansOf } from './plan.ts';
import type { Kind, Plan } from './plan.ts';
import { playPlan, prepareFriends } from './play.ts';
import type { Friends } from './play.ts';
import { traceOf } from './trace.ts';

// The clients of a plan have no sockets, and hide no bugs.
vi.mock('../../../source/outbox/courier.ts', async () => ({
  createCourier: (await import('./virtual-network.ts')).createHeldCourier,
}));
vi.mock('../../../source/outbox/post.ts', async (original) => ({
  ...(await original<object>()),
  fetchInvite: (await import('./virtual-network.ts')).fetchInvite,
}));
vi.mock('../../../source/store/commit.ts', async (original) => {
  const { watchSavepoint } = await import('./watched-savepoint.ts');
  return watchSavepoint(await original());
});

/** In memory where there is such a folder: a plan syncs some thousand times. */
const memory = '/dev/shm';

const { PLAN, KINDS, SEED, RUNS, SLOW, REPORTS } = process.env;

/** One trial of the law: steps of these kinds, so many plans in the short form, and a seed, or null for another one each time. */
export type Trial = { readonly kinds: readonly Kind[]; readonly runs: number; readonly seed: number | null };

/** How many plans each of the two files plays in the long form (SLOW=1). */
const slowRuns = 10_000;

/**
 * The law: after any plan and twenty honest hours no rule of rules.ts is broken. The environment decides otherwise about KINDS (a
 * list; `all` stands for everyKind), SEED and RUNS; PLAN is one plan to be played again, of which both homes are printed. With REPORTS,
 * the path of a file, a plan that breaks a rule ends nothing: it is written there, a line of JSON, as it is, and the run goes on.
 */
export async function holds(trial: Trial): Promise<void> {
  const friends = await makeFriends();
  if (PLAN) return playAgain(friends, JSON.parse(PLAN) as Plan);
  const seed = Number(SEED ?? trial.seed ?? Math.floor(Math.random() * 2 ** 31));
  const numRuns = Number(RUNS ?? (SLOW === '1' ? slowRuns : trial.runs));
  const kinds =
    (KINDS?.split(',') as Array<Kind | 'all'> | undefined)?.flatMap((kind) =>
      kind === 'all' ? everyKind : kind,
    ) ?? trial.kinds;
  process.stderr.write(`SEED=${seed} RUNS=${numRuns} KINDS=${kinds.join(',')}\n`);
  const plans = plansOf(new Set(kinds));
  if (REPORTS) return reportAll(friends, fc.sample(plans, { seed, numRuns }), REPORTS);
  const law = fc.asyncProperty(plans, async (plan) => {
    const broken = await playPlan(friends, plan);
    if (broken.length > 0) throw new Error(`${broken.join('\n')}\nPLAN='${JSON.stringify(plan)}'`);
  });
  await fc.assert(law, { seed, numRuns });
}

async function reportAll(friends: Friends, plans: readonly Plan[], path: string): Promise<void> {
  let reports = 0;
  for (const [n, plan] of plans.entries()) {
    const broken = await playPlan(friends, plan);
    if (broken.length > 0) {
      reports += 1;
      appendFileSync(path, `${JSON.stringify({ n, broken, plan })}\n`);
    }
    if (n % 100 === 99) appendFileSync(`${path}.played`, `${n + 1} plans, ${reports} reports\n`);
  }
  expect(reports).toBe(0);
}

/** The law for one plan, which once broke a rule. */
export async function holdsFor(plan: Plan): Promise<void> {
  expect(await playPlan(await makeFriends(), plan)).toEqual([]);
}

async function playAgain(friends: Friends, plan: Plan): Promise<void> {
  const broken = await playPlan(friends, plan, async (stage) => {
    process.stderr.write(`${await traceOf(stage)}\n`);
  });
  expect(broken).toEqual([]);
}

async function makeFriends(): Promise<Friends> {
  const folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'cc-'));
  onTestFinished(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true, force: true });
  });
  return prepareFriends(folder);
}
