import { expect, test } from 'vitest';
import type { Bytes } from '../../source/core/types.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { noReset } from '../../source/protocol/kinds/receipt.ts';
import { openEnvelope } from '../../source/protocol/envelope.ts';
import { keyTag } from '../../source/protocol/fingerprint.ts';
import { contactOf } from '../../source/store/contacts.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { liar } from '../support/liar.ts';
import { mortalPair, statesOf, type Pair } from '../support/mortal-pair.ts';

// Alice has rotated, and a thief has an old copy of her home. With its prekeys the thief can write to her old key as any of her
// contacts. Bob's client plays the thief here: the thief could send anything that Bob sends to her old key.

/** Bob has rotated, then Alice; Bob has named her new key, unless her statement was swallowed in transit. */
async function stolen({ swallowed = false } = {}): Promise<Pair> {
  const pair = await mortalPair();
  const { alice, bob, talk } = pair;
  await bob.rotate();
  await alice.send('before');
  await bob.send('before');
  await talk();
  await alice.send('under way');
  const swallow = (): void => void alice.context.database.run('DELETE FROM outbox');
  swallow();
  alice.context.database.run("UPDATE messages SET state = 'sent' WHERE state = 'queued'");
  await alice.rotate();
  if (swallowed) swallow();
  else await talk();
  return pair;
}

test('a thief of an old key cannot claim that a contact follows the new one', async () => {
  const { alice, bob } = await stolen({ swallowed: true });
  const { publicKey } = currentIdentity(alice.context.database);
  const flags = { isRevoked: false, isStopped: false, hasMoved: false };
  const body = {
    kind: 'followed',
    epoch: 2,
    tag: keyTag(publicKey),
    place: new Uint8Array(8),
    ...flags,
  } as const;
  await liar(bob, alice).says(body, {}, 1);
  expect(contactOf(alice.context.database, 1).namedEpoch).toBe(1);
});

test('a thief of an old key cannot get the new keys sealed to a key of the thief', async () => {
  const { alice, bob } = await stolen();
  const { says, keys } = liar(bob, alice);
  const thief = makeKeyPair();
  const told = await keys({ epoch: 1, sealKey: thief.publicKey });
  await says({ kind: 'reset', stored: [], keys: told }, {}, 1);
  const out = alice.context.database.all<{ envelope: Bytes }>('SELECT envelope FROM outbox');
  expect(out.filter(({ envelope }) => openEnvelope(envelope, thief.privateKey) !== null)).toEqual([]);
});

test('a thief of an old key cannot make a tick', async () => {
  const { alice, bob } = await stolen();
  expect(statesOf(alice)).toEqual(['delivered', 'sent']);
  const sql = "SELECT seq, id FROM messages WHERE text = 'under way'";
  const { seq, id } = alice.context.database.get<{ seq: number; id: Bytes }>(sql)!;
  const stored = [{ seq, idStart: id.slice(0, 4) }];
  await liar(bob, alice).says({ kind: 'receipt', answers: noReset, stored }, {}, 1);
  expect(statesOf(alice)).toEqual(['delivered', 'sent']);
});
