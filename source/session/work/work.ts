import type { Reach, State, Store, WindowPlace } from '../../core/types.ts';
import type { TakeTurn } from '../../core/turns.ts';
import { asFailure, ChatError } from '../../core/errors.ts';
import { commit } from '../../store/commit.ts';
import type { Database } from '../../store/database.ts';
import type { Content } from '../../protocol/kinds/content.ts';
import type { Body as AnyBody, BodyOf, KindName } from '../../protocol/kinds/table.ts';
import type { HomePaths } from '../control/home-paths.ts';
import type { ContactKey } from '../../store/contact-keys.ts';
import type { ContactRow } from '../../store/contacts.ts';

/**
 * The part of config.toml that a client needs; only the password of a proxy is secret. In the `config` of a Context, `address` has the places that
 * are in effect, and `proxy` the ways out (core/way-out.ts).
 */
export type Config = {
  /** The address that the listener binds, HOST:PORT; empty when it only collects. */
  readonly listen: string;
  /** How others reach this home (core/place.ts): the configured places, then those of its boxes. Empty when nobody can. */
  readonly address: string;
  /** True if the listener keeps running when the messenger ends. */
  readonly keepListening: boolean;
  /** True if unreachable people who join with a link of this home get a small box here. */
  readonly lend: boolean;
  /** The proxy for everything that is sent, as parseProxy() reads it; empty for none. */
  readonly proxy: string;
  /** True if this home runs a Tor, for an onion service and for reaching those of others. */
  readonly onion?: boolean;
  /** True if the router is asked to forward the listener's port. */
  readonly mapPort?: boolean;
};

/** The outside place that a router forwards to a home, if known: empty for none; `isUnproven` when anyone nearby could have named it. */
export type Mapped = { place: string; isUnproven?: boolean };

/** The context that the parts of an open client share. */
export type Context = {
  readonly paths: HomePaths;
  /** The settings in effect. */
  readonly config: Config;
  /** The settings in config.toml. */
  readonly configured: Config;
  readonly mapped?: Mapped;
  readonly database: Database;
  readonly registrationId: number;
  readonly kinds: Kinds;
  readonly state: Store<State>;
  readonly takeTurn: TakeTurn;
  /** Throws ChatError home-replaced once keys/ or chat.db is no longer the one that was opened. */
  readonly checkHeld: () => void;
  /** The result of the last try to reach each contact. */
  readonly reach: Map<number, Reach>;
  /** Which part of each opened conversation is kept in the state. */
  readonly windows: Map<number, WindowPlace>;
  /** The work that a failing disk left undone outside the database: the links that are still to be withdrawn; null when there is none. */
  readonly unfinished: { withdrawn: ReadonlySet<string> | null };
  /** Does the work that must come before a commit; never throws. */
  readonly prepare?: (work: Work) => Promise<void>;
  /** Shows everything that a committed piece of work touched, and carries out its effects; set once the client is wired. */
  readonly finish: (work: Work) => Promise<void>;
};

/**
 * The meaning of an ack: `agreed`; `old`, below what is known, or too far above it to tell yet; or `other`: they have messages under my
 * seqs that I do not know, so my home was set back to an earlier state.
 */
export type Agreement = 'agreed' | 'old' | 'other';

/** A content that came: its body, its head, what its ack shows, and whether it began the session that it came in. */
export type Said<Body> = {
  readonly content: Content;
  readonly body: Body;
  readonly agreement: Agreement;
  readonly began: boolean;
};

/** The effects of one kind of content in a home. Its number, and how it is written, stand in protocol/kinds/. */
export type Kind<Body> = {
  /** The text of its line in a conversation; one without it is hidden. */
  readonly line?: (body: Body) => string;
  /** The effect of a content when it comes: once where it has a seq, else each time. */
  readonly apply?: (work: Work, from: Speaker, said: Said<Body>) => Promise<void> | void;
  /**
   * The body that goes out again in its place: the current body, or null where only its seq matters. Without this function, the same body
   * goes out again.
   */
  readonly again?: (work: Work, contactId: number) => AnyBody | null;
};

/** Every kind of content. */
export type Kinds = { readonly [Name in KindName]: Kind<BodyOf<Name>> };

/** A blob to hand out under its pickup name: once, or as a card any number of times. */
export type Offered = { readonly name: string; readonly blob: Uint8Array; readonly card: boolean };

