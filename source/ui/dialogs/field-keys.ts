import { say } from '../text/say.ts';
import type { DialogKey } from './define.ts';

/** The keys that go from line to line in a form. */
export const fieldKeys = [
  { action: 'next-field', keys: ['tab', 'down'], help: say`next line` },
  { action: 'previous-field', keys: ['shift+tab', 'up'], help: say`line before` },
] as const satisfies readonly DialogKey[];
