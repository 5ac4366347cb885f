import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Bytes } from '../../../source/core/types.ts';
import { limits } from '../../../source/core/limits.ts';
import { canRead, encodeAbilities } from '../../../source/protocol/abilities.ts';
import { firstMark } from '../../../source/protocol/ack-mark.ts';
import { decodeContent, encodeContent } from '../../../source/protocol/kinds/content.ts';
import { knownKinds, type Body } from '../../../source/protocol/kinds/table.ts';
import { turn } from '../../../source/session/work/work.ts';
import { apply } from '../../../source/session/receiving/apply.ts';
import { readKept } from '../../../source/session/receiving/read-kept.ts';
import { contactKey } from '../../../source/store/contact-keys.ts';
import { changeContact, contactOf } from '../../../source/store/contacts.ts';
import { deleteSetting } from '../../../source/store/settings.ts';
import { searchTexts } from '../../../source/store/search.ts';
import { isRejected } from '../../../source/protocol/bytes.ts';
import { mortalPair, noticesIn, textsIn } from '../../support/mortal-pair.ts';
import type { MortalClient } from '../../support/mortal-client.ts';

// Content of a newer version is not lost on an older one, and content that breaks a rule leaves no gap that is asked for forever.

const newer = 'something arrived that only a newer version of cryptochat can show';

/** The bytes of a text under the next seq, as if they were of another kind or version. */
function written(
  client: MortalClient,
  text: string,
  change: { version?: number; kind?: number; seq?: number },
): Bytes {
  const { storedUpTo } = contactOf(client.context.database, 1);
  const head = {
    id: new Uint8Array(randomBytes(16)),
    seq: change.seq ?? storedUpTo + 1,
    ack: 0,
    mark: firstMark,
    sentAt: 1,
  };
  const bytes = encodeContent(head, { kind: 'text', text });
  bytes[0] = change.version ?? 1;
  bytes[1] = change.kind ?? 1;
  return bytes;
}

async function hear(client: MortalClient, bytes: Bytes): Promise<void> {
  const content = decodeContent(bytes);
  if (isRejected(content)) throw new Error(content.rejected);
  await turn(client.context, (work) => {
    const from = { ...contactKey(work.database, 1, 1), myEpoch: 1 };
    return apply(work, from, { content, bytes, began: false });
  });
}

/** Makes what is kept readable, as if this program had learned its kind since. */
function learn(client: MortalClient): void {
  const { database } = client.context;
  for (const { row, content } of database.all<{ row: number; content: Bytes }>(
    'SELECT message_row AS row, content FROM kept_contents',
  )) {
    const known = new Uint8Array(content);
    known[0] = 1;
    known[1] = 1;
    database.run('UPDATE kept_contents SET content = ? WHERE message_row = ?', [known, row]);
  }
  deleteSetting(database, 'kinds-read');
}

test.each([{ kind: 99 }, { kind: 127 }, { version: 2 }])(
  'content of a newer version (%o) is acknowledged, kept whole, and read after an upgrade',
  async (change) => {
    const { alice } = await mortalPair();
    const before = contactOf(alice.context.database, 1).storedUpTo;
    await hear(alice, written(alice, 'from the future', change));
    expect(noticesIn(alice)).toEqual([newer]);
    expect(contactOf(alice.context.database, 1).storedUpTo).toBe(before + 1);
    await readKept(alice.context);
    expect(noticesIn(alice)).toEqual([newer]);
    learn(alice);
    await readKept(alice.context);
    expect(noticesIn(alice)).toEqual([]);
    expect(textsIn(alice)).toEqual(['from the future']);
    expect(contactOf(alice.context.database, 1).storedUpTo).toBe(before + 1);
    expect(alice.context.database.all('SELECT 1 FROM kept_contents')).toEqual([]);
    expect(searchTexts(alice.context.database, { text: 'future', contactId: null, last: 9 })).toHaveLength(1);
  },
);

