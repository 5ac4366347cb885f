// People whom nobody can reach, and who have nothing but a link: the box that comes with it.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { jsonLines, setUpPerson, type Person } from '../support/command-line.ts';
import { until } from '../support/until.ts';

/** Somebody whose listener is bound nowhere, and who has no address. */
function unreached(name: string): Promise<Person> {
  return setUpPerson(name, { listen: 'none', address: () => Promise.resolve('none') });
}

async function textsOf(person: Person, name: string): Promise<readonly unknown[]> {
  await person.does('sync');
  const lines = jsonLines(await person.does('read', name, '--json'));
  return lines.filter(({ kind }) => kind === 'text').map(({ text }) => text);
}

/** Both work until both have these texts, and all that was sent is delivered. */
async function untilTold(one: Person, other: Person, texts: readonly string[]): Promise<void> {
  for (const [person, name] of [
    [one, other.name],
    [other, one.name],
  ] as const) {
    await until(`${person.name} has it all`, async () => {
      await one.does('sync');
      await other.does('sync');
      const lines = jsonLines(await person.does('read', name, '--json'));
      const mine = lines.filter(({ direction }) => direction === 'out');
      const told = lines.flatMap(({ kind, text }) => (kind === 'text' ? [text] : []));
      return told.join('|') === texts.join('|') && mine.every(({ state }) => state === 'delivered');
    });
  }
}

async function boxesAt({ home }: Person): Promise<readonly string[]> {
  const names = await readdir(join(home, 'inbox', 'boxes')).catch(() => []);
  return names.filter((name) => !name.startsWith('.'));
}

async function noticesOf(person: Person, name: string): Promise<string> {
  const lines = jsonLines(await person.does('read', name, '--json'));
  return lines.flatMap(({ kind, text }) => (kind === 'notice' ? [text] : [])).join('\n');
}

test('a person who has nothing but a link is reached through a box at its maker, which nobody else can claim', async () => {
  const [alice, carol] = [await setUpPerson('alice'), await unreached('carol')];
  const link = (await alice.does('invite')).stdout.trim();
  await carol.does('join', link);
  expect(await noticesOf(carol, 'alice')).toBe(
    'nobody can reach you directly, so alice now keeps a mailbox for you',
  );
  const [box = ''] = await boxesAt(alice);
  const [own] = jsonLines(await carol.does('box', '--list', '--json'));
  expect(own).toMatchObject({ place: `127.0.0.1:${alice.port}/b/${box}` });
  const { stdout } = await carol.tries('doctor');
  expect(stdout).not.toContain('nobody can write to you');
  expect((await carol.does('status')).stdout).toContain('collecting, process');
  await carol.does('send', 'alice', 'from nowhere');
  await untilTold(carol, alice, ['from nowhere']);
  await alice.does('send', 'carol', 'there you are');
  await untilTold(alice, carol, ['from nowhere', 'there you are']);
  expect(jsonLines(await alice.does('contacts', '--json'))).toMatchObject([
    { address: `127.0.0.1:${alice.port}/b/${box}` },
  ]);
  // Its voucher ended with the link.
  const vouchers = await readFile(join(alice.home, 'inbox', 'vouchers.json'), 'utf8');
  expect(JSON.parse(vouchers)).toEqual({ version: 1, vouchers: [] });
  // A second contact of hers may use either of her boxes, and a third one brings none.
  const dave = await setUpPerson('dave');
  await carol.does('join', (await dave.does('invite')).stdout.trim());
  await dave.does('sync');
  await dave.does('send', 'carol', 'through somebody');
  await untilTold(carol, dave, ['through somebody']);
  const erin = await setUpPerson('erin');
  await carol.does('join', (await erin.does('invite')).stdout.trim());
  const counts = await Promise.all([alice, dave, erin].map(async (one) => (await boxesAt(one)).length));
  expect(counts).toEqual([1, 1, 0]);
});

test('two unreachable people talk through one person’s box; boxes made from it end with it', async () => {
  const [mail, alice, carol] = [
    await setUpPerson('mail'),
    await unreached('alice'),
    await unreached('carol'),
  ];
  const place = (await alice.does('box', (await mail.does('lend')).stdout.trim())).stdout.trim();
  const link = (await alice.does('invite')).stdout.trim();
  await carol.does('join', link);
  const [own] = jsonLines(await carol.does('box', '--list', '--json'));
  expect(own?.['place']).toMatch(new RegExp(`^127\\.0\\.0\\.1:${mail.port}/b/[\\w-]{22}$`, 'u'));
  await carol.does('send', 'alice', 'one');
  await untilTold(carol, alice, ['one']);
  await alice.does('send', 'carol', 'two');
  await untilTold(alice, carol, ['one', 'two']);
  expect(await boxesAt(mail)).toHaveLength(2);
  await alice.does('box', '--leave', place);
  expect(await boxesAt(mail)).toEqual([]);
});

test('somebody who asks with a card has a box before the card’s owner accepts', async () => {
  const [alice, carol] = [await setUpPerson('alice'), await unreached('carol')];
  await carol.does('join', (await alice.does('invite', '--card')).stdout.trim());
  expect(await boxesAt(alice)).toHaveLength(1);
  await carol.does('send', 'alice', 'may I');
  await until('alice is asked', async () => {
    await carol.does('sync');
    await alice.does('sync');
    return jsonLines(await alice.does('contacts', '--json')).length === 1;
  });
  await alice.does('accept', 'carol');
  await untilTold(carol, alice, ['may I']);
  await alice.does('send', 'carol', 'you may');
  await untilTold(alice, carol, ['may I', 'you may']);
});

test('a blocked or forgotten contact no longer keeps my mail', async () => {
  const [alice, bob, carol] = [
    await setUpPerson('alice'),
    await setUpPerson('bob'),
    await unreached('carol'),
  ];
  for (const one of [alice, bob]) await carol.does('join', (await one.does('invite')).stdout.trim());
  const places = async (): Promise<readonly unknown[]> =>
    jsonLines(await carol.does('box', '--list', '--json')).map(({ place }) => String(place).split('/')[0]);
  expect(await places()).toEqual([`127.0.0.1:${alice.port}`, `127.0.0.1:${bob.port}`]);
  await carol.does('block', 'alice');
  expect(await places()).toEqual([`127.0.0.1:${bob.port}`]);
  expect(await noticesOf(carol, 'alice')).toContain('you no longer use the mailbox that alice kept for you');
  await carol.does('forget', 'bob', '--yes');
  expect(await places()).toEqual([]);
  expect(jsonLines(await carol.does('status', '--json'))[0]?.['address']).toBe('');
});

test('a maker who lends nothing gives no box, and the joiner is told what that means', async () => {
  const [alice, carol] = [await setUpPerson('alice'), await unreached('carol')];
  const config = join(alice.home, 'config.toml');
  await writeFile(config, (await readFile(config, 'utf8')).replace('lend = true', 'lend = false'));
  await alice.does('listen', '--stop');
  await carol.does('join', (await alice.does('invite')).stdout.trim());
  expect(await noticesOf(carol, 'alice')).toContain('alice cannot write to you yet');
  expect([await boxesAt(alice), jsonLines(await carol.does('box', '--list', '--json'))]).toEqual([[], []]);
  await carol.does('send', 'alice', 'one way');
  await until('it is read', async () => {
    await carol.does('sync');
    return (await textsOf(alice, 'carol')).join('|') === 'one way';
  });
});
