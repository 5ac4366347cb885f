import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageName, parseMessageName } from '../../source/core/message-name.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { listNew } from '../../source/inbox/watch.ts';
import { slotId } from '../../source/core/request.ts';
import { contactIn, insideHome } from './forge.ts';
import type { Line, Peer } from './peer.ts';

/** One envelope that waited in an inbox: the slot it came through, 16 hex digits, and its bytes. */
export type Waited = { readonly slotId: string; readonly bytes: Uint8Array };

/** How many envelopes wait in an inbox. */
export async function countWaiting(inbox: string): Promise<number> {
  return (await listNew(inbox)).reduce((sum, name) => sum + (parseMessageName(name)?.count ?? 1), 0);
}

/** Takes everything out of an inbox, oldest first; no other program may be using it. */
export async function takeAll(peer: Peer): Promise<readonly Waited[]> {
  const all: Waited[] = [];
  for (const name of await listNew(peer.inbox)) {
    const path = join(inboxFolder(peer.inbox, 'new'), name);
    const bytes = await readFile(path);
    const { slotId: id = '', count = 1 } = parseMessageName(name) ?? {};
    const size = bytes.length / count;
    for (let at = 0; at < count; at += 1)
      all.push({ slotId: id, bytes: bytes.subarray(at * size, (at + 1) * size) });
    await unlink(path);
  }
  return all;
}

/** Puts files into an inbox in this order, as a listener would; what is not an envelope gets the name of one of 4096 bytes. */
export async function putAll(peer: Peer, files: readonly Waited[]): Promise<void> {
  const time = Date.now();
  for (const [counter, { slotId: id, bytes }] of files.entries()) {
    const size = [16_384, 65_536].find((one) => one === bytes.length) ?? 4096;
    const name = messageName({ time, processId: process.pid, counter, slotId: id, bytes: size });
    await writeFile(join(inboxFolder(peer.inbox, 'new'), name), bytes);
  }
}

/** The id of the slot that `owner` gave to `contact`, 16 hex digits. */
export function slotOf(owner: Peer, contact: Peer): Promise<string> {
  return insideHome(owner, (client) => slotId(contactIn(client, contact).mySlot));
}

/** The received entries of one kind in one conversation, as its owner reads them. */
export async function cameTo(
  peer: Peer,
  from: Peer,
  kind: 'text' | 'notice' = 'text',
): Promise<readonly string[]> {
  const lines = await peer.lines(from);
  return lines.filter((line) => line.direction === 'in' && line.kind === kind).map(({ text }) => text);
}

/** The states of what this person sent. */
export async function statesAt(peer: Peer, to: Peer): Promise<ReadonlySet<Line['state']>> {
  const lines = await peer.lines(to);
  return new Set(lines.filter((line) => line.direction === 'out').map(({ state }) => state));
}

/** This many different texts, in order. */
export function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `message ${n}`);
}
