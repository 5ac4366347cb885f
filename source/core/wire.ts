import type { MessageState } from './types.ts';

/** A piece of an envelope that can be told apart without any key: bytes `from` up to `to`. PROTOCOL.md §1. */
export type WirePart = {
  readonly name: 'type' | 'encapsulated key' | 'ciphertext' | 'tag';
  readonly from: number;
  readonly to: number;
};

/**
 * What the network saw of one text, as far as it is kept (PROTOCOL.md §13); texts raw, times in ms since 1970. A null is something
 * that is not known or has not happened.
 */
export type WireReport = {
  readonly id: string;
  /** What the user calls the contact. */
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
   * `whole`: the bytes as they were on the wire; `waiting`: those that lie ready to be sent; `facts`: the bytes are no longer kept;
   * `nothing`: there is no envelope, or it is from before envelopes were kept.
   */
  readonly kept: 'whole' | 'waiting' | 'facts' | 'nothing';
  /** base64url. */
  readonly envelope: string | null;
  readonly parts: readonly WirePart[];
  /** Of mine: request line and headers as they were sent, and the status of the answer. */
  readonly head: string | null;
  readonly status: number | null;
  /** Of mine: what came with the 202 and proves that their listener made it, 22 characters. PROTOCOL.md §8 "kept". */
  readonly proof: string | null;
  /** Of mine: how often it was tried, and why the last try came to nothing. */
  readonly tries: number | null;
  readonly failure: string | null;
  /** Of theirs: the file that my listener made of the request's body. */
  readonly file: string | null;
  /** When it was written, by the clock of its writer. */
  readonly queuedAt: number;
  /** When the 202 came; of theirs, when my listener stored it. */
  readonly acceptedAt: number | null;
  /** Of theirs: when it was decrypted and stored. */
  readonly storedAt: number | null;
  /** Of mine: when a receipt said that it was stored there. */
  readonly deliveredAt: number | null;
};

/** The lines of an answer that count: its status, and what proves whose it is. */
export function answerHead(proof: string): readonly string[] {
  return ['HTTP/1.1 202 Accepted', `x-cc-kept: ${proof}`];
}
