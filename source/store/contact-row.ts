import type { Bytes, ContactState } from '../core/types.ts';

/** Everything about a contact that a ratchet or delivery step needs; keys as in contact_keys, slots 32 bytes. */
export type ContactRow = {
  readonly id: number;
  readonly name: string;
  readonly alias: string | null;
  readonly state: ContactState;
  readonly address: string;
  readonly epoch: number;
  readonly statementHash: Bytes | null;
  /** The slot key that opens their inbox to me. */
  readonly theirSlot: Bytes;
  /** The slot key that I gave them. */
  readonly mySlot: Bytes;
  readonly nextSeq: number;
  /** The highest seq such that it and all before it are stored here. */
  readonly storedUpTo: number;
  /** The mark (8 bytes) of everything up to `storedUpTo`. */
  readonly storedMark: Bytes;
  /** The highest seq of mine such that it and all before it are known to be stored there, and their mark. */
  readonly ackedUpTo: number;
  readonly ackedMark: Bytes;
  /** The contact's own time of that word. */
  readonly ackedAt: number;
  readonly receiptDue: number;
  readonly readRow: number;
  /** My epoch that I write to them as: the newest that they use, or that something under way tells them of. */
  readonly followedEpoch: number;
  /** My newest epoch that they are known to use. */
  readonly namedEpoch: number;
  /** 1: they know that I gave my identity up. */
  readonly revokeNamed: number;
  /** The kinds of content that they read (32 bytes), null when they did not say; and what they were told of mine. */
  readonly abilities: Bytes | null;
  readonly toldAbilities: Bytes | null;
  /** The id of my last reset until they answer it, and of the last of theirs that was acted on; 16 bytes. */
  readonly myReset: Bytes | null;
  readonly theirReset: Bytes | null;
  /** An identity key (33 bytes) that wrote in their name, and whose statement may still come. */
  readonly stranger: Bytes | null;
  /** The seqs of mine that they lost and that are still to be marked for going out again; 0 for none. */
  readonly againFrom: number;
  readonly againTo: number;
  /** What proves in a hello that I hold their link (32 bytes), until they answered. */
  readonly proof: Bytes | null;
  readonly createdAt: number;
  readonly lastHeardAt: number | null;
  readonly lastActivityAt: number;
  readonly keyChangedAt: number | null;
  /** Who asked whom through a card, until it is accepted. */
  readonly request: 'sent' | 'received' | null;
  readonly comparedAt: number | null;
  /** Another identity key (33 bytes) that claims to be the contact's. */
  readonly rival: Bytes | null;
  readonly stateBeforeBlock: ContactState | null;
  /** Since when their listener says that it does not know me. */
  readonly unknownSince: number | null;
  /** Since when something of theirs could not be read, and nothing came since. */
  readonly resetDue: number | null;
  /** The generation (when it was made) of the reserve bundle that they were given; 0 for none. */
  readonly reserveGiven: number;
  /** The address of mine that they were told last; null: none since this is kept. */
  readonly toldAddress: string | null;
  /** 1: its messages make no notification. */
  readonly muted: number;
};
