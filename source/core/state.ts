import type { Contact, Message, Printable } from './types.ts';

/** A contact as the screen draws it: every text already printable. */
export type ContactView = Omit<Contact, 'name' | 'alias' | 'address'> & {
  /** The alias if there is one, else the peer's own name; unique among contacts. */
  readonly label: Printable;
  readonly address: Printable;
  readonly reach: Reach;
};

/** Words for an answer that came from some other program than the peer's listener. */
export const foreignAnswer = 'something else answers there';

/** True if a contact cannot be reached because something else answers at their address. */
export function isForeign(reason: string): boolean {
  return reason.startsWith(foreignAnswer);
}

/** The result of the last try to reach a contact; nothing here is a guess. Times in ms since 1970. */
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

/** Session facts: everything the screen knows that is not its own view. */
export type State = {
  readonly phase: 'opening' | 'ready';
  /**
   * True once everything has been received that was in the inbox when the client was opened: all of it is as new as the messages that were
   * unread then.
   */
  readonly caughtUp: boolean;
  readonly name: Printable;
  readonly fingerprint: string;
  readonly address: Printable;
  readonly passphrase: boolean;
  readonly listener: ListenerState;
  readonly contacts: readonly ContactView[];
  readonly conversations: ReadonlyMap<number, Conversation>;
  readonly queued: number;
  readonly quarantined: number;
  /** False when no event reports arrivals, and the inbox is looked into every second. */
  readonly hasEvents: boolean;
  /** One line about something the person must act on (full disk, listener down), or null. */
  readonly alert: Printable | null;
};

/** A value with subscribers: the shape `useSyncExternalStore` wants. */
export type Store<Value> = {
  readonly get: () => Value;
  /** Replaces the value by `change(value)`; subscribers are called only when the reference differs. */
  readonly update: (change: (value: Value) => Value) => void;
  /** Calls `listener` after every change; answers the function that ends it. */
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
