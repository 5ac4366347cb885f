import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { firstMark } from '../../source/protocol/ack-mark.ts';
import { encodeContent } from '../../source/protocol/kinds/content.ts';
import type { Body } from '../../source/protocol/kinds/table.ts';
import { noStatement } from '../../source/protocol/rotate.ts';
import type { Conversation } from '../../source/core/types.ts';
import { apply } from '../../source/session/receiving/apply.ts';
import { turn } from '../../source/session/work/work.ts';
import { viewConversation } from '../../source/session/people/window.ts';
import { contactKey, pinKey, type ContactKey } from '../../source/store/contact-keys.ts';
import { changeContact, contactOf } from '../../source/store/contacts.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { addMessage } from '../../source/store/messages.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { openMortal, type MortalClient } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';

// Contents that bob could send in a valid session, and what alice makes of them.

async function alice(): Promise<MortalClient> {
  const [{ home, key }] = await makeFriends(await tempFolder());
  const client = await openMortal(home, key, null);
  onTestFinished(() => client.drop());
  return client;
}

function profileOf(client: MortalClient, change: { name?: string; address?: string }): Body {
  const sealKey = currentIdentity(client.context.database).publicKey;
  const slotKey = new Uint8Array(32).fill(7);
  const profile = {
    name: 'bob',
    address: '',
    epoch: 1,
    chain: noStatement,
    sealKey,
    slotKey,
    abilities: null,
    ...change,
  };
  return { kind: 'profile', profile };
}

async function hear(client: MortalClient, body: Body, more: { sentAt?: number; from?: ContactKey } = {}) {
  const { database } = client.context;
  const seq = contactOf(database, 1).storedUpTo + 1;
  const head = {
    id: new Uint8Array(randomBytes(16)),
    seq,
    ack: 0,
    mark: firstMark,
    sentAt: more.sentAt ?? 0,
  };
  const from = more.from ?? contactKey(database, 1, 1);
  const bytes = encodeContent(head, body);
  await turn(client.context, (work) =>
    apply(work, { ...from, myEpoch: 1 }, { content: { ...head, body }, bytes, began: false }),
  );
}

function lines(client: MortalClient): readonly string[] {
  return client.conversation().map((one) => one.text);
}

test('a contact who takes another name leaves a line that says so', async () => {
  const client = await alice();
  await hear(client, profileOf(client, { name: 'bob' }));
  expect(lines(client)).toEqual([]);
  await hear(client, profileOf(client, { name: 'the bank' }));
  expect(lines(client)).toEqual(['they changed their name from bob to the bank']);
});

test('a name that cannot be shown, or that is an id, does not become the label', async () => {
  const client = await alice();
  for (const name of ['', '1', '-f', '\u202e', 'x'.repeat(100)]) {
    await hear(client, profileOf(client, { name }));
    expect(contactOf(client.context.database, 1)).toMatchObject({ name, alias: 'bob' });
  }
  expect(lines(client)).toEqual([]);
});

test('a retired key cannot change the address of its contact', async () => {
  const client = await alice();
  const { database } = client.context;
  const retired = contactKey(database, 1, 1);
  const next = makeKeyPair().publicKey;
  pinKey(database, { contactId: 1, epoch: 2, identity: next, sealKey: next }, 1);
  changeContact(database, 1, { epoch: 2, address: 'there:1' });
  await hear(client, profileOf(client, { name: 'thief', address: 'elsewhere:1' }), { from: retired });
  expect(contactOf(database, 1)).toMatchObject({ name: 'bob', address: 'there:1' });
});

test('never dates a message later than its arrival', async () => {
  const client = await alice();
  await hear(client, { kind: 'text', text: 'from the end of time' }, { sentAt: Number.MAX_SAFE_INTEGER });
  await hear(client, { kind: 'text', text: 'long ago' }, { sentAt: 5 });
  const [first, second] = client.conversation();
  expect(first?.sentAt).toBe(first?.receivedAt);
  expect(second?.sentAt).toBe(5);
});

test('shows a message behind a gap, even though the clock was set back since', async () => {
  const client = await alice();
  const { database } = client.context;
  const shown = (): Conversation['messages'] =>
    viewConversation(client.context, 1, undefined).messages.filter(({ kind }) => kind === 'text');
  const add = (seq: number, receivedAt: number): unknown =>
    addMessage(database, {
      contactId: 1, direction: 'in', id: new Uint8Array(randomBytes(16)), kind: 'text', seq, text: `${seq}`,
      state: 'received', sentAt: 0, receivedAt,
    }); // prettier-ignore
  add(100, Date.now());
  expect(shown()).toHaveLength(0);
  add(50, Date.now() + 3_600_000);
  add(99, Date.now() - 3000);
  expect(shown().map((one) => one.text)).toEqual(['50', '99', '100']);
});
