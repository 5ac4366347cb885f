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

/** A box that is kept here for another person. `files` are envelopes. */
export type KeptBox = {
  readonly kind: 'box';
  readonly id: string;
  /** The label of the contact whose address names it, or null. Raw. */
  readonly contact: string | null;
  /** The id of the box that it was made from, or null. */
  readonly from: string | null;
  /** The promised size; 0 when the files of the box are broken, and nobody can use it. */
  readonly files: number;
  readonly bytes: number;
  readonly days: number;
  readonly waitingFiles: number;
  readonly waitingBytes: number;
  /** Days since its last collect, as its host counts them. */
  readonly idleDays: number;
};

/** Everything that a home has lent. */
export type Lent = LentLink | KeptBox;

/** The result of ending an id from a list; `again` when an open link or card can make such a box again. */
export type EndedLent = { readonly kind: Lent['kind']; readonly again: boolean };
