import { join } from 'node:path';
import { expect, test } from 'vitest';
import { limits } from '../../../source/core/limits.ts';
import { block, unblock } from '../../../source/session/trust/block.ts';
import { invite } from '../../../source/session/pairing/links.ts';
import { join as joinLink } from '../../../source/session/pairing/join.ts';
import { revoke } from '../../../source/session/trust/revoke.ts';
import { changeContact, contactOf } from '../../../source/store/contacts.ts';
import { turnOver } from '../../../source/session/clockwork.ts';
import { turn } from '../../../source/session/work/work.ts';
import { slotOwners } from '../../../source/session/work/slots.ts';
import { readdir } from 'node:fs/promises';
import { twoOfWhomOneLoses } from '../../support/lost-home.ts';
import type { MortalClient } from '../../support/mortal-client.ts';
import { newMortal, talk as talkAmong } from '../../support/mortal-people.ts';
import { mortalPair, noticesIn, textsIn } from '../../support/mortal-pair.ts';

function stateOf(client: MortalClient): string {
  return contactOf(client.context.database, 1).state;
}

const revoked = { code: 'home-revoked' };

test('every contact hears it and stops sending; this home sends nothing any more, and still reads', async () => {
  const { alice, bob, talk } = await mortalPair();
  const { link } = await invite(bob.context, { address: '127.0.0.1:1' });
  await invite(alice.context, { address: '127.0.0.1:1' });
  await alice.send('before');
  expect(await revoke(alice.context)).toEqual({ told: ['bob'] });
  await bob.send('on its way');
  await talk();
  expect(stateOf(bob)).toBe('revoked');
  expect(textsIn(bob)).toEqual(['before']);
  expect(textsIn(alice)).toEqual(['on its way']);
  await expect(bob.send('no')).rejects.toMatchObject({ code: 'contact-frozen' });
  await expect(alice.send('no')).rejects.toMatchObject(revoked);
  await expect(alice.rotate()).rejects.toMatchObject(revoked);
  await expect(invite(alice.context, { address: '127.0.0.1:1' })).rejects.toMatchObject(revoked);
  await expect(joinLink(alice.context, { link })).rejects.toMatchObject(revoked);
});

test('open links end with it, and their slots too when nobody has picked them up', async () => {
  const { alice } = await mortalPair();
  await invite(alice.context, { address: '127.0.0.1:1' });
  const ready = join(alice.context.paths.inbox, 'invites', 'ready');
  expect(await readdir(ready)).toHaveLength(1);
  await revoke(alice.context);
  expect(await readdir(ready)).toEqual([]);
  await turn(alice.context, (work) => turnOver(work, new Set()));
  const kinds = [...slotOwners(alice.context.database).values()].map(({ owner }) => owner.kind);
  expect(kinds).not.toContain('invite');
});

test('a blocked contact is told when the block ends, and gets no text then; a second time tells nobody', async () => {
  const { alice, bob, talk } = await mortalPair();
  await alice.send('before');
  await block(alice.context, { contact: 'bob' });
  expect(await revoke(alice.context)).toEqual({ told: [] });
  await talk();
  expect(stateOf(bob)).toBe('not-compared');
  await unblock(alice.context, { contact: 'bob' });
  expect(await revoke(alice.context)).toEqual({ told: [] });
  await talk();
  expect(stateOf(bob)).toBe('revoked');
  expect(textsIn(bob)).toEqual([]);
  expect(contactOf(alice.context.database, 1).revokeNamed).toBe(1);
});

test.each(['conflict', 'revoked'] as const)('a contact in %s is told as well', async (state) => {
  const { alice, bob, talk } = await mortalPair();
  changeContact(alice.context.database, 1, { state });
  expect(await revoke(alice.context)).toEqual({ told: ['bob'] });
  await talk();
  expect(stateOf(bob)).toBe('revoked');
});

test('a contact that has not followed the newest key yet understands it', async () => {
  const { alice, bob, talk, carryFrom } = await mortalPair();
  await alice.rotate();
  await revoke(alice.context);
  await carryFrom(alice);
  await talk();
  expect(stateOf(bob)).toBe('revoked');
  expect(noticesIn(bob).filter((line) => line.includes('was ignored'))).toEqual([]);
});

