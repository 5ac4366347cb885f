import { takeProfile } from '../trust/take-profile.ts';
import type { Kinds } from '../work/work.ts';
import { followed } from './followed.ts';
import { profile } from './profile.ts';
import { receipt } from './receipt.ts';
import { reserve } from './reserve.ts';
import { reset } from './reset.ts';
import { revoke } from './revoke.ts';
import { rotate } from './rotate.ts';

/** What each kind of content does in a home; how it is written stands in protocol/kinds/table.ts. */
export const kinds: Kinds = {
  text: { line: ({ text }) => text },
  receipt,
  // A hello that has to go again is said anew (pairing/say-hello.ts): here it leaves its seq behind.
  hello: { apply: (work, from, { body }) => takeProfile(work, from, body.profile), again: () => null },
  profile,
  rotate,
  followed,
  reserve,
  reset,
  void: { again: () => null },
  revoke,
};
