import { describe, expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import { parseMessageName } from '../../source/core/message-name.ts';
import type { Session } from '../../source/session/session.ts';
import { clientMaker, clientOf } from '../support/open-client.ts';
import { openFriends } from '../support/open-friends.ts';
import { until } from '../support/until.ts';

/** A text that has arrived, as both see it on the wire. */
async function said(from: Session, to: Session, contact: string, text: string) {
  const { id } = await from.send({ contact, text });
  await from.wait({ id, want: 'delivered', timeoutMs: 20_000 });
  const mine = await until('it is settled', async () => {
    const report = await from.wire({ id });
    return report.acceptedAt === null ? null : report;
  });
  return { mine, theirs: await to.wire({ id }) };
}

describe('of a text that arrived', () => {
  test('both know the same bytes, what they were and when', async () => {
    const { alice, bob } = await openFriends();
    const before = Date.now();
    const { mine, theirs } = await said(alice, bob, 'bob', 'see you at nine ✓');
    const { id } = mine;
    expect(mine).toMatchObject({
      id, contact: 'bob', direction: 'out', state: 'delivered', text: 'see you at nine ✓', textBytes: 19,
      wireBytes: 4096, kept: 'whole', status: 202, tries: 1, failure: null, file: null, storedAt: null,
    }); // prettier-ignore
    expect(mine.head).toMatch(/^POST \/message HTTP\/1\.1\r\n(?:[\w-]+: [^\r\n]+\r\n)+\r\n$/u);
    expect(mine.head).toMatch(/\r\nx-cc-auth: v1\.[\w-]{22}\.[\w-]{11}\.[\w-]{22}\r\n/u);
    expect(theirs).toMatchObject({
      contact: 'alice', direction: 'in', state: 'received', envelope: mine.envelope, wireBytes: 4096, kept: 'whole',
      ratchet: mine.ratchet, head: null, status: null, tries: null, deliveredAt: null,
    }); // prettier-ignore
    expect(Buffer.from(mine.envelope ?? '', 'base64url')).toHaveLength(4096);
    expect(parseMessageName(theirs.file ?? '')).toMatchObject({ time: theirs.acceptedAt, bytes: 4096 });
    const times = [before, mine.queuedAt, theirs.acceptedAt, theirs.storedAt, mine.deliveredAt, Date.now()];
    expect(times).toEqual(times.toSorted((one, other) => Number(one) - Number(other)));
    expect(mine.acceptedAt).toBeGreaterThanOrEqual(mine.queuedAt);
  });

  test('the parts of its envelope join without a gap, and begin with the type of its seal', async () => {
    const { alice, bob } = await openFriends();
    const { mine } = await said(alice, bob, 'bob', 'x'.repeat(5000));
    expect(mine.wireBytes).toBe(16_384);
    expect(mine.parts.map(({ from, to }) => [from, to])).toEqual([[0, 1], [1, 33], [33, 16_368], [16_368, 16_384]]); // prettier-ignore
    expect(Buffer.from(mine.envelope ?? '', 'base64url')[0]).toBe(1);
  });

  test('the first of a session is one, and a text after an answer is not', async () => {
    const [alice, openBob] = [await clientOf('alice'), await clientMaker('bob')];
    // Nothing that she answers reaches him before he listens.
    const deaf = await openBob('none');
    await deaf.join({ link: (await alice.invite({})).link });
    const { id } = await deaf.send({ contact: 'alice', text: 'hello' });
    await deaf.wait({ id, want: 'sent', timeoutMs: 20_000 });
    expect((await deaf.wire({ id })).ratchet).toBe('first');
    await deaf.close();
    const bob = await openBob();
    await bob.wait({ id, want: 'delivered', timeoutMs: 20_000 });
    expect((await said(bob, alice, 'alice', 'two')).mine.ratchet).toBe('later');
  });
});

test('shows what lies ready, and what was tried, for a waiting text', async () => {
  const { alice, bob } = await openFriends();
  // No receipt is to wait before the text: it would be what is tried.
  for (const client of [alice, bob, alice]) await client.idle();
  await bob.close();
  const { id } = await alice.send({ contact: 'bob', text: 'are you there?' });
  const tried = await until('it was tried', async () => {
    const report = await alice.wire({ id });
    return report.tries === null ? null : report;
  });
  expect(tried).toMatchObject({
    kept: 'waiting',
    state: 'queued',
    wireBytes: 4096,
    acceptedAt: null,
    head: null,
  });
  expect(tried.failure).toMatch(/nothing listens there|the connection broke/u);
  expect(Buffer.from(tried.envelope ?? '', 'base64url')).toHaveLength(4096);
});

test('reports a text that is not there', async () => {
  const { alice } = await openFriends();
  for (const id of ['0'.repeat(32), 'no id'])
    await expect(alice.wire({ id })).rejects.toThrow(new ChatError('message-unknown', id));
});

test('blocking leaves nothing of it, and the texts stay', async () => {
  const { alice, bob } = await openFriends();
  const { mine } = await said(alice, bob, 'bob', 'soon blocked');
  expect(mine.kept).toBe('whole');
  await alice.block({ contact: 'bob' });
  const all = (await alice.read({ contact: 'bob' })).filter(({ kind }) => kind === 'text');
  expect(all.length).toBeGreaterThan(2);
  for (const { id } of all) {
    expect(await alice.wire({ id })).toMatchObject({
      kept: 'nothing',
      envelope: null,
      head: null,
      file: null,
    });
  }
});
