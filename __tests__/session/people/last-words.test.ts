import { expect, test } from 'vitest';
import { viewLastWords } from '../../../source/session/people/last-words.ts';
import { eraseMessage } from '../../../source/store/messages.ts';
import { add, conversation } from '../../support/conversation.ts';
import { explained } from '../../support/explained.ts';

test('are those of the newest text, whoever wrote it, and say who', async () => {
  const { database, contactId } = await conversation();
  const words = (): unknown => Object.values(viewLastWords(database, contactId));
  expect(words()).toEqual(['', false]);
  add(database, { contactId, seq: 1, text: 'are you there?' });
  expect(words()).toEqual(['are you there?', false]);
  const row = add(database, { contactId, seq: 1, direction: 'out', text: 'yes' });
  expect(words()).toEqual(['yes', true]);
  add(database, { contactId, seq: 0, kind: 'notice', text: 'alice has a new key' });
  expect(words()).toEqual(['yes', true]);
  eraseMessage(database, row);
  expect(words()).toEqual(['are you there?', false]);
});

const texts: ReadonlyArray<readonly [text: string, words: string]> = [
  ['one\n\n  two\tthree\r\nfour', 'one two three four'],
  ['> what did you say?\n> really\nyes, really', 'yes, really'],
  ['> only a quote', '> only a quote'],
  ['```sh\nnpm test\n```', 'npm test ```'],
  ['\n \n', ''],
  ['\u001b[2Jhi\u202e', '␛[2Jhi'],
  ['x'.repeat(5000), 'x'.repeat(60)],
  ['👩‍👩‍👧'.repeat(300), [...'👩‍👩‍👧'.repeat(12)].join('')],
];

test.each(texts)('of %j are %j', async (text, words) => {
  const { database, contactId } = await conversation();
  add(database, { contactId, seq: 1, text });
  expect(viewLastWords(database, contactId).lastWords).toBe(words);
});

test('are found without a scan of the messages or a sort', async () => {
  const { database: plain, contactId } = await conversation();
  add(plain, { contactId, seq: 1 });
  const { database, plans } = explained(plain);
  viewLastWords(database, contactId);
  expect(plans().filter((plan) => /SCAN|TEMP B-TREE/u.test(plan))).toEqual([]);
});