/** One transaction under way: its target, and the work that must be done once it is committed. */
export type Work = Effects & {
  readonly database: Database;
  readonly registrationId: number;
  readonly kinds: Kinds;
  /** ms since 1970, the same for everything in one transaction. */
  readonly now: number;
  readonly address: string;
};

/** The work that must be done once a transaction is committed. */
type Effects = {
  /** Contacts whose summary or conversation changed. */
  readonly touched: Set<number>;
  /** Contacts to whom a receipt became due. */
  readonly owed: Set<number>;
  /** Contacts that were heard from. */
  readonly heard: Set<number>;
  /** Contacts whose envelopes that wait were taken back. */
  readonly recalled: Set<number>;
  /** Contacts whose waiting envelopes changed in a way that is not shown. */
  readonly outgoing: Set<number>;
  /** Names of invites whose blob must no longer be handed out. */
  readonly withdrawn: Set<string>;
  /** Effects outside the database. */
  readonly after: { slots: boolean; publicKey: boolean; boxes: boolean; offered: Offered[] };
};

/**
 * Runs `steps` as one turn and one transaction, then finishes what it touched. Throws the errors of `steps`; system errors become a
 * ChatError.
 */
export function turn<Result>(
  context: Context,
  steps: (work: Work) => Promise<Result> | Result,
): Promise<Result> {
  return context.takeTurn(async () => {
    const work = startWork(context);
    let isKept = false;
    try {
      context.checkHeld();
      const result = await commit(context.database, async () => {
        const done = await steps(work);
        await context.prepare?.(work);
        return done;
      });
      isKept = true;
      await context.finish(work);
      return result;
    } catch (error) {
      const failure = asFailure(error);
      throw isKept ? asLate(failure) : failure;
    }
  });
}

/** A disk error after the commit: it must not read as if nothing was done. */
function asLate(failure: unknown): unknown {
  if (!(failure instanceof ChatError)) return failure;
  if (failure.code === 'disk-full') return new ChatError('disk-late', 'the disk is full');
  return failure.code === 'disk-failed' ? new ChatError('disk-late', failure.message) : failure;
}

/** Runs reads as one turn, so that they never see a transaction that is under way. */
export function readInTurn<Result>(context: Context, reads: (database: Database) => Result): Promise<Result> {
  return context.takeTurn(() => reads(context.database));
}

function startWork(context: Context): Work {
  return {
    database: context.database,
    registrationId: context.registrationId,
    kinds: context.kinds,
    now: Date.now(),
    address: context.config.address,
    ...noEffects(),
  };
}

function noEffects(): Effects {
  return {
    touched: new Set(),
    owed: new Set(),
    heard: new Set(),
    recalled: new Set(),
    outgoing: new Set(),
    withdrawn: new Set(),
    after: { slots: false, publicKey: false, boxes: false, offered: [] },
  };
}

/** A piece of work whose effects are its own until joinPart(): a part that is taken back must have none. */
export function partOf(work: Work): Work {
  return { ...work, ...noEffects() };
}

/** Adds the effects of a part to those of the work that it belongs to. */
export function joinPart(work: Work, part: Work): void {
  for (const name of ['touched', 'owed', 'heard', 'recalled', 'outgoing'] as const)
    for (const contactId of part[name]) work[name].add(contactId);
  for (const name of part.withdrawn) work.withdrawn.add(name);
  work.after.slots ||= part.after.slots;
  work.after.publicKey ||= part.after.publicKey;
  work.after.boxes ||= part.after.boxes;
  work.after.offered.push(...part.after.offered);
}

/** The speaker of a content: a key of a contact, pinned or about to be, to one of my epochs; epoch 0 when it may be somebody else's. */
export type Speaker = ContactKey & { readonly myEpoch: number };

/**
 * Tells whether the contact's newest key, or a newer one, speaks to the newest of mine that the contact is known to follow, or a newer one.
 * Anyone who has an older key of mine, from a backup say, can write to that key in the name of every contact. PROTOCOL.md "Rotation".
 */
export function speaksNow(
  contact: Pick<ContactRow, 'epoch' | 'namedEpoch'>,
  { epoch, myEpoch }: Pick<Speaker, 'epoch' | 'myEpoch'>,
): boolean {
  return epoch >= contact.epoch && myEpoch >= contact.namedEpoch;
}
