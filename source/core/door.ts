import type { ScreenCalls } from './calls.ts';
import type { Printable, State, Store } from './types.ts';

/** The consequences of having no passphrase. */
export const noPassphraseMeans =
  'Without a passphrase, anyone who can read this disk can read your messages and write as you.';

/** Answers to the first run's questions; `passphrase` null means none, on purpose. Addresses are HOST:PORT. */
export type SetUp = {
  readonly name: string;
  readonly passphrase: string | null;
  /** The address where the listener binds. */
  readonly listen: string;
  /** The address in links, which others reach this machine at. */
  readonly address: string;
  /** True if the listener keeps running when the screen is closed. */
  readonly keepListening: boolean;
};

/** Locks a home while its screen stays, and opens it again. */
export type Lock = {
  /** Ends the client and drops the key of the database; a listener keeps running. */
  readonly leave: () => Promise<void>;
  /** Opens the home again; throws ChatError. */
  readonly unlock: (passphrase: string) => Promise<Opened>;
};

/** Work done outside the screen, which has no disk and starts no programs. All of it throws ChatError. */
export type Outside = {
  /** Lets the person write `text` in an editor, which must have the terminal meanwhile; returns the written text. */
  readonly edit: (text: string) => Promise<string>;
  /** Writes a conversation into a new file; returns its absolute path and the number of messages in it. */
  readonly exportTo: (ask: {
    readonly contact: number;
    readonly label: Printable;
    readonly file: string;
  }) => Promise<{ readonly file: string; readonly messages: number }>;
  /** Packs the queued mail for a contact into a new file; returns its absolute path, and how many envelopes are in it or did not fit. */
  readonly packTo: (ask: {
    readonly contact: number;
    readonly file: string;
  }) => Promise<{ readonly file: string; readonly envelopes: number; readonly left: number }>;
  /** Puts a packed file's envelopes into the inbox; returns how many there were. */
  readonly unpack: (file: string) => Promise<{ readonly envelopes: number }>;
};

/** An open client, as the screen gets it. */
export type Opened = {
  readonly calls: ScreenCalls;
  readonly state: Store<State>;
  readonly lock: Lock;
  readonly outside: Outside;
};

/** How the screen opens a home; every function may throw ChatError, which the screen shows before it asks again. */
export type Door =
  | {
      readonly kind: 'first-run';
      readonly defaults: SetUp;
      /** A hint beside the address on how to be reached; empty for none. */
      readonly advice?: string;
      readonly setUp: (answers: SetUp) => Promise<Opened>;
    }
  | { readonly kind: 'locked'; readonly unlock: (passphrase: string) => Promise<Opened> }
  | { readonly kind: 'ready'; readonly open: () => Promise<Opened> };
