import { randomBytes } from 'node:crypto';
import { ChatError } from '../../source/core/errors.ts';
import type { Bytes } from '../../source/core/types.ts';
import { openVault } from '../../source/keys/vault.ts';
import { firstMark } from '../../source/protocol/ack-mark.ts';
import { encodeContent } from '../../source/protocol/kinds/content.ts';
import type { Body } from '../../source/protocol/kinds/table.ts';
import type { Head } from '../../source/protocol/kinds/kind.ts';
import { sealEnvelope } from '../../source/protocol/envelope.ts';
import { ratchetEncrypt } from '../../source/protocol/ratchet.ts';
import { turn } from '../../source/session/work/work.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { readsFor, writeChanges } from '../../source/session/work/ratchet-reads.ts';
import { contactKey } from '../../source/store/contact-keys.ts';
import { allContacts, type ContactRow } from '../../source/store/contacts.ts';
import { newestSession } from '../../source/store/sessions.ts';
import { openMortal, type MortalClient } from '../support/mortal-client.ts';
import { post, type Ask, type Reply } from '../support/signed-post.ts';
import { until } from '../support/until.ts';
import type { Peer } from './peer.ts';

// The means of a real contact with bad intentions: their own home, without their own program.

/** Opens the home of a person whose client is not running; it is closed after `work`. */
export async function insideHome<Result>(
  peer: Peer,
  work: (client: MortalClient) => Promise<Result> | Result,
): Promise<Result> {
  const key = await openVault(homePaths(peer.home).keys, null);
  const client = await until(`${peer.name}'s home is free`, () =>
    openMortal(peer.home, key, null).catch((error: unknown) => {
      if (error instanceof ChatError && error.code === 'home-busy') return null;
      throw error;
    }),
  );
  try {
    return await work(client);
  } finally {
    client.drop();
  }
}

/** How `from` knows `to`. */
export function contactIn(client: MortalClient, to: Peer): ContactRow {
  const found = allContacts(client.context.database).find((contact) => contact.name === to.name);
  if (!found) throw new Error(`${to.name} is no contact`);
  return found;
}

/** The real slot key that `to` gave `from`, 32 bytes. */
export function slotKeyOf(from: Peer, to: Peer): Promise<Bytes> {
  return insideHome(from, (client) => contactIn(client, to).theirSlot);
}

/** The seq of the next content that `from` would send to `to`. */
export function nextSeqOf(from: Peer, to: Peer): Promise<number> {
  return insideHome(from, (client) => contactIn(client, to).nextSeq);
}

/** Posts bytes to the real listener of `to` with the real slot key of `from`. */
export async function postRaw(
  from: Peer,
  to: Peer,
  bytes: Uint8Array,
  more: Pick<Ask, 'from' | 'headers'> = {},
): Promise<Reply> {
  return post(to.port, { key: await slotKeyOf(from, to) }, bytes, more);
}

/** Seals arbitrary bytes as contents from one contact to another; `from` is marked as a liar. */
export function sealRaw(from: Peer, to: Peer, contents: readonly Bytes[]): Promise<readonly Uint8Array[]> {
  from.lies();
  return insideHome(from, (client) => {
    const contact = contactIn(client, to);
    return turn(client.context, async (work) => {
      const key = newestSession(work.database, contact.id)!;
      const pinned = contactKey(work.database, contact.id, key.theirEpoch);
      const envelopes: Uint8Array[] = [];
      for (const plain of contents) {
        const sealed = await ratchetEncrypt(readsFor(work, key, pinned.identity)!, plain);
        writeChanges(work, key, sealed!.changes);
        envelopes.push(sealEnvelope(sealed!.inner, pinned.sealKey));
      }
      return envelopes;
    });
  });
}

/** A content with a new id; the forger chooses `seq`. */
export function content(seq: number, body: Body, head: Partial<Head> = {}): Bytes {
  const id = new Uint8Array(randomBytes(16));
  return encodeContent({ id, seq, ack: 0, mark: firstMark, sentAt: 0, ...head }, body);
}
