import { jsonLines } from '../support/command-line.ts';
import type { Wiretap } from '../support/wiretap.ts';
import type { Line, Peer } from './peer.ts';

/** The fields of `contacts --json` that the attacks use. */
export type Known = { readonly name: string; readonly state: string; readonly fingerprint: string };

/** The texts that one person has from another, in the order they are read. */
export async function textsFrom(peer: Peer, sender: Peer): Promise<readonly string[]> {
  return wordsOf(await peer.lines(sender), ({ kind, direction }) => kind === 'text' && direction === 'in');
}

/** The program's own lines in a conversation. */
export async function noticesOf(peer: Peer, contact: Peer): Promise<readonly string[]> {
  return wordsOf(await peer.lines(contact), ({ kind }) => kind === 'notice');
}

function wordsOf(lines: readonly Line[], isWanted: (line: Line) => boolean): readonly string[] {
  return lines.filter(isWanted).map(({ text }) => text);
}

/** This person's contacts. */
export async function knownTo(peer: Peer): Promise<readonly Known[]> {
  return jsonLines(await peer.tries('contacts', '--json')) as unknown as readonly Known[];
}

/** How many POSTs callers have made so far. */
export function postsOn(wire: Wiretap | null): number {
  return (wire?.asked().toString('latin1').split('POST /message').length ?? 1) - 1;
}

/** Lets everybody receive and send in turn, this many times. */
export async function tickAll(peers: readonly Peer[], rounds = 1): Promise<void> {
  for (let round = 0; round < rounds; round += 1) for (const peer of peers) await peer.tick();
}

/** Texts of one line each. */
export function numbered(count: number, word: string): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${word} ${n}`);
}
