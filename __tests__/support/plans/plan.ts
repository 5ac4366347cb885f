import fc from 'fast-check';
import type { Life } from '../mortal-client.ts';

/** Alice is 0, Bob is 1. */
export type Who = 0 | 1;

/** Both of them. */
export const people = [0, 1] as const;

/** The other one. */
export function other(who: Who): Who {
  return who === 0 ? 1 : 0;
}

/**
 * The fate of a POST in the network: it arrives; it is lost; it arrives twice; it is kept for later, and nobody answers; it
 * arrives and the answer is lost; the listener keeps it for later and says 202 all the same.
 */
export type Fate = 'arrives' | 'lost' | 'twice' | 'late' | 'unheard' | 'forged';

/** One step of a plan. `talk` is a moment in which everything arrives. `relink` is to forget the other, and to meet again by a new link that `by` makes. `die` is how many SQL statements the client of `who` lives once it begins. */
export type Step = { readonly who: Who; readonly die?: Life | undefined } & (
  | {
      readonly do:
        | 'send'
        | 'receive'
        | 'rotate'
        | 'block'
        | 'unblock'
        | 'revoke'
        | 'forget'
        | 'link'
        | 'save'
        | 'backUp'
        | 'late'
        | 'talk';
    }
  | { readonly do: 'carry'; readonly fate: Fate; readonly count: number }
  | { readonly do: 'reorder'; readonly count: number }
  | { readonly do: 'setBack'; readonly what: 'home' | 'database' }
  | { readonly do: 'restore'; readonly inbox: 'lost' | 'kept' }
  | { readonly do: 'clock'; readonly ms: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'relink'; readonly by: Who }
);

/** The steps of a plan, in order. */
export type Plan = readonly Step[];

/** Every kind of step, and those of the network that hurt; `die` is a kill at any SQL statement of any step. */
export type Kind = Step['do'] | Exclude<Fate, 'arrives'> | 'die';

/** The steps by which envelopes travel, and what the network does to them. */
export const byNetwork = ['talk', 'send', 'carry', 'receive', 'lost', 'twice', 'late', 'unheard'] as const;

/**
 * All kinds of steps but a 202 for what was not stored: since a 202 is proved (PROTOCOL.md "Listener"), only a listener that was
 * taken over can give one. Such a listener may also lay what it has into the inbox in another order.
 */
export const everyKind: readonly Kind[] = [
  ...byNetwork,
  'reorder',
  'die',
  'rotate',
  'block',
  'unblock',
  'revoke',
  'forget',
  'relink',
  'link',
  'save',
  'setBack',
  'backUp',
  'restore',
  'clock',
  'wait',
];

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const fates: ReadonlyArray<Exclude<Fate, 'arrives'>> = ['lost', 'twice', 'late', 'unheard', 'forged'];

const life: fc.Arbitrary<Life> = fc.record({
  statements: fc.integer({ min: 1, max: 90 }),
  lastIsDone: fc.boolean(),
});

const clocks = [0, minute, 3 * hour, day, 8 * day, 15 * day, 40 * day, -hour, -40 * day];
const waits = [5 * minute, 61 * minute, 9 * hour, 2 * day, 8 * day, 16 * day];

/** Plans of 5 to 40 steps of these kinds. */
export function plansOf(kinds: ReadonlySet<Kind>): fc.Arbitrary<Plan> {
  return fc.array(stepOf(kinds), { minLength: 5, maxLength: 40, size: 'max' });
}

function stepOf(kinds: ReadonlySet<Kind>): fc.Arbitrary<Step> {
  const who = fc.constantFrom(...people);
  const plain = (
    name: Exclude<Step['do'], 'carry' | 'reorder' | 'setBack' | 'restore' | 'clock' | 'wait' | 'relink'>,
  ) => fc.record({ who, do: fc.constant(name) });
  const allowed = fates.filter((fate) => kinds.has(fate));
  const count = fc.integer({ min: 1, max: 4 });
  const weighted: ReadonlyArray<readonly [Kind, number, fc.Arbitrary<Step>]> = [
    ['send', 10, plain('send')],
    [
      'carry',
      10,
      fc.record({
        who,
        do: fc.constant('carry' as const),
        fate: fc.constantFrom<Fate[]>('arrives', 'arrives', ...allowed),
        count,
      }),
    ],
    ['receive', 10, plain('receive')],
    ['late', 2, plain('late')],
    ['talk', 5, plain('talk')],
    ['reorder', 2, fc.record({ who, do: fc.constant('reorder' as const), count })],
    ['rotate', 3, plain('rotate')],
    ['block', 1, plain('block')],
    ['unblock', 2, plain('unblock')],
    ['revoke', 1, plain('revoke')],
    ['forget', 1, plain('forget')],
    ['link', 2, plain('link')],
    ['relink', 1, fc.record({ who, do: fc.constant('relink' as const), by: who })],
    ['save', 3, plain('save')],
    [
      'setBack',
      2,
      fc.record({
        who,
        do: fc.constant('setBack' as const),
        what: fc.constantFrom('home' as const, 'database' as const),
      }),
    ],
    ['backUp', 2, plain('backUp')],
    [
      'restore',
      1,
      fc.record({
        who,
        do: fc.constant('restore' as const),
        inbox: fc.constantFrom('lost' as const, 'kept' as const),
      }),
    ],
    ['clock', 2, fc.record({ who, do: fc.constant('clock' as const), ms: fc.constantFrom(...clocks) })],
    ['wait', 3, fc.record({ who, do: fc.constant('wait' as const), ms: fc.constantFrom(...waits) })],
  ];
  const chosen = weighted
    .filter(([kind]) => kinds.has(kind))
    .map(([, weight, arbitrary]) => ({ weight, arbitrary }));
  const step = fc.oneof(...chosen);
  if (!kinds.has('die')) return step;
  return fc
    .tuple(step, fc.option(life, { freq: 6, nil: undefined }))
    .map(([one, die]) => (die ? { ...one, die } : one));
}
