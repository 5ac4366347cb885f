import * as v from 'valibot';
import type { Calls } from '../../core/calls.ts';
import { limits } from '../../core/limits.ts';

/**
 * How much of a client holds a home, weakest first: a command that only opened it, one that also receives, or the
 * messenger. A stronger one takes over the home from a weaker one, which then works through the socket.
 */
export const ranks = ['none', 'supervise', 'screen'] as const;

/** One of `ranks`. */
export type Rank = (typeof ranks)[number];

/** A client's word about itself; `yields` means that it is leaving the home to the one who asked. */
export type Hello = {
  readonly version: string;
  readonly pid: number;
  readonly holds: Rank;
  readonly yields: boolean;
};

type Ask<Method extends keyof Calls> = NonNullable<Parameters<Calls[Method]>[0]>;

const mostWaitMs = 24 * 3600 * 1000;
const timeoutMs = v.pipe(v.number(), v.minValue(0), v.maxValue(mostWaitMs));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const nothing = v.strictObject({});
const one = v.strictObject({ contact: v.string() });

/** The shape of the parameters of each method of Calls: the doorkeeper of the control socket. */
export const asks = {
  status: nothing,
  contacts: nothing,
  keys: nothing,
  invite: v.strictObject({
    address: v.exactOptional(v.string()),
    card: v.exactOptional(v.boolean()),
    anew: v.exactOptional(v.boolean()),
    byHand: v.exactOptional(v.boolean()),
  }),
  links: nothing,
  withdraw: v.strictObject({ what: v.picklist(['card', 'all']) }),
  join: v.strictObject({
    link: v.string(),
    alias: v.exactOptional(v.string()),
    blob: v.exactOptional(v.string()),
  }),
  accept: v.strictObject({ contact: v.string() }),
  decline: v.strictObject({ contact: v.string() }),
  send: v.strictObject({
    contact: v.string(),
    text: v.string(),
    id: v.exactOptional(v.pipe(v.string(), v.regex(/^[\da-f]{32}$/u))),
  }),
  read: v.strictObject({
    contact: v.exactOptional(v.string()),
    last: v.exactOptional(count),
    after: v.exactOptional(count),
    unread: v.exactOptional(v.boolean()),
    peek: v.exactOptional(v.boolean()),
  }),
  seen: v.strictObject({ contact: v.string(), rows: v.array(count) }),
  search: v.strictObject({
    text: v.string(),
    contact: v.exactOptional(v.string()),
    last: v.exactOptional(count),
  }),
  doctor: nothing,
  wire: v.strictObject({ id: v.string(), row: v.exactOptional(count) }),
  wait: v.strictObject({ id: v.string(), want: v.picklist(['kept', 'sent', 'delivered']), timeoutMs }),
  changed: v.strictObject({ timeoutMs }),
  untilIdle: v.strictObject({ timeoutMs }),
  rotate: nothing,
  exportKey: v.strictObject({ passphrase: v.string() }),
  backup: v.strictObject({ file: v.string(), key: v.string(), salt: v.string() }),
  revoke: nothing,
  importKey: v.strictObject({ pem: v.string(), passphrase: v.string() }),
  pack: one,
  lend: v.strictObject({
    bytes: v.exactOptional(v.pipe(count, v.minValue(65_536), v.maxValue(limits.boxesBytes))),
    boxes: v.exactOptional(v.pipe(count, v.minValue(1), v.maxValue(100))),
  }),
  lent: nothing,
  endLent: v.strictObject({ id: v.string() }),
  takeBox: v.strictObject({ link: v.string() }),
  boxes: nothing,
  leaveBox: v.strictObject({ place: v.string() }),
  retry: nothing,
  passphraseChanged: nothing,
  verify: v.strictObject({ contact: v.string(), digits: v.exactOptional(v.string()) }),
  block: one,
  unblock: one,
  mute: v.strictObject({
    contact: v.string(),
    muted: v.boolean(),
    forMs: v.exactOptional(v.pipe(count, v.minValue(1), v.maxValue(limits.muteMs))),
  }),
  notify: v.strictObject({ contact: v.string(), word: v.nullable(v.string()) }),
  forget: one,
  erase: v.strictObject({ row: count }),
  rename: v.strictObject({ contact: v.string(), alias: v.nullable(v.string()) }),
} satisfies { [Method in keyof Calls]: v.GenericSchema<unknown, Ask<Method>> };

/** The methods of Calls, by name. */
const methods = Object.keys(asks) as ReadonlyArray<keyof Calls>;

/** Tells whether `word` names a method of Calls. */
export function isMethod(word: string): word is keyof Calls {
  return Object.hasOwn(asks, word);
}

/** The shape of the parameters of `hello`: how strong a hold on the home the asker wants. */
export const helloAsk = v.strictObject({ wants: v.picklist(ranks) });

/** The shape of what `hello` answers. */
export const helloAnswer = v.object({
  version: v.string(),
  pid: v.number(),
  holds: v.picklist(ranks),
  yields: v.boolean(),
});

/** Makes a Calls out of one function that is asked by method name; answers pass through as they are. */
export function callsFrom(ask: (method: keyof Calls, params: unknown) => Promise<unknown>): Calls {
  const entries = methods.map((method) => [method, (params: unknown) => ask(method, params ?? {})] as const);
  return Object.fromEntries(entries) as Calls;
}

/** Asks `calls` by method name; `params` must have passed the method's shape in `asks`. */
export function callMethod(calls: Calls, method: keyof Calls, params: unknown): Promise<unknown> {
  const call = calls[method] as (ask: unknown) => Promise<unknown>;
  return call(params);
}