test('reads them in the order of their seqs, and shows no repeat', async () => {
  const { alice } = await mortalPair();
  const next = contactOf(alice.context.database, 1).storedUpTo + 1;
  const [one, two] = [
    written(alice, 'one', { kind: 90, seq: next }),
    written(alice, 'two', { kind: 90, seq: next + 1 }),
  ];
  for (const bytes of [two, one, two, one]) await hear(alice, bytes);
  learn(alice);
  await readKept(alice.context);
  expect(textsIn(alice)).toEqual(['one', 'two']);
});

test('keeps a limited number from one contact; the rest leaves its line', async () => {
  const { alice } = await mortalPair();
  const { database } = alice.context;
  const long = 'x'.repeat(60_000);
  const most = Math.floor(limits.keptContentsBytes / 60_050);
  for (let count = 0; count < most + 3; count += 1) await hear(alice, written(alice, long, { kind: 99 }));
  const { count } = database.get<{ count: number }>('SELECT count(*) AS count FROM kept_contents')!;
  expect(count).toBe(most);
});

test('forgets kinds from 128 on without a word', async () => {
  const { alice } = await mortalPair();
  const before = contactOf(alice.context.database, 1).storedUpTo;
  for (const kind of [128, 200, 255]) await hear(alice, written(alice, 'x', { kind, seq: 0 }));
  expect(noticesIn(alice)).toEqual([]);
  expect(contactOf(alice.context.database, 1).storedUpTo).toBe(before);
});

test('a body that breaks a rule counts as void under its seq, and is reported', async () => {
  const { alice, bob, talk } = await mortalPair();
  const next = contactOf(alice.context.database, 1).storedUpTo + 1;
  const empty = written(alice, '', {});
  await hear(alice, empty);
  expect(contactOf(alice.context.database, 1).storedUpTo).toBe(next);
  expect(noticesIn(alice)).toEqual([expect.stringContaining('breaks the rules')]);
  await hear(alice, written(alice, 'not of this kind', { kind: 128 }));
  expect(contactOf(alice.context.database, 1).storedUpTo).toBe(next + 1);
  await alice.send('no gap');
  await talk();
  expect(textsIn(bob)).toEqual(['no gap']);
});

test('sends a kind only to contacts who said that they read it', async () => {
  const { alice, bob, talk } = await mortalPair();
  await talk();
  const { abilities } = contactOf(alice.context.database, 1);
  expect(abilities && [...abilities]).toEqual([...encodeAbilities(knownKinds)]);
  expect(contactOf(bob.context.database, 1).toldAbilities).toEqual(Buffer.from(encodeAbilities(knownKinds)));
  expect(knownKinds.map((kind) => canRead(null, kind))).toEqual(knownKinds.map((kind) => kind <= 10));
  expect([canRead(null, 11), canRead(encodeAbilities([11]), 11), canRead(encodeAbilities([12]), 11)]).toEqual(
    [false, true, false],
  );
});

test('a program that reads more kinds than it had said announces that, once', async () => {
  const { alice, bob, talk } = await mortalPair();
  const { database } = alice.context;
  changeContact(database, 1, { toldAbilities: encodeAbilities([1]) });
  changeContact(bob.context.database, 1, { abilities: null });
  await alice.lookAfter();
  await talk();
  const { abilities } = contactOf(bob.context.database, 1);
  expect(new Uint8Array(abilities ?? [])).toEqual(encodeAbilities(knownKinds));
  await alice.lookAfter();
  expect(await alice.carry(bob.context.paths.home)).toBe(false);
});

test.each<Body>([{ kind: 'void' }])('a body of a known kind stays unchanged (%o)', async (body) => {
  const { alice } = await mortalPair();
  const { storedUpTo } = contactOf(alice.context.database, 1);
  const head = { id: new Uint8Array(16), seq: storedUpTo + 1, ack: 0, mark: firstMark, sentAt: 1 };
  await hear(alice, encodeContent(head, body));
  expect(noticesIn(alice)).toEqual([]);
  expect(contactOf(alice.context.database, 1).storedUpTo).toBe(storedUpTo + 1);
});
