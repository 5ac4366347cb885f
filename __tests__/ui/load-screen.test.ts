import { expect, test } from 'vitest';
import { loadScreen } from '../../source/ui/load-screen.ts';

test('the screen is loaded without a global fetch, which is there again afterwards', async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  const loading = loadScreen();
  expect('fetch' in globalThis).toBe(false);
  expect((await loading).runScreen).toBeTypeOf('function');
  expect(Object.getOwnPropertyDescriptor(globalThis, 'fetch')).toEqual(before);
});
