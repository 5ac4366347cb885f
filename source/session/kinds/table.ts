import { takeProfile } from '../trust/take-profile.ts';
import type { Kinds } from '../work/work.ts';
import { followed } from './followed.ts';
import { profile } from './profile.ts';
import { receipt } from './receipt.ts';
import { reserve } from './reserve.ts';
import { reset } from './reset.ts';
import { revoke } from './revoke.ts';
import { rotate } from './rotate.ts';

/** The effects of each kind of content in a home; protocol/kinds/table.ts says how each is written. */
export const kinds: Kinds = {
  text: { line: ({ text }) => text },
  receipt,
  // A hello that has to go out again is written from scratch (pairing/say-hello.ts): here it leaves only its seq behind.
  hello: { apply: (work, from, { body }) => takeProfile(work, from, body.profile), again: () => null },
  profile,
  rotate,
  followed,
  reserve,
  reset,
  void: { again: () => null },
  revoke,
};
