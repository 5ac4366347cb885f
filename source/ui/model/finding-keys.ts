import { say } from '../text/say.ts';

/** The keys that go from one hit of a search to another, while the selected message is one. */
export const findingKeys = [
  {
    action: 'older-hit',
    keys: ['n', 'ctrl+n', 'f3'],
    where: 'finding',
    help: say`the next hit, which is older`,
    hint: say`next`,
  },
  {
    action: 'newer-hit',
    keys: ['N', 'ctrl+p', 'shift+f3'],
    where: 'finding',
    help: say`the hit before, which is newer`,
    hint: say`before`,
  },
] as const;
