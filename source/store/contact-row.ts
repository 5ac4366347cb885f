import type { Bytes, ContactState } from '../core/types.ts';

/** The name of a column whose values are of one type. */
type Column<Value> = { readonly name: string; readonly value?: Value };

function column<Value>(name: string): Column<Value> {
  return { name };
}

/** The stored data of a contact: each field, the type of its values, and its column; keys as in contact_keys, slots 32 bytes. */
export const contactColumns = {
  id: column<number>('id'),
  name: column<string>('name'),
  alias: column<string | null>('alias'),
  state: column<ContactState>('state'),
  address: column<string>('address'),
  epoch: column<number>('epoch'),
  statementHash: column<Bytes | null>('statement_hash'),
  /** The slot key that opens their inbox to me. */
  theirSlot: column<Bytes>('their_slot'),
  /** The slot key that I gave them. */
  mySlot: column<Bytes>('my_slot'),
  nextSeq: column<number>('next_seq'),
  /** The highest seq such that it and all before it are stored here. */
  storedUpTo: column<number>('stored_up_to'),
  /** The mark (8 bytes) of everything up to `storedUpTo`. */
  storedMark: column<Bytes>('stored_mark'),
  /** My highest seq such that it and all before it are known to be stored there, and their mark. */
  ackedUpTo: column<number>('acked_up_to'),
  ackedMark: column<Bytes>('acked_mark'),
  /** The time of that ack, by the contact's own clock. */
  ackedAt: column<number>('acked_at'),
  receiptDue: column<number>('receipt_due'),
  readRow: column<number>('read_row'),
  /** My epoch for writing to them: the newest that they use, or one that a message under way announces. */
  followedEpoch: column<number>('followed_epoch'),
  /** My newest epoch that they are known to use. */
  namedEpoch: column<number>('named_epoch'),
  /** 1: they know that I revoked my identity. */
  revokeNamed: column<number>('revoke_named'),
  /** The kinds of content that they read (32 bytes), null when they did not say; and my kinds as last announced to them. */
  abilities: column<Bytes | null>('abilities'),
  toldAbilities: column<Bytes | null>('told_abilities'),
  /** The id of my last reset until they answer it, and of the last of theirs that was acted on; 16 bytes. */
  myReset: column<Bytes | null>('my_reset'),
  theirReset: column<Bytes | null>('their_reset'),
  /** An identity key (33 bytes) that wrote in their name, and whose statement may still come. */
  stranger: column<Bytes | null>('stranger'),
  /** My seqs that they lost and that still have to be marked for sending again; 0 for none. */
  againFrom: column<number>('again_from'),
  againTo: column<number>('again_to'),
  /** The proof in a hello that I have their link (32 bytes), kept until they have answered. */
  proof: column<Bytes | null>('proof'),
  createdAt: column<number>('created_at'),
  lastHeardAt: column<number | null>('last_heard_at'),
  lastActivityAt: column<number>('last_activity_at'),
  keyChangedAt: column<number | null>('key_changed_at'),
  /** The direction of a request through a card, until it is accepted. */
  request: column<'sent' | 'received' | null>('request'),
  comparedAt: column<number | null>('compared_at'),
  /** Another identity key (33 bytes) that claims to be the contact's. */
  rival: column<Bytes | null>('rival'),
  stateBeforeBlock: column<ContactState | null>('state_before_block'),
  /** Since when their listener has said that it does not know me. */
  unknownSince: column<number | null>('unknown_since'),
  /** When a message of theirs could not be read, if nothing has come since. */
  resetDue: column<number | null>('reset_due'),
  /** The generation of the reserve bundle given to them, named by the time it was made; 0 for none. */
  reserveGiven: column<number>('reserve_given'),
  /** My address as last announced to them; null: none since this has been recorded. */
  toldAddress: column<string | null>('told_address'),
  /** 1: their messages cause no notification. */
  muted: column<number>('muted'),
  /** When a mute for a time began, and when it ends (ms since 1970); null for one without an end. */
  mutedAt: column<number | null>('muted_at'),
  mutedUntil: column<number | null>('muted_until'),
  /** Only messages with this word make a notification; null: all do. */
  notifyWord: column<string | null>('notify_word'),
} as const;

type ValueOf<One> = One extends Column<infer Value> ? Value : never;

/** Everything about a contact that a ratchet or delivery step needs. */
export type ContactRow = {
  readonly [Field in keyof typeof contactColumns]: ValueOf<(typeof contactColumns)[Field]>;
};
