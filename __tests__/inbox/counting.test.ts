import { beforeEach, expect, test, vi } from 'vitest';
import { openIntake, type Intake } from '../../source/inbox/deliver.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

/** Holds back a finished listing of inbox/new until the disk lets it through, or fails it. */
const disk = vi.hoisted(() => ({ after: null as Promise<void> | null, counts: 0 }));

vi.mock('node:fs/promises', async (load) => {
  const real = await load<typeof import('node:fs/promises')>();
  const statfs = async (path: string): Promise<unknown> => {
    const found = await real.statfs(path);
    disk.counts += 1;
    await disk.after;
    return found;
  };
  const readdir = async (path: string): Promise<unknown> => {
    const found = await real.readdir(path);
    await disk.after;
    return found;
  };
  return { ...real, statfs, readdir };
});

const slotId = '00112233445566ff';
const bytes = 4096;
const place = (): { slotId: string; bytes: number } => ({ slotId, bytes });

beforeEach(() => {
  disk.after = null;
});

/** Begins to count with an envelope on its way; the count has read the folder already, and is not over. */
async function count(intake: Intake): Promise<{ counted: Promise<void>; end: PromiseWithResolvers<void> }> {
  const end = Promise.withResolvers<void>();
  end.promise.catch(() => undefined);
  disk.after = end.promise;
  const before = disk.counts;
  let counted = Promise.resolve();
  await until('a count has begun', () => {
    counted = intake.recount();
    counted.catch(() => undefined);
    return disk.counts > before;
  });
  return { counted, end };
}

async function fresh(intake: Intake): Promise<void> {
  const before = disk.counts;
  await until('a fresh count', async () => {
    await intake.recount();
    return disk.counts > before;
  });
}

test('an envelope stored during a failing count takes one place, and does not leak it', async () => {
  const intake = await openIntake(await tempInbox());
  for (let n = 1; n <= 3; n += 1) {
    const mine = place();
    intake.reserve(mine);
    const { counted, end } = await count(intake);
    await intake.deliver(mine, new Uint8Array(bytes));
    end.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' }));
    await expect(counted).rejects.toThrow('too many open files');
    disk.after = null;
    await fresh(intake);
    expect(intake.usage().slots.get(slotId)).toEqual({ files: n, bytes: n * bytes });
  }
});

test('an envelope stored while the folder is read is counted, although the listing lacks it', async () => {
  const intake = await openIntake(await tempInbox());
  const mine = place();
  intake.reserve(mine);
  const { counted, end } = await count(intake);
  await intake.deliver(mine, new Uint8Array(bytes));
  end.resolve();
  await counted;
  expect(intake.usage().slots.get(slotId)).toEqual({ files: 1, bytes });
});

test('a place given back during a failing count is free', async () => {
  const intake = await openIntake(await tempInbox());
  const mine = place();
  intake.reserve(mine);
  const { counted, end } = await count(intake);
  intake.release(mine);
  end.reject(new Error('no'));
  await expect(counted).rejects.toThrow('no');
  disk.after = null;
  await fresh(intake);
  expect(intake.usage().slots.get(slotId) ?? { files: 0, bytes: 0 }).toEqual({ files: 0, bytes: 0 });
});
