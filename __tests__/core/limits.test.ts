import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';

const day = 24 * 3600 * 1000;

test('keys and links live as long as PROTOCOL.md says, and no longer', () => {
  expect(limits.retiredKeyLifeMs).toBe(14 * day);
  expect(limits.inviteLifeMs).toBe(14 * day);
  expect(limits.generationMs).toBe(7 * day);
});
