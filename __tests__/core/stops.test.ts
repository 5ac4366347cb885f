import { expect, onTestFinished, test, vi } from 'vitest';
import { aroundStops, stopProcess } from '../../source/core/stops.ts';

/** What happens around a stop, in order; the kernel stops nothing. */
function stopping(kill: () => void = () => undefined): string[] {
  const order: string[] = [];
  const killed = vi.spyOn(process, 'kill').mockImplementation((pid) => {
    order.push(`stop ${pid === process.pid ? 'alone' : 'group'}`);
    kill();
    return true;
  });
  const end = aroundStops({ before: () => order.push('before'), after: () => order.push('after') });
  onTestFinished(() => {
    end();
    killed.mockRestore();
  });
  return order;
}

test('what goes around a stop is done before it and when the process goes on, until it is ended', () => {
  const order = stopping();
  const end = aroundStops({ before: () => order.push('too'), after: () => order.push('too') });
  stopProcess('group');
  expect(order.splice(0)).toEqual(['before', 'too', 'stop group', 'after', 'too']);
  end();
  stopProcess('alone');
  expect(order).toEqual(['before', 'stop alone', 'after']);
});

test('a stop that fails is over, too', () => {
  const order = stopping(() => {
    throw new Error('not permitted');
  });
  expect(() => {
    stopProcess('alone');
  }).toThrow('not permitted');
  expect(order).toEqual(['before', 'stop alone', 'after']);
});

test('a stop from elsewhere is one like any other, each time', () => {
  const order = stopping();
  process.emit('SIGTSTP');
  process.emit('SIGTSTP');
  expect(order).toEqual(['before', 'stop alone', 'after', 'before', 'stop alone', 'after']);
});

test('where a screen gives its terminal back first, it stops the process itself', () => {
  const order = stopping();
  const screen = (): void => void order.push('screen');
  process.on('SIGTSTP', screen);
  process.emit('SIGTSTP');
  expect(order.splice(0)).toEqual(['screen']);
  stopProcess('group');
  expect(order).toEqual(['before', 'stop group', 'after']);
  expect(process.listeners('SIGTSTP')).toContain(screen);
  process.off('SIGTSTP', screen);
});
