import type { KeysReport } from './keys-report.ts';
import type { Check } from './check.ts';
import type { EndedLent, Lent } from './lent.ts';
import type { OwnBox } from './own-box.ts';
import type { Packed } from './pouch.ts';
import type {
  Contact,
  Delivery,
  Joined,
  Message,
  OpenLink,
  Rotation,
  Status,
  Verification,
  WindowPlace,
} from './types.ts';
import type { WireReport } from './wire.ts';

/**
 * Everything a screen or a command can ask of a client, as plain JSON in and out: the same call works in the client itself and over the
 * control socket. CONTACT is a name, an alias or an id; every call throws ChatError.
 */
export type Calls = {
  status(ask?: Record<never, never>): Promise<Status>;
  contacts(ask?: Record<never, never>): Promise<readonly Contact[]>;
  keys(ask?: Record<never, never>): Promise<KeysReport>;
  /**
   * Makes a single-use link, or with `card` returns the one card, which is made if there is none; `anew` replaces it. `address` (one place)
   * replaces the configured one in this link. With `byHand` it also returns the link's blob (base64url), and nobody can pick that up any
   * more. `waits` is true when the place is a box whose host does not know the link yet.
   */
  invite(ask: {
    readonly address?: string;
    readonly card?: boolean;
    readonly anew?: boolean;
    readonly byHand?: boolean;
  }): Promise<{ readonly link: string; readonly blob?: string; readonly waits?: boolean }>;
  /** The links that can still be used to join, without their secrets. */
  links(ask?: Record<never, never>): Promise<readonly OpenLink[]>;
  /** Ends the card, or all open links; returns how many. */
  withdraw(ask: { readonly what: 'card' | 'all' }): Promise<{ readonly withdrawn: number }>;
  /**
   * Adds the maker of `link`, or connects with them again. `alias` is the user's own name for the contact; `blob` (base64url) was
   * brought by hand instead of being picked up.
   */
  join(ask: { readonly link: string; readonly alias?: string; readonly blob?: string }): Promise<Joined>;
  /** Accepts a person who asked through the card as a contact. */
  accept(ask: { readonly contact: string }): Promise<Contact>;
  /** Forgets a person who asked through the card. */
  decline(ask: { readonly contact: string }): Promise<null>;
  /**
   * Queues one message durably before it returns; `id` is 32 hex digits. A caller that gives an id can repeat the call when no answer
   * came: a message with that id is queued once.
   */
  send(ask: {
    readonly contact: string;
    readonly text: string;
    readonly id?: string;
  }): Promise<{ readonly id: string }>;
  /**
   * Messages in reading order: the `last` ones; or, in the order in which they were stored, those after row `after` or after the read ones
   * of one contact (`unread`). Messages of one contact count as shown (see `seen`), unless `peek`.
   */
  read(ask: {
    readonly contact?: string;
    readonly last?: number;
    readonly after?: number;
    readonly unread?: boolean;
    readonly peek?: boolean;
  }): Promise<readonly Message[]>;
  /** Notes that a person saw these rows of a conversation: messages count as read up to the first unread row that is not among them. */
  seen(ask: { readonly contact: string; readonly rows: readonly number[] }): Promise<null>;
  /** Messages that contain `text`, regardless of case and accents, the newest last: at most the `last` ones. */
  search(ask: {
    readonly text: string;
    readonly contact?: string;
    readonly last?: number;
  }): Promise<readonly Message[]>;
  /** Explains from known facts why contacts can or cannot be reached; connects only to the user's own addresses and proxy. */
  doctor(ask?: Record<never, never>): Promise<readonly Check[]>;
  /** The network's view of one text: the one with this id; among several, the one in `row`, or else one of mine. */
  wire(ask: { readonly id: string; readonly row?: number }): Promise<WireReport>;
  /**
   * The state of one message, waiting at most `timeoutMs` until it is `want` (or delivered, or failed), and while it is queued here, the
   * reason if it is known.
   */
  wait(ask: {
    readonly id: string;
    readonly want: 'kept' | 'sent' | 'delivered';
    readonly timeoutMs: number;
  }): Promise<Delivery>;
  /** Resolves at the next change after the call, or after `timeoutMs`. */
  changed(ask: { readonly timeoutMs: number }): Promise<null>;
  /** Resolves with true when everything in the inbox was received and nothing in the outbox is due; with false after `timeoutMs`. */
  untilIdle(ask: { readonly timeoutMs: number }): Promise<boolean>;
  /** Makes a new identity key, signed by the old one, and tells every contact. */
  rotate(ask?: Record<never, never>): Promise<Rotation>;
  /** The newest identity's private key as an encrypted PKCS#8 PEM. PROTOCOL.md §9. */
  exportKey(ask: { readonly passphrase: string }): Promise<{ readonly pem: string }>;
  /** Replaces the identity of a home without contacts by the one in `pem`. */
  importKey(ask: {
    readonly pem: string;
    readonly passphrase: string;
  }): Promise<{ readonly fingerprint: string }>;
  /** Writes a backup into a new file: `file` is an absolute path, key (32 bytes) and salt (16) base64url. PROTOCOL.md §12. */
  backup(ask: { readonly file: string; readonly key: string; readonly salt: string }): Promise<null>;
  /** Revokes the identity permanently and tells every contact; nothing is sent after that. Returns who is being told. */
  revoke(ask?: Record<never, never>): Promise<{ readonly told: readonly string[] }>;
  /** Packs the queued mail for a contact, to be carried by hand; it stays queued until the contact confirms it. PROTOCOL.md §14. */
  pack(ask: { readonly contact: string }): Promise<Packed>;
  /** Makes a voucher for `boxes` boxes of `bytes` each at this home's listener, and returns its box link. */
  lend(ask: { readonly bytes?: number; readonly boxes?: number }): Promise<{ readonly link: string }>;
  /** Lists what was lent: links that still make boxes, and the boxes that are kept here. */
  lent(ask?: Record<never, never>): Promise<readonly Lent[]>;
  /** Ends a box that is kept here, together with boxes made from it, or a lent link; the link makes no more boxes. */
  endLent(ask: { readonly id: string }): Promise<EndedLent>;
  /** Claims a box with a box link, and tells the contacts its place. */
  takeBox(ask: { readonly link: string }): Promise<{ readonly place: string }>;
  /** The boxes of this home, and their state. */
  boxes(ask?: Record<never, never>): Promise<readonly OwnBox[]>;
  /** Gives a box up; `left` is false when its host could not be told. */
  leaveBox(ask: { readonly place: string }): Promise<{ readonly left: boolean }>;
  /** Tries all queued mail now. */
  retry(ask?: Record<never, never>): Promise<null>;
  /**
   * Shows the values to compare with a contact. With `digits` (the 30 of the contact's key, or all 60, separated in any way) it verifies:
   * matching digits make the contact `compared`, others change nothing, and your own 30 are refused (digits-own).
   */
  verify(ask: { readonly contact: string; readonly digits?: string }): Promise<Verification>;
  /** Blocks a contact: nothing comes from them or goes to them, and their keys cannot come back through a link. */
  block(ask: { readonly contact: string }): Promise<Contact>;
  /** Unblocks a contact. For one that has been forgotten since, `contact` is the fingerprint and the result is null. */
  unblock(ask: { readonly contact: string }): Promise<Contact | null>;
  /** Turns notifications for a contact's messages off, for `forMs` (at most a day) if that is given, or on. */
  mute(ask: { readonly contact: string; readonly muted: boolean; readonly forMs?: number }): Promise<Contact>;
  /** Notifies of all messages of a contact, or with a word only of those that have it; a mute ends. Throws ChatError notify-word. */
  notify(ask: { readonly contact: string; readonly word: string | null }): Promise<Contact>;
  /** Deletes a contact with the whole history. `erased` is false when the remains in the file have to be cleared later. */
  forget(ask: { readonly contact: string }): Promise<{ readonly name: string; readonly erased: boolean }>;
  /**
   * Deletes one message on this disk, by its row; nobody is told, and a queued envelope is not called back. `erased` is as for forget.
   * PROTOCOL.md §11.
   */
  erase(ask: { readonly row: number }): Promise<{ readonly erased: boolean }>;
  /** Checks again whether the home has a passphrase: another process changed it. */
  passphraseChanged(ask?: Record<never, never>): Promise<null>;
  /** Gives a contact an alias, the user's own name for them; null removes it. */
  rename(ask: { readonly contact: string; readonly alias: string | null }): Promise<Contact>;
};

/** Calls that only the screen makes: it shares the process with the session, and sees the results in the state. */
export type ScreenCalls = Calls & {
  /** Loads the newest window of a conversation into the state, or the one around the first unread message if that message is older. */
  openConversation(contactId: number): Promise<void>;
  /** Marks a conversation read up to its end, and leaves the window and its `readUpTo` as they are. */
  markRead(contactId: number): Promise<void>;
  /** Moves the window of a conversation in the state; if the message to show is gone, the window stays where it is. */
  showAt(contactId: number, at: WindowPlace): Promise<void>;
  /** Drafts from before this start, by contact id. */
  drafts(): Promise<ReadonlyMap<number, string>>;
  /** Keeps an unsent text for a contact until it is sent; an empty text removes it. */
  keepDraft(contactId: number, text: string): Promise<void>;
  /** Keeps an unsent text below the one that is kept for a contact. */
  addDraft(contactId: number, text: string): Promise<void>;
};
