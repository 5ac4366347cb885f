/** Types that more than one folder uses; nothing here runs. */

import type { OnionReport, OnionState } from './own-onion.ts';

declare const brand: unique symbol;

/** A value that only its maker can produce, so a mistake is a type error. */
type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };

/** Bytes in their own buffer, as libsignal and SQLCipher want them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A sealed message of exactly one bucket size: the only thing outbox/ can post. PROTOCOL.md "Envelope". */
export type Envelope = Brand<Bytes, 'Envelope'>;

/** Text that is safe to draw: made only by core/printable.ts. */
export type Printable = Brand<string, 'Printable'>;

/** How sure the program is of a contact's identity. PROTOCOL.md §11. */
export type ContactState =
  'requested' | 'not-compared' | 'compared' | 'changed-signed' | 'conflict' | 'revoked' | 'blocked';

/** `queued` here, `kept` in their box, `sent` = on their disk, `delivered` = stored by their client, `failed`, or `received` by us. */
export type MessageState = 'queued' | 'kept' | 'sent' | 'delivered' | 'failed' | 'received';

/**
 * Why a message is still queued: the contact has not accepted the request yet (`asked`); the listener at the contact's address does not
 * know this home (`unknown`), or another program answers there (`elsewhere`); my proxy lets nothing through (`proxy`); nothing answers
 * there (`away`).
 */
export type Waits = 'asked' | 'unknown' | 'elsewhere' | 'proxy' | 'by-hand' | 'away';

/** The progress of a message of mine. */
export type Delivery = { readonly state: MessageState; readonly waits?: Waits };

/** `text` is a person's message; `notice` is a line by the program itself. */
export type MessageKind = 'text' | 'notice';

/** One line of a conversation as it leaves store/: raw text, times in ms since 1970. */
export type Message = {
  readonly row: number;
  readonly id: string;
  readonly contactId: number;
  readonly direction: 'in' | 'out';
  readonly kind: MessageKind;
  readonly seq: number;
  readonly place: number;
  readonly text: string;
  readonly state: MessageState;
  readonly sentAt: number;
  readonly receivedAt: number | null;
  /** How many messages of the peer are missing just before this one. */
  readonly missingBefore: number;
};

/** One contact as it leaves store/; `name` is the peer's own word, `alias` the user's, times in ms since 1970. */
export type Contact = {
  readonly id: number;
  readonly name: string;
  readonly alias: string | null;
  readonly state: ContactState;
  readonly fingerprint: string;
  readonly address: string;
  readonly queued: number;
  readonly unread: number;
  readonly lastHeardAt: number | null;
  readonly lastActivityAt: number;
  readonly epoch: number;
  /** False while the contact does not yet use our newest identity key. */
  readonly followed: boolean;
  readonly keyChangedAt: number | null;
  /** The direction of a request through a card, until it is accepted. */
  readonly request: 'sent' | 'received' | null;
  /** When the safety number was last compared. */
  readonly comparedAt: number | null;
  /** Since when their listener has said that it does not know me. */
  readonly unknownSince: number | null;
  /** True if this contact's messages cause no notification. */
  readonly muted: boolean;
  /** When the mute ends by itself; null for one that does not. */
  readonly mutedUntil: number | null;
  /** Only messages with this word make a notification, as the user typed it; null: all do. */
  readonly notifyWord: string | null;
};

/**
 * The result of joining: a contact that is `new`; one that was `asked` through a card and must accept; an existing one that is connected
 * `again`; or one whose conflict the link has `settled`.
 */
export type Joined = Contact & { readonly joined: 'new' | 'asked' | 'again' | 'settled' };

/** A link that can still be used to join; times in ms since 1970, a card has no end. */
export type OpenLink = {
  readonly kind: 'card' | 'single-use';
  readonly createdAt: number;
  readonly endsAt: number | null;
};

/** The values to compare with a contact, and the result; fingerprints as groups of hex digits. */
export type Verification = {
  readonly contact: Contact;
  /** The 60 digits of both keys, without spaces: the same on both sides. */
  readonly safetyNumber: string;
  /** The 30 of them that belong to my own key: the ones to read out. */
  readonly ownDigits: string;
  /** Fingerprint of the contact's pinned key. */
  readonly fingerprint: string;
  /** Fingerprint of my own key. */
  readonly mine: string;
  /** Fingerprint of the contact's key before the pinned one; null when none is known. */
  readonly previous: string | null;
  /** Fingerprint of another key that claims to be the contact's. */
  readonly rival: string | null;
  /** True if the given digits are those of the contact's key, or the whole safety number; null when none were given. */
  readonly matches: boolean | null;
  /** The given digits: those of the contact's key, or the whole safety number, the same on both sides; null for none. */
  readonly given: 'theirs' | 'whole' | null;
};

