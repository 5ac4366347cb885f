// Two people compare their safety number on their screens; then one has a new key, and they compare again.

import { expect, test } from 'vitest';
import { firstRun, type ScreenPerson } from '../support/screen-person.ts';
import { until } from '../support/until.ts';

/** Alice makes a link on her screen, bob joins with it, and both have the conversation open. */
async function connect(alice: ScreenPerson, bob: ScreenPerson): Promise<void> {
  alice.screen().type('/invite\r');
  await alice.screen().sees(/cryptochat:[\w-]{68}@[\d.]+:\d+/u);
  const link = /cryptochat:[\w-]{68}@[\d.]+:\d+/u.exec(alice.screen().screen())?.[0] ?? '';
  bob.screen().type(`/join ${link}\r`);
  await bob.screen().sees('alice is added');
  await alice.screen().sees('bob joined.');
  alice.press('open-joined');
  await bob.say('hello alice');
  await alice.screen().sees('hello alice');
  await alice.screen().sees('write to bob');
}

/** The digits that the open dialog shows, to be read out. */
async function digitsOn(person: ScreenPerson): Promise<string> {
  return until('the digits', () => /(?:\d{5} ){5}\d{5}/u.exec(person.screen().screen())?.[0]);
}

/** Pastes what the other one reads out, and closes the dialog. */
async function compare(person: ScreenPerson, digits: string): Promise<void> {
  person.screen().type(`\u001B[200~${digits}\u001B[201~`);
  await person.screen().sees('✓ MATCH');
  person.press('close-dialog');
  await until('the dialog is closed', () => !person.screen().screen().includes('✓ MATCH'));
}

/** The row of `name` in the list of people. */
function listed(person: ScreenPerson, name: string): string {
  const row = person
    .screen()
    .rows()
    .find((text) => text.includes(`❯ ${name}`) && text.includes('│'));
  return row?.split('│')[0] ?? '';
}

test('compared on both lists; a new key shows in words, and is compared again', async () => {
  const [alice, bob] = [await firstRun('alice'), await firstRun('bob')];
  await connect(alice, bob);
  await alice.screen().sees('not verified ○');

  for (const person of [alice, bob]) person.press('verify-contact');
  const [ofAlice, ofBob] = [await digitsOn(alice), await digitsOn(bob)];
  expect(ofAlice).not.toBe(ofBob);
  bob.screen().type(`\u001B[200~${ofBob}\u001B[201~`);
  await bob.screen().sees('these are your own digits');
  bob.press('kill-to-start');
  bob
    .screen()
    .type(`\u001B[200~${ofAlice.replace(/\d/u, (digit) => String((Number(digit) + 1) % 10))}\u001B[201~`);
  await bob.screen().sees('✗ NO MATCH');
  bob.press('kill-to-start');
  await compare(bob, ofAlice);
  await compare(alice, ofBob);
  await alice.screen().sees('verified ✓');
  await bob.screen().sees('verified ✓');
  expect(listed(alice, 'bob')).toContain('✓');
  expect(listed(bob, 'alice')).toContain('✓');

  bob.press('rotate-keys');
  await bob.screen().sees('Rotate your key?');
  bob.press('confirm-rotation');
  await bob.screen().sees('✓ uses it');
  bob.press('close-dialog');
  await alice.screen().sees('new key, signed by the old one ~');
  await alice.screen().sees('~ bob has a new key: verify it with Ctrl+G');
  expect(listed(alice, 'bob')).toContain('~');
  await alice.say('I still write to you');
  await bob.screen().sees('I still write to you');

  alice.press('verify-contact');
  await alice.screen().sees('Verify again to be sure it was bob');
  alice.press('compare-identity');
  await alice.screen().sees('Verify bob');
  bob.press('verify-contact');
  const anew = await digitsOn(bob);
  expect(anew).not.toBe(ofBob);
  await compare(alice, anew);
  await alice.screen().sees('verified ✓');
  expect(listed(alice, 'bob')).toContain('✓');
  await Promise.all([alice.quit(), bob.quit()]);
});
