import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { readInTurn, turn } from '../../source/session/work/work.ts';
import { startMail } from '../../source/session/sending/mail.ts';
import type { Envelope } from '../../source/core/types.ts';
import { changeContact, contactOf } from '../../source/store/contacts.ts';
import { addToOutbox, placesWaitedFor } from '../../source/store/outbox.ts';
import { headersOf, proofOf } from '../support/signed-post.ts';
import { openMortal } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';
import { until } from '../support/until.ts';

test('tries the other old addresses of a contact when one does not answer', async () => {
  const [{ home, key }] = await makeFriends(await tempFolder());
  const alice = await openMortal(home, key, null);
  onTestFinished(() => alice.drop());
  const { context } = alice;
  const { theirSlot: slotKey } = contactOf(context.database, 1);
  const server = createServer((request, response) => {
    const kept = proofOf(slotKey, headersOf(request));
    request
      .resume()
      .on('end', () => response.writeHead(202, { 'content-length': 0, 'x-cc-kept': kept }).end());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const here = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const envelope = new Uint8Array(4096) as Envelope;
  for (const address of ['127.0.0.1:1', here]) {
    const place = { address, slotKey };
    const word = { contactId: 1, messageRow: null, envelope, ratchet: 2, createdAt: 1 } as const;
    addToOutbox(context.database, { ...word, what: 'answer', place });
  }
  const mail = startMail(context, (error) => {
    throw error;
  });
  await readInTurn(context, () => mail.refresh([1]));
  const left = (): readonly string[] => placesWaitedFor(context.database, 1).map(({ address }) => address);
  await until('the other word is there', () => left().join() === '127.0.0.1:1');
  await mail.close();
});

test('mail held ready for a contact is not posted once sending to it is stopped', async () => {
  const [{ home, key }] = await makeFriends(await tempFolder());
  const alice = await openMortal(home, key, null);
  onTestFinished(() => alice.drop());
  const { context } = alice;
  context.state.update((state) => ({ ...state, contacts: [] }));

  let asked = 0;
  const stopped = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    const kept = proofOf(contactOf(context.database, 1).theirSlot, headersOf(request));
    void stopped.promise.then(() =>
      response.writeHead(202, { 'content-length': 0, 'x-cc-kept': kept }).end(),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());

  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  await turn(context, ({ database }) => changeContact(database, 1, { address }));
  for (let text = 1; text <= 12; text += 1) await alice.send(`${text}`);
  const mail = startMail(context, (error) => {
    throw error;
  });
  await readInTurn(context, () => mail.refresh([1]));
  await until('the first post', () => asked === 1);

  await turn(context, ({ database }) => changeContact(database, 1, { state: 'conflict' }));
  await readInTurn(context, () => mail.refresh([1]));
  stopped.resolve();
  await mail.idle();
  await pause(50);
  await mail.close();
  expect(asked).toBe(1);
});
