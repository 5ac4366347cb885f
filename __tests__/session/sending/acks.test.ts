import { describe, expect, test } from 'vitest';
import { noReset } from '../../../source/protocol/kinds/receipt.ts';
import type { Content } from '../../../source/protocol/kinds/content.ts';
import type { Stored } from '../../../source/protocol/kinds/stored.ts';
import { firstMark, nextMark } from '../../../source/protocol/ack-mark.ts';
import { advanceMark, agreeOn, storedIn, takeAck } from '../../../source/session/sending/acks.ts';
import { changeContact, contactOf } from '../../../source/store/contacts.ts';
import { add, conversation, idOf } from '../../support/conversation.ts';
import { bytesOf, newContact } from '../../support/temp-database.ts';
import { workOn } from '../../support/work.ts';

/** A sender of five messages, and what the contact may say about them. */
async function spoken() {
  const { database, contactId } = await conversation(1, 2);
  const rows = [1, 2, 3, 4, 5].map((seq) => add(database, { contactId, seq, direction: 'out' }));
  changeContact(database, contactId, { nextSeq: 6 });
  const of = { contactId, direction: 'out' } as const;
  const markOf = (upTo: number) => advanceMark(database, of, { upTo: 0, mark: firstMark }, upTo).mark;
  const said = (ack: number, change: Partial<Content> = {}): Content => ({
    id: bytesOf('said', 16),
    seq: 7,
    ack,
    mark: markOf(ack),
    sentAt: 100 + ack,
    body: { kind: 'void' },
    ...change,
  });
  return {
    said,
    take: (content: Content) => takeAck(workOn(database), contactId, content),
    contact: () => {
      const { ackedUpTo, ackedMark, ackedAt } = contactOf(database, contactId);
      return { ackedUpTo, ackedMark: new Uint8Array(ackedMark), ackedAt };
    },
    agree: (content: Content) => agreeOn(workOn(database), contactId, content),
    delivered: () =>
      rows.flatMap((row, at) => {
        const sql = "SELECT row FROM messages WHERE row = ? AND state = 'delivered'";
        return database.get(sql, [row]) ? [at + 1] : [];
      }),
    database,
    contactId,
  };
}

function stored(...seqs: number[]): readonly Stored[] {
  return seqs.map((seq) => ({ seq, idStart: idOf('out', seq).slice(0, 4) }));
}

describe('an ack', () => {
  test('is agreed when its mark is that of the sent messages, which are then delivered', async () => {
    const { take, said, contact, delivered } = await spoken();
    expect(take(said(3))).toBe('agreed');
    expect(delivered()).toEqual([1, 2, 3]);
    expect(contact()).toMatchObject({ ackedUpTo: 3, ackedAt: 103 });
    expect(take(said(5))).toBe('agreed');
    expect(delivered()).toEqual([1, 2, 3, 4, 5]);
    expect(contact()).toMatchObject({ ackedUpTo: 5, ackedMark: said(5).mark });
  });

  test('is agreed for nothing with a contact to whom nothing was sent', async () => {
    const { database, said } = await spoken();
    const { id } = newContact(database);
    expect(takeAck(workOn(database), id, said(0))).toBe('agreed');
  });

  test('that says the same again is agreed', async () => {
    const { take, said, contact } = await spoken();
    take(said(3));
    expect(take(said(3, { sentAt: 500 }))).toBe('agreed');
    expect(contact()).toMatchObject({ ackedUpTo: 3, ackedAt: 500 });
  });

  test('far ahead is counted through a thousand at a time, and from the nearest mark the next time', async () => {
    const { database, contactId, delivered, said, take } = await spoken();
    for (let seq = 6; seq <= 2500; seq += 1) add(database, { contactId, seq, direction: 'out' });
    changeContact(database, contactId, { nextSeq: 2501 });
    const far = said(2500);
    expect([take(far), take(far), take(far)]).toEqual(['old', 'old', 'agreed']);
    changeContact(database, contactId, { ackedUpTo: 0, ackedMark: firstMark });
    expect(take(far)).toBe('agreed');
    changeContact(database, contactId, { ackedUpTo: 0, ackedMark: firstMark });
    expect(take(said(5))).toBe('agreed');
    expect(delivered()).toEqual([1, 2, 3, 4, 5]);
  });

  test('below what is known is old, and changes nothing, whatever its mark', async () => {
    const { take, said, contact, delivered } = await spoken();
    take(said(3));
    const before = contact();
    expect([take(said(2)), take(said(0)), take(said(2, { mark: said(5).mark }))]).toEqual(
      Array(3).fill('old'),
    );
    expect([contact(), delivered()]).toEqual([before, [1, 2, 3]]);
  });

  test.each([6, 7, 1000, Number.MAX_SAFE_INTEGER])(
    'shows another state for seq %s, which was not sent yet, and delivers nothing',
    async (ack) => {
      const { take, said, contact, delivered } = await spoken();
      const before = contact();
      expect(take(said(ack, { mark: said(5).mark }))).toBe('other');
      expect([contact(), delivered()]).toEqual([before, []]);
    },
  );

  test.each([1, 3, 5])('shows another state for seq %s with another mark', async (ack) => {
    const { take, said, contact, delivered } = await spoken();
    const before = contact();
    const mark = said(ack).mark.map((byte, at) => (at === 7 ? byte ^ 1 : byte));
    expect(take(said(ack, { mark }))).toBe('other');
    expect(take(said(ack, { mark: said(ack - 1).mark }))).toBe('other');
    expect([contact(), delivered()]).toEqual([before, []]);
  });

  test('shows another state for nothing with the mark of a message', async () => {
    const { take, said } = await spoken();
    expect(take(said(0, { mark: said(1).mark }))).toBe('other');
  });

  test('shows another state beyond a missing seq', async () => {
    const { take, said, database, contactId, delivered } = await spoken();
    database.run("DELETE FROM messages WHERE direction = 'out' AND seq = 3");
    expect(take(said(4))).toBe('other');
    expect(takeAck(workOn(database), contactId, said(2))).toBe('agreed');
    expect(delivered()).toEqual([1, 2]);
  });

  test('continues from what was agreed on, which need not be what is here', async () => {
    const { take, said, agree, contact } = await spoken();
    const theirs = said(2, { mark: bytesOf('theirs', 8) });
    agree(theirs);
    expect(contact()).toMatchObject({ ackedUpTo: 2, ackedMark: theirs.mark, ackedAt: 102 });
    expect(take(said(3))).toBe('other');
    expect(take(theirs)).toBe('agreed');
    expect(take(said(3, { mark: nextMark(theirs.mark, idOf('out', 3)) }))).toBe('agreed');
  });
});

