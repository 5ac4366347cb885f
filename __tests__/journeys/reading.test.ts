// Reading, selecting and finding in the built messenger, by the keys that a terminal sends.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectControl } from '../../source/session/control/client.ts';
import { run } from '../support/command-line.ts';
import { firstRun } from '../support/screen-person.ts';
import type { ScreenPerson } from '../support/screen-person.ts';
import { until } from '../support/until.ts';

const count = 320;

/** Two people who have each other, each with an open messenger. */
async function pair(): Promise<readonly [alice: ScreenPerson, bob: ScreenPerson]> {
  const [alice, bob] = [await firstRun('alice'), await firstRun('bob')];
  const link = (await run(['invite', '--home', alice.home])).stdout.trim();
  bob.screen().type('/join\r');
  await bob.screen().sees('Paste the link');
  bob.screen().type(`\u001B[200~${link}\u001B[201~\r`);
  await bob.screen().sees('alice is added');
  await bob.say('hello, this is bob');
  await alice.screen().sees('hello, this is bob');
  return [alice, bob];
}

async function sendMany(alice: ScreenPerson): Promise<void> {
  const control = await connectControl(join(alice.home, 'keys', 'control'));
  if (!control) throw new Error('alice does not answer');
  let last = '';
  for (let at = 1; at <= count; at += 1) {
    const text = at % 100 === 0 ? `the lighthouse, number ${at}` : `line ${at} of many`;
    last = (await control.calls.send({ contact: 'bob', text })).id;
  }
  await control.calls.wait({ id: last, want: 'sent', timeoutMs: 60_000 });
  control.end();
}

async function picks(person: ScreenPerson, text: string): Promise<void> {
  await person.screen().sees(new RegExp(`❯(?:\\d\\d:\\d\\d|[┃┊])[^\\n]*${text}`, 'u'));
}

test('the keys alone suffice for new messages, the oldest, a hit of a search, a reply and a deletion', async () => {
  const [alice, bob] = await pair();
  await bob.quit();
  await sendMany(alice);
  bob.open();
  const screen = bob.screen();
  await screen.sees(`${count} unread`);
  bob.press('go-oldest');
  await screen.sees('hello, this is bob');
  await screen.sees(`newer below, ${count} unread`);
  bob.press('go-newest');
  await screen.sees(`line ${count} of many`);
  await until('all is read', () => !screen.screen().includes('unread'));

  bob.press('open-search');
  screen.type('LIGHTHOUSE');
  await screen.sees('3 messages');
  for (const action of ['hit-down', 'hit-down', 'take-hit'] as const) bob.press(action);
  await picks(bob, 'the lighthouse, number 100');
  bob.press('newer-hit');
  await picks(bob, 'the lighthouse, number 200');
  bob.press('ask-erase');
  bob.press('confirm-erase');
  await screen.sees('deleted from this disk');
  bob.press('end-picking');
  await screen.sees('Enter send');
  bob.press('cancel');
  await screen.sees(`line ${count} of many`);
  const said = (await bob.read()).map((line) => line['text']);
  expect(said).not.toContain('the lighthouse, number 200');
  expect(said).toContain('the lighthouse, number 100');

  bob.press('row-up');
  await picks(bob, `line ${count} of many`);
  bob.press('reply');
  await screen.sees(`❯ > line ${count} of many`);
  screen.type('that was the last\r');
  await alice.screen().sees('that was the last');
  await alice.screen().sees(`▐ line ${count} of many`);
  expect((await alice.read()).map((line) => line['text'])).toContain('the lighthouse, number 200');
  expect(screen.screen()).not.toContain('missing');
  await Promise.all([alice.quit(), bob.quit()]);
});
