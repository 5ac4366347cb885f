/** A box link that was lent and still makes boxes here: how many, and what each of them gets. */
export type LentLink = {
  readonly kind: 'link';
  /** 16 hex digits; nobody can claim with it. */
  readonly id: string;
  readonly boxes: number;
  readonly files: number;
  readonly bytes: number;
  readonly days: number;
};

/** A box that is kept here for somebody. `files` are envelopes. */
export type KeptBox = {
  readonly kind: 'box';
  readonly id: string;
  /** The label of the contact whose address names it, or null. Raw. */
  readonly contact: string | null;
  /** The id of the box that it came out of, or null. */
  readonly from: string | null;
  /** What was promised; 0 when the files of the box are broken, and nobody can use it. */
  readonly files: number;
  readonly bytes: number;
  readonly days: number;
  readonly waitingFiles: number;
  readonly waitingBytes: number;
  /** The days of its host since it was last collected from. */
  readonly idleDays: number;
};

/** What a home has lent. */
export type Lent = LentLink | KeptBox;

/** What was ended by the id that a list showed: `again` when a link or a card that is still open can make such a box anew. */
export type EndedLent = { readonly kind: Lent['kind']; readonly again: boolean };
