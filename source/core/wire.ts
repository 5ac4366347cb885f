import type { MessageState } from './types.ts';

/** A piece of an envelope that can be told apart without any key: bytes `from` up to `to`. PROTOCOL.md §1. */
export type WirePart = {
  readonly name: 'type' | 'encapsulated key' | 'ciphertext' | 'tag';
  readonly from: number;
  readonly to: number;
};

/**
 * The network's view of one text, as far as it is kept (PROTOCOL.md §13); texts raw, times in ms since 1970. Null stands for an unknown
 * fact or an event that has not happened.
 */
export type WireReport = {
  readonly id: string;
  /** The user's name for the contact. */
  readonly contact: string;
  readonly direction: 'in' | 'out';
  readonly state: MessageState;
  readonly text: string;
  /** Bytes of the text in UTF-8, and of its envelope. */
  readonly textBytes: number;
  readonly wireBytes: number | null;
  /** The ratchet message in the envelope: the first of a session, which carries keys, or a later one. */
  readonly ratchet: 'first' | 'later' | null;
  /**
   * `whole`: the bytes as they were on the wire; `waiting`: the bytes that are ready to be sent; `facts`: the bytes are no longer kept;
   * `nothing`: there is no envelope, or it is from before envelopes were kept.
   */
  readonly kept: 'whole' | 'waiting' | 'facts' | 'nothing';
  /** base64url. */
  readonly envelope: string | null;
  readonly parts: readonly WirePart[];
  /** Of mine: request line and headers as they were sent, and the status of the answer. */
  readonly head: string | null;
  readonly status: number | null;
  /** Of mine: the proof in the 202 that their listener made it. PROTOCOL.md §8 "kept". */
  readonly proof: string | null;
  /** Of mine: the number of tries, and the reason why the last one failed. */
  readonly tries: number | null;
  readonly failure: string | null;
  /** Of theirs: the file that my listener made of the request's body. */
  readonly file: string | null;
  /** The time of writing, by the clock of the writer. */
  readonly queuedAt: number;
  /** When the 202 came; for theirs, when my listener stored it. */
  readonly acceptedAt: number | null;
  /** Of theirs: the time when it was decrypted and stored. */
  readonly storedAt: number | null;
  /** Of mine: the time when a receipt said that it was stored there. */
  readonly deliveredAt: number | null;
};

/** How many envelopes the request carried, including this one. PROTOCOL.md §8 "Batches". */
export function sentTogether({ head, file }: Pick<WireReport, 'head' | 'file'>): number {
  const said = /^POST \/messages\/(\d{1,2}) /.exec(head ?? '')?.[1];
  const stored = /^[0-9a-f-]{46}x([0-9a-f]{2})$/.exec(file ?? '')?.[1];
  return said === undefined ? Number.parseInt(stored ?? '1', 16) : Number(said);
}

/** The lines of an answer that matter: its status, and the proof of its sender. */
export function answerHead(proof: string): readonly string[] {
  return ['HTTP/1.1 202 Accepted', `x-cc-kept: ${proof}`];
}
