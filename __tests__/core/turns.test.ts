import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTurns } from '../../source/core/turns.ts';

test('work runs one at a time, in the order of the calls', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ waits: fc.nat(4), fails: fc.boolean() }), { maxLength: 20 }),
      async (asked) => {
        const takeTurn = createTurns();
        const order: number[] = [];
        let running = 0;
        const turns = asked.map(({ waits, fails }, index) =>
          takeTurn(async () => {
            running += 1;
            expect(running).toBe(1);
            for (let wait = 0; wait < waits; wait += 1) await Promise.resolve();
            order.push(index);
            running -= 1;
            if (fails) throw new Error(`turn ${index}`);
            return index;
          }),
        );
        const settled = await Promise.allSettled(turns);
        expect(order).toEqual(asked.map((_, index) => index));
        expect(
          settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message)),
        ).toEqual(asked.map(({ fails }, index) => (fails ? `turn ${index}` : index)));
      },
    ),
  );
});

test('work that throws at once, or is not asynchronous, keeps to its turn', async () => {
  const takeTurn = createTurns();
  const thrown = takeTurn(() => {
    throw new Error('at once');
  });
  const next = takeTurn(() => 'next');
  await expect(thrown).rejects.toThrow('at once');
  expect(await next).toBe('next');
});

test('work requested inside a turn comes after it', async () => {
  const takeTurn = createTurns();
  const order: string[] = [];
  let inner: Promise<unknown> = Promise.resolve();
  await takeTurn(async () => {
    inner = takeTurn(() => order.push('inner'));
    await Promise.resolve();
    order.push('outer');
  });
  await inner;
  expect(order).toEqual(['outer', 'inner']);
});

test('two queues do not wait for each other', async () => {
  const [one, other] = [createTurns(), createTurns()];
  const gate = Promise.withResolvers<string>();
  const waiting = one(() => gate.promise);
  expect(await other(() => 'free')).toBe('free');
  gate.resolve('opened');
  expect(await waiting).toBe('opened');
});

test('turns that ask for the next one, and wait for nothing else, leave time for everything else', async () => {
  const takeTurn = createTurns();
  const late = new AbortController();
  setTimeout(() => late.abort(), 1);
  while (!late.signal.aborted) await takeTurn(() => undefined);
});
