// A person who lends boxes sees them, and takes them back.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPresence } from '../../source/inbox/presence.ts';
import { stopListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, setUpPerson, start, type Person } from '../support/command-line.ts';
import { takePort } from '../support/ports.ts';
import { runHere } from '../support/run-here.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

function unreached(name: string): Promise<Person> {
  return setUpPerson(name, { listen: 'none', address: () => Promise.resolve('none') });
}

async function lentBy(person: Person): Promise<ReadonlyArray<Record<string, unknown>>> {
  return jsonLines(await person.does('lend', '--list', '--json'));
}

async function doctorOf(person: Person, name: string): Promise<ReadonlyArray<Record<string, unknown>>> {
  return jsonLines(await person.tries('doctor', '--json')).filter(({ check }) => check === name);
}

async function reasonOf(person: Person): Promise<unknown> {
  return jsonLines(await person.does('box', '--list', '--json'))[0]?.['reason'];
}

test('lists a lent box and ends it permanently: its link makes no other box', async () => {
  const [mail, alice, bob] = [await setUpPerson('mail'), await unreached('alice'), await setUpPerson('bob')];
  const [used, unused] = [
    (await mail.does('lend', '--bytes', '1M')).stdout.trim(),
    (await mail.does('lend', '--boxes', '3')).stdout.trim(),
  ];
  const place = (await alice.does('box', used)).stdout.trim();
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await alice.does('listen', '--stop');
  await bob.does('send', 'alice', 'waits');
  await until('it waits in the box', async () => {
    await bob.does('sync');
    return (await lentBy(mail)).some(({ waitingFiles }) => Number(waitingFiles) > 0);
  });
  const [link, box] = await lentBy(mail);
  expect(link).toMatchObject({ kind: 'link', boxes: 3, bytes: 64 * 1024 * 1024 });
  expect(box).toMatchObject({ kind: 'box', id: place.slice(-22), contact: null, bytes: 1024 * 1024 });
  expect((await mail.does('lend', '--list')).stdout).toMatch(
    /^[0-9a-f]{16}  a link that makes 3 mailboxes of 64 MiB\n[\w-]{22}  \d+ envelopes? of 4000, \d+ KiB of 1 MiB  not fetched for 0 days of 180\n$/u,
  );
  // A box of 1 MiB is nobody's whom mail knows: doctor calls it by its id.
  const kept = await doctorOf(mail, 'lent');
  expect(kept.map(({ subject, state }) => [subject, state])).toEqual([
    ['boxes', 'ok'],
    [place.slice(-22), 'ok'],
  ]);
  await alice.does('sync');
  await until('it is well with the mailbox of alice', async () => {
    const [mailbox] = await doctorOf(alice, 'mailboxes');
    return mailbox?.['state'] === 'ok' && /is up to date/u.test(String(mailbox['text']));
  });
  expect((await mail.does('lend', '--end', place.slice(-22))).stderr).toContain('The mailbox is gone.');
  expect((await mail.does('lend', '--end', String(link?.['id']))).stderr).toContain(
    'This link makes no more mailboxes',
  );
  expect(await lentBy(mail)).toEqual([]);
  await until('its owner hears of it', async () => {
    await alice.does('sync');
    return (await reasonOf(alice)) === 'the host there does not know this mailbox';
  });
  expect(await doctorOf(alice, 'mailboxes')).toMatchObject([
    { state: 'problem', hint: expect.stringContaining('forwards /b/') },
  ]);
  for (const lent of [used, unused]) {
    const claimed = await bob.tries('box', lent);
    expect([claimed.code, claimed.stderr]).toEqual([
      1,
      expect.stringContaining('the host refused you a mailbox'),
    ]);
  }
  const again = await mail.tries('lend', '--end', place.slice(-22));
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('lend --list shows')]);
  // Others can still be lent to.
  await alice.does('box', (await mail.does('lend')).stdout.trim());
});

test('the box of a contact ends when the contact is forgotten, and stays when it is blocked', async () => {
  const [alice, carol, dave] = [
    await setUpPerson('alice'),
    await unreached('carol'),
    await unreached('dave'),
  ];
  for (const person of [carol, dave]) {
    await person.does('join', (await alice.does('invite')).stdout.trim());
    await until(`alice keeps a box for ${person.name}`, async () => {
      await person.does('sync');
      await alice.does('sync');
      return (await lentBy(alice)).some(({ contact }) => contact === person.name);
    });
  }
  await alice.does('block', 'dave');
  await alice.does('block', 'carol');
  expect(new Set((await lentBy(alice)).map(({ contact }) => contact))).toEqual(new Set(['carol', 'dave']));
  await alice.does('forget', 'carol', '--yes');
  expect((await lentBy(alice)).map(({ contact }) => contact)).toEqual(['dave']);
});

test('a home without keys lists and ends what it keeps', async () => {
  const home = join(await tempFolder(), 'mail');
  const port = await takePort();
  onTestFinished(async () => void (await stopListener(join(home, 'inbox'))));
  const at = `127.0.0.1:${port}`;
  start(['host', '--home', home, '--listen', at, '--address', at]);
  await until('it listens', async () => (await readPresence(join(home, 'inbox')))?.port === port);
  const alice = await unreached('alice');
  const [one = '', two = ''] = [
    await runHere(['lend', '--home', home]),
    await runHere(['lend', '--home', home]),
  ].map(({ stdout }) => stdout.trim());
  const place = (await alice.does('box', one)).stdout.trim();
  const lent = jsonLines(await runHere(['lend', '--home', home, '--list', '--json']));
  expect(lent).toMatchObject([
    { kind: 'link', boxes: 1 },
    { kind: 'box', id: place.slice(-22), contact: null, from: null },
  ]);
  await runHere(['lend', '--home', home, '--end', place.slice(-22)]);
  expect((await readdir(join(home, 'inbox', 'boxes'))).filter((name) => !name.startsWith('.'))).toEqual([]);
  const vouchers = await readFile(join(home, 'inbox', 'vouchers.json'), 'utf8');
  expect((JSON.parse(vouchers) as { vouchers: unknown[] }).vouchers).toHaveLength(1);
  expect((await alice.tries('box', one)).code).toBe(1);
  await alice.does('box', two);
  const left = await runHere(['lend', '--home', home, '--end', String(lent[0]?.['id'])]);
  expect(left.stderr).toContain('This link makes no more mailboxes.');
  // The last voucher was taken back: the next is lent all the same.
  expect((await runHere(['lend', '--home', home])).stdout).toContain('cryptochat-box:');
});
