import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inviteKeys } from '../../source/protocol/invitation.ts';
import { decodeLink } from '../../source/protocol/link.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { keyTag, writeTag } from '../../source/protocol/fingerprint.ts';
import { contactKey, keepReserve, pinKey } from '../../source/store/contact-keys.ts';
import { addContact } from '../../source/store/contacts.ts';
import { laterBy } from '../support/clock.ts';
import { jsonLines, run } from '../support/command-line.ts';
import type { Ran } from '../support/ran.ts';
import { startKilledListeners } from '../support/killed-listeners.ts';
import { listenerProgram } from '../support/pty.ts';
import { ask, newSlot, post } from '../support/signed-post.ts';
import { until } from '../support/until.ts';
import { attack, pair } from './adapter.ts';
import { contactIn, insideHome } from './forge.ts';
import type { Peer } from './peer.ts';

const day = 24 * 3600 * 1000;
const cut = 'this link is damaged or was cut short';
const changed = 'this link was altered: a letter or the address is wrong';
const used = 'this link was already used or has expired';

function said({ code, stderr }: Ran): readonly [number | null, string | undefined] {
  return [code, /^cryptochat: error: (.*)$/mu.exec(stderr)?.[1]];
}

/** Every file of an inbox with its content, except the two that say what runs and who may write. */
async function stored({ inbox }: Peer): Promise<readonly string[]> {
  const files = await readdir(inbox, { recursive: true, withFileTypes: true });
  const named = files.filter((file) => file.isFile() && file.name !== 'listener.json');
  const paths = named.map((file) => join(file.parentPath, file.name)).toSorted();
  return Promise.all(paths.map(async (path) => `${path} ${(await readFile(path)).toString('hex')}`));
}

test(
  'A32 does not mistake a new home at the same address for the old one, even with its slot',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    await bob.listen();
    const known = await insideHome(alice, (client) => {
      const { database } = client.context;
      const contact = contactIn(client, bob);
      const key = contactKey(database, contact.id, contact.epoch);
      return { contact, key, mine: currentIdentity(database).publicKey };
    });
    await alice.stopListening();
    await rm(alice.home, { recursive: true });
    alice.lies();
    const here = `127.0.0.1:${alice.port}`;
    await run([
      'init',
      '--name',
      'alice',
      '--no-passphrase',
      '--listen',
      here,
      '--address',
      here,
      '--home',
      alice.home,
    ]);
    await insideHome(alice, ({ context: { database } }) => {
      const contactId = addContact(database, { ...known.contact, statementHash: null, followedEpoch: 1 });
      pinKey(database, { ...known.key, contactId }, 1);
      keepReserve(database, { ...known.key, contactId, reserve: known.key.reserve ?? new Uint8Array(0) });
    });
    await alice.send(bob, 'it is me, believe me');
    await alice.tick();
    await bob.tick();
    const lines = await bob.lines(alice);
    expect(lines.filter(({ kind }) => kind === 'text')).toEqual([]);
    await alice.listen();
    // The key may have a statement that is still under way, so she is asked; she cannot answer.
    expect(lines.map(({ text }) => text).join('\n')).toContain(
      'could not be read; cryptochat asked for it again',
    );
    await bob.send(alice, 'is it you?');
    await bob.tick();
    await alice.tick();
    expect(await alice.lines(bob)).not.toContainEqual(expect.objectContaining({ text: 'is it you?' }));
    const fingerprint = jsonLines(await bob.tries('contacts', '--json'))[0]?.['fingerprint'];
    expect(fingerprint).toBe(writeTag(keyTag(known.mine)));
    expect((await bob.status()).quarantined).toBeGreaterThan(0);
    await bob.stopListening();
  }),
);

