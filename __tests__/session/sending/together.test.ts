import { expect, test } from 'vitest';
import { createSend } from '../../../source/session/sending/send.ts';
import { changeContact } from '../../../source/store/contacts.ts';
import { mortalPair, statesOf } from '../../support/mortal-pair.ts';

test('refuses the forbidden ones among messages that share a turn, and sends the others', async () => {
  const { alice } = await mortalPair();
  const send = createSend(alice.context);
  const outcomes = await Promise.allSettled([
    send({ contact: '1', text: 'one' }),
    send({ contact: 'nobody', text: 'two' }),
    send({ contact: '1', text: 'three' }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(statesOf(alice)).toEqual(['queued', 'queued']);
});

test('a message asked for again lets nothing new go to a contact who must not be written to', async () => {
  const { alice } = await mortalPair();
  const send = createSend(alice.context);
  const { id } = await send({ contact: '1', text: 'before' });
  changeContact(alice.context.database, 1, { state: 'conflict' });
  const [again, fresh] = await Promise.allSettled([
    send({ contact: '1', text: 'before', id }),
    send({ contact: '1', text: 'new' }),
  ]);
  expect([again?.status, fresh?.status]).toEqual(['fulfilled', 'rejected']);
  expect(statesOf(alice)).toEqual(['queued']);
});