describe('a message stored beyond a gap', () => {
  test('is delivered, with the ack or without', async () => {
    const { take, said, delivered } = await spoken();
    expect(take(said(1, { body: { kind: 'receipt', answers: noReset, stored: stored(3, 5) } }))).toBe(
      'agreed',
    );
    expect(delivered()).toEqual([1, 3, 5]);
  });

  test('is delivered by an old ack, and by one of another state, too', async () => {
    const { take, said, delivered } = await spoken();
    take(said(1));
    expect(take(said(0, { body: { kind: 'receipt', answers: noReset, stored: stored(3) } }))).toBe('old');
    const mark = bytesOf('other', 8);
    expect(take(said(2, { mark, body: { kind: 'receipt', answers: noReset, stored: stored(5) } }))).toBe(
      'other',
    );
    expect(delivered()).toEqual([1, 3, 5]);
  });

  test('shows another state under the id of another, or under a seq that was not sent yet', async () => {
    const { take, said, contact, delivered } = await spoken();
    const [, four] = stored(3, 4);
    const list = [...stored(5), { ...four!, seq: 6 }];
    expect(
      take(said(1, { body: { kind: 'receipt', answers: noReset, stored: [{ ...four!, seq: 3 }] } })),
    ).toBe('other');
    expect(take(said(1, { body: { kind: 'receipt', answers: noReset, stored: list } }))).toBe('other');
    expect([delivered(), contact().ackedUpTo]).toEqual([[5], 0]);
  });

  test('is named in receipts and resets, and nowhere else', async () => {
    const { said } = await spoken();
    const profile = {
      name: '', address: '', epoch: 1, chain: new Uint8Array(32), sealKey: bytesOf('s', 33), slotKey: bytesOf('k'),
      abilities: null,
    }; // prettier-ignore
    const keys = { profile, statements: [], bundle: new Uint8Array(0), signature: new Uint8Array(64) };
    expect(storedIn(said(1, { body: { kind: 'receipt', answers: noReset, stored: stored(3) } }))).toEqual(
      stored(3),
    );
    expect(storedIn(said(1, { body: { kind: 'reset', stored: stored(4), keys } }))).toEqual(stored(4));
    expect(storedIn(said(1, { body: { kind: 'text', text: 'x' } }))).toEqual([]);
    expect(storedIn(said(1, { body: { kind: 'unknown' } }))).toEqual([]);
  });
});
