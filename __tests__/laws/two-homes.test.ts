import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { plansOf } from '../support/plans/plan.ts';
import type { Kind, Plan } from '../support/plans/plan.ts';
import { playPlan, prepareFriends } from '../support/plans/play.ts';
import type { Stage } from '../support/plans/stage.ts';
import { traceOf } from '../support/plans/trace.ts';

vi.mock('../../source/outbox/courier.ts', async () => ({
  createCourier: (await import('../support/plans/virtual-network.ts')).createHeldCourier,
}));
vi.mock('../../source/outbox/post.ts', async (original) => ({
  ...(await original<object>()),
  fetchInvite: (await import('../support/plans/virtual-network.ts')).fetchInvite,
}));
vi.mock('../../source/store/commit.ts', async (original) => {
  const { watchSavepoint } = await import('../support/plans/watched-savepoint.ts');
  return watchSavepoint(await original<typeof import('../../source/store/commit.ts')>());
});

const safe: readonly Kind[] = ['send', 'carry', 'receive'];

/** Every plan that is played lies in memory where there is such a folder. */
const memory = '/dev/shm';

test('whatever happened, after twenty honest hours every promise holds', { timeout: 3_600_000 }, async () => {
  const folder = mkdtempSync(join(memory, 'cc-'));
  onTestFinished(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true, force: true });
  });
  const friends = await prepareFriends(folder);
  const kinds = new Set((process.env['KINDS']?.split(',') as Kind[] | undefined) ?? safe);
  if (process.env['PLAN']) {
    const plan = JSON.parse(process.env['PLAN']) as Plan;
    const tell = async (stage: Stage): Promise<void> =>
      void process.stderr.write(`${await traceOf(stage)}\n`);
    expect(await playPlan(friends, plan, tell)).toEqual([]);
    return;
  }
  const from = process.hrtime.bigint();
  let played = 0;
  try {
    await fc.assert(
      fc.asyncProperty(plansOf(kinds), async (plan) => {
        played += 1;
        expect(await playPlan(friends, plan)).toEqual([]);
      }),
      {
        numRuns: Number(process.env['RUNS'] ?? 50),
        ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}),
        endOnFailure: false,
      },
    );
  } finally {
    process.stderr.write(`${played} in ${Number((process.hrtime.bigint() - from) / 1_000_000n)} ms\n`);
  }
});