/** The output of `status --json` (a contract). */
export type Status = {
  readonly name: string;
  readonly fingerprint: string;
  readonly home: string;
  readonly address: string;
  readonly listener: { readonly running: boolean; readonly port: number | null; readonly pid: number | null };
  readonly contacts: number;
  readonly queued: number;
  /** Envelopes that are left to the listener, which posts them while no client runs. */
  readonly carried: number;
  readonly unread: number;
  readonly quarantined: number;
  /** How many were put there by a fault of this program, since the home was made. */
  readonly bugs: number;
  readonly passphrase: boolean;
  /** The proxy that everything goes out through, without its name and password; null when there is none. */
  readonly proxy: string | null;
  readonly onion: OnionReport | null;
  /** True if the identity was revoked. */
  readonly revoked: boolean;
};

/** The answer of `rotate`: the new key, and the contacts who are being told. */
export type Rotation = {
  readonly fingerprint: string;
  readonly epoch: number;
  readonly told: readonly string[];
};

/** A contact as the screen draws it: every text already printable. */
export type ContactView = Omit<Contact, 'name' | 'alias' | 'address'> & {
  /** The alias if there is one, else the peer's own name; unique among contacts. */
  readonly label: Printable;
  readonly address: Printable;
  readonly reach: Reach;
  /** The beginning of the newest text that one of the two wrote, in one line; empty when there is none. */
  readonly lastWords: Printable;
  /** True if these words are mine. */
  readonly lastIsMine: boolean;
};

/** The text for an answer that came from a program other than the peer's listener. */
export const foreignAnswer = 'another program answers there';

/** True if a contact cannot be reached because another program answers at their address. */
export function isForeign(reason: string): boolean {
  return reason.startsWith(foreignAnswer);
}

/** The result of the last try to reach a contact; all of it is known fact. Times in ms since 1970. */
export type Reach =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'answered'; readonly at: number }
  | {
      readonly kind: 'away';
      readonly attempts: number;
      readonly nextTryAt: number;
      readonly reason: Printable;
    };

/** A message as the screen draws it: the text already printable. */
export type MessageView = Omit<Message, 'text'> & { readonly text: Printable };

/** The part of a conversation that is in memory: its newest messages, its oldest, or those around one row. */
export type WindowPlace = 'newest' | 'oldest' | number;

/** The part of one conversation that is in memory, oldest first. */
export type Conversation = {
  readonly messages: readonly MessageView[];
  readonly at: WindowPlace;
  /** True when nothing older is on disk. */
  readonly complete: boolean;
  /** True when nothing newer is on disk. */
  readonly latest: boolean;
  /** Row of the last message that was already read when the conversation was opened. */
  readonly readUpTo: number;
};

/** The listener's state, as far as the client knows. */
export type ListenerState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'running'; readonly host: string; readonly port: number; readonly pid: number }
  | { readonly phase: 'failed'; readonly reason: Printable };

/** How a screen shows a box: the machine that keeps it, and whether it was silent for some minutes. */
export type BoxState = { readonly host: Printable; readonly isAway: boolean };

/** Session facts: everything the screen knows that is not its own view. */
export type State = {
  readonly phase: 'opening' | 'ready';
  /**
   * True once the client has received everything that was in the inbox when it was opened: those messages are as new as the ones that
   * were unread then.
   */
  readonly caughtUp: boolean;
  readonly name: Printable;
  readonly fingerprint: string;
  readonly address: Printable;
  readonly passphrase: boolean;
  readonly listener: ListenerState;
  readonly boxes: readonly BoxState[];
  readonly onion: OnionState;
  /** Latest activity first; among equals, the one made first. */
  readonly contacts: readonly ContactView[];
  readonly conversations: ReadonlyMap<number, Conversation>;
  readonly queued: number;
  readonly quarantined: number;
  /** False when no event reports arrivals, and the inbox is checked every second. */
  readonly hasEvents: boolean;
  /** One line about something the person must act on (full disk, listener down), or null. */
  readonly alert: Printable | null;
};

/** A value with subscribers: the shape `useSyncExternalStore` wants. */
export type Store<Value> = {
  readonly get: () => Value;
  /** Replaces the value by `change(value)`; subscribers are called only when the reference differs. */
  readonly update: (change: (value: Value) => Value) => void;
  /** Calls `listener` after every change; returns the function that ends it. */
  readonly subscribe: (listener: () => void) => () => void;
};

/** Makes a store that holds `initial`. */
export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    update(change) {
      const next = change(value);
      if (next === value) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
