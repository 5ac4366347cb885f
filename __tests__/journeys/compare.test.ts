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

/** The 60 digits that the open dialog shows. */
async function numberOn(person: ScreenPerson): Promise<string> {
  const number = /(?:\d{5} ){5}\d{5}/gu;
  return until('a safety number', () => person.screen().screen().match(number)?.slice(0, 2).join(' '));
}

/** Pastes what the other one reads out, and closes the dialog. */
async function compare(person: ScreenPerson, digits: string): Promise<void> {
  person.screen().type(`\u001B[200~${digits}\u001B[201~`);
  await person.screen().sees('✓ THE SAME');
  person.press('close-dialog');
  await until('the dialog is closed', () => !person.screen().screen().includes('THE SAME'));
}

/** What the list of people says of `name`. */
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
  await alice.screen().sees('not compared ○');

  for (const person of [alice, bob]) person.press('verify-contact');
  const [seenByAlice, seenByBob] = [await numberOn(alice), await numberOn(bob)];
  expect(seenByAlice).toBe(seenByBob);
  bob
    .screen()
    .type(`\u001B[200~${seenByAlice.replace(/\d/u, (digit) => String((Number(digit) + 1) % 10))}\u001B[201~`);
  await bob.screen().sees('✗ NOT THE SAME');
  bob.press('kill-to-start');
  await compare(bob, seenByAlice);
  await compare(alice, seenByBob);
  await alice.screen().sees('compared ✓');
  await bob.screen().sees('compared ✓');
  expect(listed(alice, 'bob')).toContain('✓');
  expect(listed(bob, 'alice')).toContain('✓');

  bob.press('rotate-keys');
  await bob.screen().sees('Rotate your key?');
  bob.press('confirm-rotation');
  await bob.screen().sees('✓ uses it');
  bob.press('close-dialog');
  await alice.screen().sees('new key, signed by the old one ~');
  await alice.screen().sees('~ bob has a new key: Ctrl+G compares');
  expect(listed(alice, 'bob')).toContain('~');
  await alice.say('I still write to you');
  await bob.screen().sees('I still write to you');

  alice.press('verify-contact');
  await alice.screen().sees('signed by the one you compared');
  alice.press('compare-identity');
  await alice.screen().sees('Compare with bob');
  bob.press('verify-contact');
  const anew = await numberOn(bob);
  expect(anew).not.toBe(seenByBob);
  await compare(alice, anew);
  await alice.screen().sees('compared ✓');
  expect(listed(alice, 'bob')).toContain('✓');
  await Promise.all([alice.quit(), bob.quit()]);
});
