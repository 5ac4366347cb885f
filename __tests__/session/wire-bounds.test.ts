import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { readInTurn, turn } from '../../source/session/work/work.ts';
import { startMail } from '../../source/session/sending/mail.ts';
import { changeContact, contactOf } from '../../source/store/contacts.ts';
import type { Database } from '../../source/store/database.ts';
import { headersOf, proofOf } from '../support/signed-post.ts';
import { openMortal } from '../support/mortal-client.ts';
import type { MortalClient } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';

/** As many texts with their envelopes as may be kept. */
function fill({ context: { database } }: MortalClient): void {
  const rows = `WITH RECURSIVE n (at) AS (VALUES (1) UNION ALL SELECT at + 1 FROM n WHERE at < ${limits.wireEnvelopes})`;
  database.run(`${rows} INSERT INTO messages (contact_id, direction, id, kind, seq, place, text, state, sent_at)
    SELECT 1, 'in', randomblob(16), 'text', 0, 1, 'old', 'received', 1 FROM n`);
  database.run(`INSERT INTO wire (message_row, ratchet, bytes, envelope)
    SELECT row, 2, 16, randomblob(16) FROM messages WHERE text = 'old'`);
}

function kept(database: Database): unknown {
  const sql = 'SELECT count(*) AS rows, count(envelope) AS whole, max(bytes) AS largest FROM wire';
  return database.get(sql);
}

const oneMore = { rows: limits.wireEnvelopes + 1, whole: limits.wireEnvelopes, largest: 4096 };

test('an arriving text takes the place of the oldest envelope', async () => {
  const [one, other] = await makeFriends(await tempFolder());
  const [alice, bob] = [
    await openMortal(one.home, one.key, null),
    await openMortal(other.home, other.key, null),
  ];
  onTestFinished(() => {
    for (const client of [alice, bob]) client.drop();
  });
  fill(bob);
  await alice.send('news');
  await alice.carry(other.home);
  await bob.receive(0);
  expect(kept(bob.context.database)).toEqual(oneMore);
});

test('and so does an outgoing one', async () => {
  const [{ home, key }] = await makeFriends(await tempFolder());
  const alice = await openMortal(home, key, null);
  onTestFinished(() => alice.drop());
  const { context } = alice;
  fill(alice);
  const server = createServer((request, response) => {
    const proof = proofOf(contactOf(context.database, 1).theirSlot, headersOf(request));
    request
      .resume()
      .on('end', () => response.writeHead(202, { 'content-length': 0, 'x-cc-kept': proof }).end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await turn(context, ({ database }) => changeContact(database, 1, { address }));
  await alice.send('news');
  const mail = startMail(context, (error) => {
    throw error;
  });
  await readInTurn(context, () => mail.refresh([1]));
  await mail.idle();
  await mail.close();
  expect(kept(context.database)).toEqual(oneMore);
});
