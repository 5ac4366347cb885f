import { expect, onTestFinished, test } from 'vitest';
import type { ContactState } from '../../../source/core/types.ts';
import { turn } from '../../../source/session/work/work.ts';
import { verify } from '../../../source/session/trust/verify.ts';
import { fingerprint } from '../../../source/protocol/fingerprint.ts';
import { changeContact, contactOf } from '../../../source/store/contacts.ts';
import { contactKey } from '../../../source/store/contact-keys.ts';
import { bytesOf } from '../../support/temp-database.ts';
import { noticesOf, openFriends } from '../../support/open-friends.ts';
import { openMortal } from '../../support/mortal-client.ts';
import type { MortalClient } from '../../support/mortal-client.ts';
import { tempFolder } from '../../support/temp-home.ts';
import { makeFriends } from '../../support/two-homes.ts';
import { until } from '../../support/until.ts';

/** A number that differs in one digit. */
function almost(number: string): string {
  return number.slice(0, 59) + String((Number(number.at(-1)) + 1) % 10);
}

async function alone(state: ContactState): Promise<MortalClient> {
  const [{ home, key }] = await makeFriends(await tempFolder());
  const client = await openMortal(home, key, null);
  onTestFinished(() => client.drop());
  await turn(client.context, ({ database }) => changeContact(database, 1, { state }));
  return client;
}

test('both see the same number; comparing it makes the contact verified, and says so', async () => {
  const { alice, bob } = await openFriends();
  const [mine, theirs] = [await alice.verify({ contact: 'bob' }), await bob.verify({ contact: 'alice' })];
  expect(mine.safetyNumber).toMatch(/^\d{60}$/u);
  expect(mine).toMatchObject({
    safetyNumber: theirs.safetyNumber,
    matches: null,
    previous: null,
    rival: null,
  });
  expect([mine.fingerprint, mine.mine]).toEqual([theirs.mine, theirs.fingerprint]);
  expect(mine.contact).toMatchObject({ state: 'not-compared', comparedAt: null });

  const spoken = `${theirs.ownDigits.replaceAll(/\d{5}(?!$)/gu, '$&-\n ')}.`;
  const compared = await alice.verify({ contact: 'bob', digits: spoken });
  expect(compared).toMatchObject({ matches: true, given: 'theirs', contact: { state: 'compared' } });
  expect(compared.contact.comparedAt).toBeGreaterThan(Date.now() - 60_000);
  expect((await noticesOf(alice)).at(-1)).toBe(`verified: the digits are those of this key\n${theirs.mine}`);
  expect((await bob.contacts())[0]?.state).toBe('not-compared');
  expect(alice.state.get().contacts[0]?.state).toBe('compared');
});

test('one’s own digits are refused; the whole number is taken, and called what it is', async () => {
  const { alice, bob } = await openFriends();
  const { ownDigits, safetyNumber } = await alice.verify({ contact: 'bob' });
  const theirs = await bob.verify({ contact: 'alice' });
  expect([ownDigits, theirs.ownDigits].toSorted().join('')).toBe(safetyNumber);
  await expect(alice.verify({ contact: 'bob', digits: ownDigits })).rejects.toMatchObject({
    code: 'digits-own',
    exit: 2,
  });
  expect((await alice.contacts())[0]?.state).toBe('not-compared');
  const whole = await alice.verify({ contact: 'bob', digits: safetyNumber });
  expect(whole).toMatchObject({ matches: true, given: 'whole', contact: { state: 'compared' } });
});

test('other digits change nothing', async () => {
  const { alice } = await openFriends();
  const { safetyNumber } = await alice.verify({ contact: 'bob' });
  const before = [await alice.contacts(), await alice.read({})];
  const differ = await alice.verify({ contact: 'bob', digits: almost(safetyNumber) });
  expect(differ).toMatchObject({ matches: false, safetyNumber, contact: { state: 'not-compared' } });
  await alice.verify({ contact: 'bob', digits: safetyNumber });
  await alice.verify({ contact: 'bob', digits: almost(safetyNumber) });
  expect((await alice.contacts())[0]?.state).toBe('compared');
  expect(await alice.read({})).toHaveLength((before[1]?.length ?? 0) + 1);
});

test.each(['', '1'.repeat(59), '1'.repeat(61), `${'1'.repeat(59)}x`, `${'1'.repeat(60)} ok`])(
  'refuses digits that are not a safety number: %s',
  async (digits) => {
    const client = await alone('not-compared');
    const asked = verify(client.context, { contact: '1', digits });
    await expect(asked).rejects.toMatchObject({ code: 'digits-bad', exit: 2 });
  },
);

test.each([
  ['revoked', 'compare-revoked'],
  ['requested', 'compare-requested'],
  ['blocked', 'compare-blocked'],
] as const)('shows the number of a contact that is %s, and verifies nothing', async (state, code) => {
  const client = await alone(state);
  const { safetyNumber } = await verify(client.context, { contact: '1' });
  const asked = verify(client.context, { contact: '1', digits: safetyNumber });
  await expect(asked).rejects.toMatchObject({ code, exit: 1, message: expect.stringContaining('bob') });
  expect(contactOf(client.context.database, 1)).toMatchObject({ state, comparedAt: null });
});

test('verifying ends a conflict: waiting mail continues, and the rival is gone', async () => {
  const client = await alone('conflict');
  const { context } = client;
  const rival = bytesOf('rival', 33);
  await turn(context, ({ database }) => changeContact(database, 1, { rival }));
  const shown = await verify(context, { contact: '1' });
  expect(shown).toMatchObject({ rival: fingerprint(rival), contact: { state: 'conflict' } });
  expect(shown.fingerprint).toBe(fingerprint(contactKey(context.database, 1, 1).identity));
  await expect(client.send('no')).rejects.toMatchObject({ code: 'contact-frozen' });
  const { contact } = await verify(context, { contact: '1', digits: shown.safetyNumber });
  expect(contact.state).toBe('compared');
  expect((await verify(context, { contact: '1' })).rival).toBe(null);
  await client.send('yes');
});

test('a rotation asks to verify again, shows the earlier key, and verifying settles it', async () => {
  const { alice, bob } = await openFriends();
  const first = await bob.verify({ contact: 'alice' });
  await bob.verify({ contact: 'alice', digits: first.safetyNumber });
  const { fingerprint: next } = await alice.rotate();
  await until('bob follows', async () => (await bob.contacts())[0]?.state === 'changed-signed');
  expect((await noticesOf(bob)).at(-1)).toBe(
    `new key, signed by the key you verified\n${first.fingerprint} →\n${next}`,
  );
  const second = await bob.verify({ contact: 'alice' });
  expect(second).toMatchObject({ previous: first.fingerprint, fingerprint: next });
  expect(second.safetyNumber).not.toBe(first.safetyNumber);
  const old = await bob.verify({ contact: 'alice', digits: first.safetyNumber });
  expect(old).toMatchObject({ matches: false, contact: { state: 'changed-signed' } });
  const { safetyNumber } = await alice.verify({ contact: 'bob' });
  const compared = await bob.verify({ contact: 'alice', digits: safetyNumber });
  expect(compared).toMatchObject({ matches: true, contact: { state: 'compared' } });
});
