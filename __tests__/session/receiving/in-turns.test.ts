import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageName } from '../../../source/core/message-name.ts';
import { inTurns } from '../../../source/session/receive-all.ts';

function name(time: number, slot: number): string {
  const slotId = slot.toString(16).padStart(16, '0');
  return messageName({ time, processId: 1, counter: 0, slotId, bytes: 4096 });
}

test('takes one of each slot, the oldest first, then the next one of each', () => {
  const names = [name(1, 1), name(2, 1), name(3, 1), name(4, 2), name(5, 3), name(6, 2)];
  const order = [name(1, 1), name(4, 2), name(5, 3), name(2, 1), name(6, 2), name(3, 1)];
  expect(inTurns(names, 10)).toEqual(order);
  expect(inTurns(names, 4)).toEqual(order.slice(0, 4));
  expect(inTurns([], 4)).toEqual([]);
});

test('everything has its turn, each slot in its own order, and nobody waits for more than one of every other slot', () => {
  const any = fc.oneof(
    fc.tuple(fc.nat({ max: 999 }), fc.nat({ max: 4 })).map(([time, slot]) => name(time, slot)),
    fc.constantFrom('junk', 'more junk', '\u00ff'),
  );
  fc.assert(
    fc.property(fc.uniqueArray(any, { maxLength: 60 }), (names) => {
      const waiting = names.toSorted();
      const order = inTurns(waiting, 1000);
      expect(order.toSorted()).toEqual(waiting);
      for (let slot = 0; slot < 5; slot += 1) {
        const own = waiting.filter((one) => one.includes(name(0, slot).slice(26)));
        expect(order.filter((one) => own.includes(one))).toEqual(own);
        // At most five other slots, and files that are not named like messages.
        if (own[0]) expect(order.indexOf(own[0])).toBeLessThan(6);
      }
    }),
  );
});

test('two slots of one contact have one turn, and its messages stay in order', () => {
  const names = [name(1, 1), name(2, 1), name(3, 2), name(4, 2), name(5, 3)];
  const turnOf = (slot: string): string => (slot.endsWith('3') ? slot : 'contact 1');
  expect(inTurns(names, 10, turnOf)).toEqual([name(1, 1), name(5, 3), name(2, 1), name(3, 2), name(4, 2)]);
});
