import { expect, test } from 'vitest';
import { aroundStops, stopWith } from '../../source/core/stops.ts';

test('what goes around a stop is done before it and when the process goes on, until it is ended', () => {
  const order: string[] = [];
  const end = aroundStops({ before: () => order.push('before'), after: () => order.push('after') });
  stopWith(() => order.push('stop'));
  expect(order).toEqual(['before', 'stop', 'after']);
  end();
  stopWith(() => order.push('alone'));
  expect(order.slice(3)).toEqual(['alone']);
});

test('a stop that fails is over, too', () => {
  const order: string[] = [];
  const end = aroundStops({ before: () => order.push('before'), after: () => order.push('after') });
  expect(() => {
    stopWith(() => {
      throw new Error('not permitted');
    });
  }).toThrow('not permitted');
  expect(order).toEqual(['before', 'after']);
  end();
});
