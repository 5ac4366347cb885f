import { test } from 'vitest';
import { holdsFor } from '../support/plans/law.ts';
import type { Plan } from '../support/plans/plan.ts';

// Plans that broke a rule once, each as small as it got.

const plans: Readonly<Record<string, Plan>> = {
  'both change their keys, and join by a link of the other': [
    { who: 0, do: 'rotate' },
    { who: 0, do: 'link' },
    { who: 1, do: 'rotate' },
    { who: 1, do: 'link' },
    { who: 1, do: 'send' },
  ],
  'a hello that was not accepted gets old, and its writer changes keys': [
    { who: 1, do: 'block' },
    { who: 1, do: 'link' },
    { who: 0, do: 'clock', ms: 3456000000 },
    { who: 0, do: 'save' },
    { who: 0, do: 'setBack', what: 'home' },
    { who: 0, do: 'rotate' },
  ],
  'an answer is unread while both change their keys and join': [
    { who: 1, do: 'rotate' },
    { who: 1, do: 'send' },
    { who: 1, do: 'talk', die: { statements: 83, lastIsDone: true } },
    { who: 0, do: 'rotate' },
    { who: 0, do: 'carry', fate: 'twice', count: 1 },
    { who: 0, do: 'link' },
  ],
  'a home is set back to between its key change and the answer, without a bundle': [
    { who: 0, do: 'rotate' },
    { who: 0, do: 'link' },
    { who: 1, do: 'rotate' },
    { who: 1, do: 'save' },
    { who: 1, do: 'talk' },
    { who: 1, do: 'setBack', what: 'home' },
  ],
  'a home is set back to before it heard of a revocation, and its slot is gone': [
    { who: 1, do: 'link' },
    { who: 0, do: 'save' },
    { who: 0, do: 'talk' },
    { who: 1, do: 'revoke' },
    { who: 0, do: 'wait', ms: 1382400000 },
    { who: 1, do: 'talk' },
    { who: 0, do: 'setBack', what: 'home' },
  ],
  'a home forgets, joins again, changes its key and is set back': [
    { who: 0, do: 'relink', by: 1 },
    { who: 0, do: 'save' },
    { who: 0, do: 'rotate' },
    { who: 0, do: 'talk' },
    { who: 0, do: 'setBack', what: 'home' },
  ],
  'one forgets, and both are set back': [
    { who: 1, do: 'forget' },
    { who: 1, do: 'link' },
    { who: 0, do: 'save' },
    { who: 0, do: 'talk', die: { statements: 65, lastIsDone: false } },
    { who: 0, do: 'carry', fate: 'arrives', count: 3 },
    { who: 0, do: 'setBack', what: 'home' },
    { who: 1, do: 'send' },
    { who: 0, do: 'send' },
    { who: 1, do: 'save' },
    { who: 0, do: 'send' },
    { who: 1, do: 'talk' },
    { who: 1, do: 'setBack', what: 'home' },
  ],
  'a blocked contact, heard last by a clock that was ahead, is written to again and again': [
    { who: 0, do: 'block' },
    { who: 0, do: 'link' },
    { who: 1, do: 'send' },
    { who: 1, do: 'clock', ms: -3456000000 },
    { who: 1, do: 'rotate' },
  ],
  'a database is set back to before its contact gave it a bundle, eight days earlier': [
    { who: 0, do: 'rotate' },
    { who: 1, do: 'send' },
    { who: 0, do: 'send' },
    { who: 0, do: 'relink', by: 0 },
    { who: 1, do: 'save' },
    { who: 0, do: 'wait', ms: 691200000 },
    { who: 1, do: 'talk' },
    { who: 1, do: 'setBack', what: 'database' },
  ],
  'one forgets, both join and change their keys': [
    { who: 0, do: 'relink', by: 0 },
    { who: 0, do: 'rotate' },
    { who: 0, do: 'send' },
    { who: 1, do: 'link' },
    { who: 1, do: 'send' },
    { who: 1, do: 'rotate' },
    { who: 1, do: 'send' },
  ],
  'a home is set back to when its hello waited, and its contact has a bundle whose keys that lost': [
    { who: 0, do: 'wait', ms: 691200000 },
    { who: 1, do: 'relink', by: 0 },
    { who: 1, do: 'save' },
    { who: 1, do: 'talk' },
    { who: 1, do: 'setBack', what: 'database' },
  ],
  'answers are unheard around two key changes': [
    { who: 1, do: 'rotate' },
    { who: 0, do: 'talk', die: { statements: 73, lastIsDone: false } },
    { who: 0, do: 'receive' },
    { who: 1, do: 'rotate' },
    { who: 0, do: 'carry', fate: 'lost', count: 2 },
    { who: 0, do: 'carry', fate: 'unheard', count: 3 },
  ],
};

test.each(Object.entries(plans))('%s', (_what, plan) => holdsFor(plan));
