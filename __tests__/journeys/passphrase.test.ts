// The passphrase of a home comes, changes and goes, by commands, while a messenger is open or not.

import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stopListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, setUpPerson } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import { runHere } from '../support/run-here.ts';
import { startInTerminal } from '../support/terminal.ts';

const means = 'Without a passphrase, anyone who can read this disk can read your messages';

/** Whether a home is locked, and opens with this passphrase. */
async function locked(home: string, passphrase: string): Promise<unknown> {
  const ran = await runHere(['status', '--json', '--home', home, '--passphrase-fd', '0'], `${passphrase}\n`);
  return ran.code === 0 ? jsonLines(ran)[0]?.['passphrase'] : ran.code;
}

test('sets, changes and removes a passphrase from a descriptor', async () => {
  const { home, tries } = await setUpPerson('alice');
  const change = (input: string, ...more: readonly string[]) =>
    runHere(['passphrase', '--home', home, '--passphrase-fd', '0', ...more], input);
  expect(await change('one\n')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'This home is now locked with a passphrase.\n',
  });
  expect(await locked(home, 'one')).toBe(true);
  expect(await change('one\ntwo\n')).toMatchObject({ code: 0, stderr: 'The passphrase has changed.\n' });
  expect([await locked(home, 'one'), await locked(home, 'two')]).toEqual([77, true]);

  expect(await change('wrong\nthree\n')).toMatchObject({ code: 77 });
  expect(await change('wrong\n', '--no-passphrase')).toMatchObject({ code: 77 });
  expect(await change('two\n')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('needs a line for the current passphrase, then one for the new one'),
  });
  expect(await tries('passphrase')).toMatchObject({ code: 77 });
  expect(await locked(home, 'two')).toBe(true);

  const removed = await change('two\n', '--no-passphrase');
  expect(removed).toMatchObject({ code: 0, stderr: expect.stringContaining(means) });
  expect(removed.stderr).toContain('This home no longer has a passphrase.');
  expect(await locked(home, '')).toBe(false);
  const again = await tries('passphrase', '--no-passphrase');
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing was changed.') });
  expect(await tries('passphrase')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the new passphrase is typed in a terminal'),
  });
});

test('changes the passphrase on a terminal while the messenger is open, and its red mark goes and comes', async () => {
  const { home } = await setUpPerson('alice');
  onTestFinished(async () => void (await stopListener(join(home, 'inbox'))));
  const screen = startInTerminal(['--home', home]);
  await screen.sees('no passphrase');
  await screen.sees('listening on');

  const setting = startInTerminal(['passphrase', '--home', home]);
  await setting.sees('New passphrase:');
  setting.type('correct horse\r');
  await setting.sees('Repeat:');
  setting.type('correct horse\r');
  await setting.sees('This home is now locked with a passphrase.');
  expect(await setting.exited).toBe(0);
  await screen.sees(/^(?![^]*no passphrase)/u);

  const changing = startInTerminal(['passphrase', '--home', home]);
  await changing.sees('Passphrase:');
  changing.type('wrong horse\r');
  await changing.sees('wrong passphrase');
  changing.type('correct horse\r');
  await changing.sees('New passphrase:');
  changing.type('better horse\r');
  await changing.sees('Repeat:');
  changing.type('better horse\r');
  await changing.sees('The passphrase has changed.');

  const staying = startInTerminal(['passphrase', '--no-passphrase', '--home', home]);
  await staying.sees('Passphrase:');
  staying.type('better horse\r');
  await staying.sees('Continue without one? [y/N]');
  expect(staying.screen().replaceAll('\n', ' ')).toContain('anyone who can read this disk');
  staying.type('\r');
  await staying.sees('Nothing was changed.');
  expect(await locked(home, 'better horse')).toBe(true);

  const removing = startInTerminal(['passphrase', '--no-passphrase', '--home', home]);
  await removing.sees('Passphrase:');
  removing.type('better horse\r');
  await removing.sees('[y/N]');
  removing.type('y\r');
  await removing.sees('This home no longer has a passphrase.');
  await screen.sees('no passphrase');
  for (const { raw } of [setting, changing, staying, removing]) expect(raw()).not.toContain('horse');
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});
