// Line mode with every command it has: two people with real listeners, one of them typing lines.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { stopListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, run, setUpPerson, type Person, type Running } from '../support/command-line.ts';
import { takePort } from '../support/ports.ts';
import { tempFolder } from '../support/temp-home.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

async function pair(): Promise<readonly [alice: Person, bob: Person]> {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  const link = (await alice.does('invite')).stdout.trim();
  await bob.does('join', link);
  await alice.does('sync');
  await bob.does('sync');
  return [alice, bob];
}

/** Types lines into line mode, each followed by what it is to say or print before the next one. */
async function talk(running: Running, steps: ReadonlyArray<readonly [string, RegExp]>): Promise<string> {
  let printed = '';
  const read = async (): Promise<void> => {
    for (let line = await running.lines.next(); !line.done; line = await running.lines.next())
      printed += `${line.value}\n`;
  };
  void read();
  for (const [line, answer] of steps) {
    const [from, saidBefore] = [printed.length, running.said().length];
    running.type(`${line}\n`);
    const answered = (): boolean =>
      answer.test(printed.slice(from)) || answer.test(running.said().slice(saidBefore));
    await until(`${line} is answered`, answered, 15_000).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${printed.slice(from)} ${running.said().slice(saidBefore)}`);
    });
  }
  return printed;
}

test('every command works in lines, and says what has changed', async () => {
  const [alice, bob] = await pair();
  const listening = bob.starts('sync', '--for', '120s');
  const file = join(await tempFolder(), 'talk.jsonl');
  const number = (await bob.does('verify', 'alice')).stdout.trim();
  const { stdout: card } = await bob.does('invite', '--card');
  const running = alice.starts('--plain');
  const printed = await talk(running, [
    ['/help', /^\/wire  /mu],
    ['/contacts', /^bob: not verified$/mu],
    ['/query bob', /Lines go to bob now/u],
    ['hello bob', /^delivered to bob$/mu],
    ['//slashed', /^delivered to bob$/mu],
    ['/msg bob one more', /^delivered to bob$/mu],
    ['/find slash', /you → bob: \/slashed/u],
    ['/wire', /bytes on the wire/u],
    [`/export ${file}`, /Wrote 4 messages to .*talk\.jsonl/u],
    ['/keys', /^you: key number 1/mu],
    ['/verify', /Read these digits to bob/u],
    [`/verify ${number}`, /Match\. You are talking to the key of bob/u],
    ['/rename Robert', /bob is called Robert now/u],
    ['/rename', /Robert is called bob now/u],
    ['/block', /bob is blocked/u],
    ['/unblock bob', /bob is unblocked: verified/u],
    ['/requests', /no contact requests/u],
    ['/accept bob', /error: /u],
    ['/decline bob', /error: /u],
    [`/join ${card.trim()}`, /Lines go to bob now/u],
    ['/invite', /^cryptochat:\S+$/mu],
    ['/lend 1M', /^cryptochat-box:\S+$/mu],
    ['/lend much', /much is not a size/u],
    ['/box', /You have no mailboxes/u],
    ['/box cryptochat-box:broken', /not a mailbox link/u],
    ['/retry', /tries everything/u],
    ['/rotate', /y or n/u],
    ['y', /key number 2/u],
    ['/lock', /no passphrase to lock it with/u],
    ['/copy', /there is no command \/copy\n.*hint: \/help lists the commands/u],
    ['/close', /is closed/u],
    ['/forget bob', /Forget them\? y or n/u],
    ['y', /bob is forgotten/u],
  ]);
  running.type('/quit\n');
  expect((await running.ended).code).toBe(1);
  expect(printed + running.said()).not.toMatch(/[\u001b\u0007]/u);
  expect(jsonLines({ code: 0, stderr: '', stdout: readFileSync(file, 'utf8') })).toMatchObject([
    { text: 'bob joined with your link', kind: 'notice' },
    { text: 'hello bob', contact: 'bob' },
    { text: '/slashed' },
    { text: 'one more' },
  ]);
  listening.kill('SIGTERM');
  await listening.ended;
  expect((await bob.does('read', 'alice')).stdout).toMatch(/alice: \/slashed/u);
});

test('announces a person who asks, and accepts them by a line', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  const card = (await alice.does('invite', '--card')).stdout.trim();
  const running = alice.starts('--plain');
  await talk(running, [['/contacts', /No contacts yet/u]]);
  await bob.does('join', card);
  await until('it is told', () => /bob wants to be your contact/u.test(running.said()));
  await talk(running, [
    ['/requests', /\/accept NAME or \/decline NAME/u],
    ['/accept bob', /bob: not verified/u],
  ]);
  running.type('/quit\n');
  expect((await running.ended).code).toBe(0);
});

test('/lock asks for the passphrase and goes on', async () => {
  const home = join(await tempFolder(), 'home');
  const passphrase = 'correct horse\n';
  onTestFinished(async () => void (await stopListener(join(home, 'inbox'))));
  const listen = `127.0.0.1:${await takePort()}`;
  const init = ['init', '--name', 'alice', '--listen', listen, '--passphrase-fd', '0'];
  expect(await run([...init, '--home', home], passphrase)).toMatchObject({ code: 0 });
  const alice = startInTerminal(['--plain', '--home', home]);
  await alice.sees('Passphrase:');
  alice.type('correct horse\r');
  await alice.sees('line mode, 0 contacts. /help');
  alice.type('/lock\r');
  await alice.sees(/Locked\.\s+Passphrase:/u);
  alice.type('correct horse\r');
  await until('it is open again', () => alice.screen().split('line mode').length === 3);
  alice.type('/contacts\r');
  await alice.sees('No contacts yet');
  alice.type('/quit\r');
  expect(await alice.exited).toBe(0);
  expect(alice.raw()).not.toMatch(/horse|\u001b/u);
});

test('lines after a link that does not join reach nobody, not even the only contact', async () => {
  const [alice, bob] = await pair();
  const carol = await setUpPerson('carol');
  const used = (await bob.does('invite')).stdout.trim();
  await carol.does('join', used);
  const running = alice.starts(used, '--plain');
  running.type('for somebody else\n');
  running.endInput();
  const { code, stderr } = await running.ended;
  expect(stderr).toMatch(/error: [^]*Lines go to nobody/u);
  expect(code).toBeGreaterThan(0);
  const piped = alice.starts('--plain');
  piped.type('/query bbob\nfor somebody else\n');
  piped.endInput();
  expect(await piped.ended).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nobody is chosen') as string,
  });
  await bob.does('sync');
  expect((await bob.does('read')).stdout).not.toContain('for somebody else');
});
