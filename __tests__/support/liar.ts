import { randomBytes } from 'node:crypto';
import type { Bytes } from '../../source/core/types.ts';
import { openIntake } from '../../source/inbox/deliver.ts';
import { firstMark } from '../../source/protocol/ack-mark.ts';
import { encodeContent } from '../../source/protocol/kinds/content.ts';
import type { Body } from '../../source/protocol/kinds/table.ts';
import type { Head } from '../../source/protocol/kinds/kind.ts';
import { sealEnvelope } from '../../source/protocol/envelope.ts';
import { slotId } from '../../source/core/request.ts';
import { signKeys, type Keys } from '../../source/protocol/keys.ts';
import type { Profile } from '../../source/protocol/profile.ts';
import { ratchetEncrypt } from '../../source/protocol/ratchet.ts';
import { turn } from '../../source/session/work/work.ts';
import { myProfile } from '../../source/session/keyring/profile.ts';
import { readsFor, writeChanges } from '../../source/session/work/ratchet-reads.ts';
import { contactKey } from '../../source/store/contact-keys.ts';
import { contactOf } from '../../source/store/contacts.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { newestSession } from '../../source/store/sessions.ts';
import type { MortalClient } from './mortal-client.ts';

/** One of two who know each other and only each other, and what it sends when it lies. */
export type Liar = {
  /** Sends a content with any head to the other, who reads it; in the session with `epoch` of the other's keys. */
  readonly says: (body: Body, head?: Partial<Head>, epoch?: number) => Promise<void>;
  readonly profile: (change?: Partial<Profile>) => Promise<Profile>;
  /** Keys of the newest identity, signed by it, with a profile as the liar likes it. */
  readonly keys: (change?: Partial<Profile>) => Promise<Keys>;
};

/** The messages that `client` can send to the one contact it has, `victim`, without its own program. */
export function liar(client: MortalClient, victim: MortalClient): Liar {
  return {
    async says(body, head = {}, epoch) {
      const envelope = await seal(client, { body, head, epoch });
      const intake = await openIntake(victim.context.paths.inbox);
      const slot = contactOf(victim.context.database, 1).mySlot;
      const place = { slotId: slotId(slot), bytes: envelope.length };
      intake.reserve(place);
      await intake.deliver(place, envelope);
      await victim.receive(0);
    },
    profile: (change = {}) =>
      turn(client.context, (work) => ({
        ...myProfile(work, 1, currentIdentity(work.database)),
        ...change,
      })),
    keys: (change = {}) =>
      turn(client.context, (work) => {
        const mine = currentIdentity(work.database);
        const profile = { ...myProfile(work, 1, mine), ...change };
        return signKeys(
          { profile, statements: [], bundle: new Uint8Array(0) },
          mine.privateKey,
          contactKey(work.database, 1, contactOf(work.database, 1).epoch).identity,
        );
      }),
  };
}

type Lie = { readonly body: Body; readonly head: Partial<Head>; readonly epoch: number | undefined };

function seal(client: MortalClient, { body, head, epoch }: Lie): Promise<Bytes> {
  return turn(client.context, async (work) => {
    const newest = newestSession(work.database, 1)!;
    const key = { ...newest, theirEpoch: epoch ?? newest.theirEpoch };
    const pinned = contactKey(work.database, 1, key.theirEpoch);
    const id = new Uint8Array(randomBytes(16));
    const plain = encodeContent({ id, seq: 0, ack: 0, mark: firstMark, sentAt: work.now, ...head }, body);
    const sealed = await ratchetEncrypt(readsFor(work, key, pinned.identity)!, plain);
    writeChanges(work, key, sealed!.changes);
    return sealEnvelope(sealed!.inner, pinned.sealKey);
  });
}