test(
  'A36 gives one sentence for a link that is cut, changed, used or expired, and tells its maker about a second try',
  attack(async (newHome) => {
    const [alice, bob, carol] = [await newHome('alice'), await newHome('bob'), await newHome('carol')];
    const link = await alice.invite();
    expect(said(await bob.tries('join', link.slice(0, -1)))).toEqual([2, cut]);
    expect(said(await bob.tries('join', link.slice(0, 40) + link.slice(41)))).toEqual([2, cut]);
    const port = String(alice.port);
    const other = link.replace(
      new RegExp(`${port}$`),
      port.replace(/.$/, (last) => String((Number(last) + 1) % 10)),
    );
    expect(said(await bob.tries('join', other))).toEqual([2, changed]);
    await bob.join(link);
    await alice.tick();
    expect(said(await carol.tries('join', link))).toEqual([1, used]);
    expect(said(await bob.tries('join', link))).toEqual([
      1,
      'alice is already a contact, and this link was used or has expired',
    ]);
    await alice.tick();
    expect((await alice.lines(bob)).map(({ text }) => text)).toEqual([
      'someone tried an invite link that bob has already used',
    ]);

    const old = await alice.invite();
    await alice.tick(undefined, { NODE_OPTIONS: laterBy(22 * day) });
    expect(said(await carol.tries('join', old))).toEqual([1, used]);
    await alice.tick();
    expect((await alice.lines()).length).toBe(1);
  }),
);

test(
  'A37 a stranger who knows only the address can store nothing and learns nothing',
  attack(async (newHome) => {
    const alice = await newHome('alice');
    const link = decodeLink(await alice.invite());
    await alice.listen();
    if (typeof link === 'string') throw new Error(link);
    const before = await stored(alice);
    const answers: Buffer[] = [];
    const nonce = (): string => randomBytes(16).toString('base64url');
    for (const path of [
      '/',
      '/message',
      '/invite',
      `/invite/${Buffer.from(link.identity.slice(1)).toString('base64url')}`,
    ])
      answers.push((await ask({ port: alice.port, path, headers: { 'x-cc-nonce': nonce() } })).body);
    for (let n = 0; n < 50; n += 1) {
      const path = `/invite/${randomBytes(32).toString('base64url')}`;
      const got = await ask({ port: alice.port, path, headers: { 'x-cc-nonce': nonce() } });
      expect(got).toMatchObject({ status: 404, headers: { connection: 'close', 'content-length': '0' } });
      const bytes = randomBytes([4096, 16_384, 65_536][n % 3] ?? 0);
      answers.push(got.body, (await post(alice.port, newSlot(), bytes)).body);
    }
    expect(answers.every((body) => body.length === 0)).toBe(true);
    expect(await stored(alice)).toEqual(before);
    expect([await alice.lines(), (await alice.status()).quarantined]).toEqual([[], 0]);
  }),
);

test(
  'hands a card to everybody who asks, from listeners that get killed meanwhile, and keeps nothing',
  attack(async (newHome) => {
    const alice = await newHome('alice');
    const link = decodeLink((await alice.tries('invite', '--card')).stdout.trim());
    if (typeof link === 'string') throw new Error(link);
    expect(link.card).toBe(true);
    await alice.stopListening();
    const before = await stored(alice);
    const { pickup } = inviteKeys(link.secret, link.identity);
    const path = `/invite/${Buffer.from(pickup).toString('base64url')}`;
    const life = { unit: 'answers', least: 1, most: 40 } as const;
    const victims = startKilledListeners(alice.inbox, { count: 4, program: listenerProgram, life });
    const bodies = await Promise.all(
      Array.from({ length: 16 }, async () => {
        const got: string[] = [];
        while (got.length < 10) {
          const headers = { 'x-cc-nonce': randomBytes(16).toString('base64url') };
          const reply = await until(
            'an answer',
            async () => {
              const one = await ask({ port: victims.port(), path, headers });
              return typeof one.status === 'number' ? one : null;
            },
            60_000,
          );
          victims.answered();
          expect([reply.status, reply.body.length]).toEqual([200, 4096]);
          got.push(reply.body.toString('hex'));
        }
        return got;
      }),
    );
    await victims.stop();
    expect(victims.kills()).toBeGreaterThan(3);
    expect(new Set(bodies.flat()).size).toBe(1);
    expect(await stored(alice)).toEqual(before);
    const { port, headers } = {
      port: alice.port,
      headers: { 'x-cc-nonce': randomBytes(16).toString('base64url') },
    };
    await alice.listen();
    expect((await ask({ port, path, headers })).status).toBe(200);
    expect((await ask({ port, path })).status).toBe(404);
  }),
);