test('sends it again to a contact who lost it', async () => {
  const { alice, bob, talk, wait } = await mortalPair();
  await revoke(alice.context);
  // A server on the way took it and answered as a listener does.
  alice.context.database.run('DELETE FROM outbox');
  await talk();
  expect(stateOf(bob)).toBe('not-compared');
  await wait(limits.resetEveryMs, [alice, bob]);
  await talk();
  expect(stateOf(bob)).toBe('revoked');
});

test('works from a restored backup alone, even under a number that is taken', async () => {
  const { alice, bob, backUp, loseAndRestore, carryFrom, talk } = await twoOfWhomOneLoses();
  const made = await backUp();
  for (let count = 0; count < 5; count += 1) await alice().send(`since ${count}`);
  await talk();
  await loseAndRestore(made);
  await revoke(alice().context);
  await carryFrom('alice');
  while ((await bob.inbox()).length > 0) await bob.receive(0);
  expect(stateOf(bob)).toBe('revoked');
  await talk();
  expect(noticesIn(bob).filter((line) => line.includes('they revoked their key'))).toHaveLength(1);
  expect(textsIn(bob)).toHaveLength(5);
});

test('works from a backup made before a new key: its holder can still give up a stolen key', async () => {
  const { alice, bob, backUp, loseAndRestore, talk } = await twoOfWhomOneLoses();
  const made = await backUp();
  await alice().rotate();
  await talk();
  await alice().send('under the new key');
  await talk();
  await loseAndRestore(made);
  await revoke(alice().context);
  await talk();
  expect(stateOf(bob)).toBe('revoked');
});

test('a person who had picked up a link before is told when they come in by it', async () => {
  const [alice, bob] = [await newMortal('alice'), await newMortal('bob')];
  await bob.joins(await alice.link());
  await revoke(alice.client.context);
  await talkAmong(alice, bob);
  expect(bob.contact('alice')?.state).toBe('revoked');
  expect(bob.lines('alice').join()).toContain('they revoked their key');
});

test('tells a contact again whose home was set back to before it heard of it', async () => {
  const { alice, bob, backUp, loseAndRestore, talk } = await twoOfWhomOneLoses();
  const made = await backUp();
  await revoke(bob.context);
  await talk();
  expect(stateOf(alice())).toBe('revoked');
  expect(contactOf(bob.context.database, 1).revokeNamed).toBe(1);
  await loseAndRestore(made);
  expect(stateOf(alice())).toBe('not-compared');
  await talk();
  expect(stateOf(alice())).toBe('revoked');
});

test('a home that was revoked is revoked when it is restored', async () => {
  const { alice, bob, backUp, loseAndRestore, talk } = await twoOfWhomOneLoses();
  await revoke(alice().context);
  await loseAndRestore(await backUp());
  await expect(alice().send('no')).rejects.toMatchObject(revoked);
  await talk();
  expect(stateOf(bob)).toBe('revoked');
});

test('sends neither unacknowledged mail nor a hello again to a contact that knows it', async () => {
  const { alice, bob, talk, wait } = await mortalPair();
  await alice.send('on its way');
  await revoke(alice.context);
  // The revocation is there first: from then on nothing is acknowledged.
  changeContact(bob.context.database, 1, { state: 'revoked' });
  await talk();
  expect(contactOf(alice.context.database, 1).revokeNamed).toBe(1);
  // As it is when the statement that named it came before the text.
  alice.context.database.run("UPDATE messages SET state = 'sent' WHERE kind = 'text'");
  for (let hours = 0; hours < 5; hours += 1) {
    // A word of Bob's, such as the one that names a new key of his, says nothing of what he has.
    changeContact(alice.context.database, 1, { lastHeardAt: Date.now() });
    await wait(limits.resetEveryMs, [alice, bob]);
    expect(alice.context.database.all('SELECT row FROM messages WHERE again = 1')).toEqual([]);
    await talk();
  }
  expect(textsIn(bob)).toEqual(['on its way']);
});
