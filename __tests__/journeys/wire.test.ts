import { expect, test } from 'vitest';
import { jsonLines, setUpPerson } from '../support/command-line.ts';
import type { Person } from '../support/command-line.ts';
import { tapWire } from '../support/wiretap.ts';
import type { Wiretap } from '../support/wiretap.ts';

/** Two who know each other; a wiretap is before bob. */
async function friends(): Promise<{ alice: Person; bob: Person; wire: Wiretap }> {
  const taps: Wiretap[] = [];
  const alice = await setUpPerson('alice');
  const bob = await setUpPerson('bob', {
    async address(port) {
      const tap = await tapWire(port);
      taps.push(tap);
      return tap.address;
    },
  });
  const link = (await bob.does('invite')).stdout.trim();
  for (const person of [alice, bob]) await person.does('sync', '--for', '300ms');
  await alice.does('join', link);
  for (const person of [bob, alice, bob, alice]) await person.does('sync');
  return { alice, bob, wire: taps[0]! };
}

/** The bytes that the lines of a hex dump in `text` show. */
function dumped(text: string): Buffer {
  const lines = text.split('\n').filter((line) => /^[\da-f]{8}: /u.test(line));
  return Buffer.from(lines.map((line) => line.slice(10, 49).replaceAll(' ', '')).join(''), 'hex');
}

test('wire prints byte for byte what somebody on the way saw, on both sides', async () => {
  const { alice, bob, wire } = await friends();
  const text = `nobody on the way reads this ${'at all '.repeat(900)}`;
  const before = wire.asked().length;
  const id = (await alice.does('send', 'bob', text, '--wait', 'sent')).stdout.trim();
  const passed = wire.asked().subarray(before);
  const [mine] = jsonLines(await alice.does('wire', id, '--json'));
  const envelope = Buffer.from(String(mine?.['envelope']), 'base64url');
  expect(envelope).toHaveLength(16_384);
  expect(passed.includes(Buffer.concat([Buffer.from(String(mine?.['head']), 'latin1'), envelope]))).toBe(
    true,
  );
  expect(mine).toMatchObject({ kept: 'whole', status: 202, textBytes: text.length, wireBytes: 16_384 });

  const printed = (await alice.does('wire', id)).stdout;
  const head = String(mine?.['head']).trimEnd().replaceAll('\r\n', '\n');
  expect(printed).toContain(`\n\n${head}\n\nHTTP/1.1 202 Accepted\nx-cc-kept: `);
  expect(dumped(printed).equals(envelope)).toBe(true);

  await bob.does('sync');
  const [theirs] = jsonLines(await bob.does('wire', id, '--json'));
  expect(theirs).toMatchObject({ direction: 'in', text, envelope: mine?.['envelope'], head: null });
  expect(dumped((await bob.does('wire', id)).stdout).equals(envelope)).toBe(true);
});

test('reports a message that does not exist, and one that was forgotten with its contact', async () => {
  const { alice } = await friends();
  const id = (await alice.does('send', 'bob', 'soon gone', '--wait', 'sent')).stdout.trim();
  expect((await alice.does('wire', id)).stdout).toContain('4096 bytes on the wire for 9 bytes of text');
  await alice.does('forget', 'bob', '--yes');
  const gone = await alice.tries('wire', id);
  expect([gone.code, gone.stdout]).toEqual([1, '']);
  expect(gone.stderr).toContain(`there is no message ${id}`);
});
