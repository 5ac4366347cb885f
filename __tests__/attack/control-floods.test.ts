import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openIntake } from '../../source/inbox/deliver.ts';
import { makeKeyPair } from '../../source/keys/identity.ts';
import { sealEnvelope } from '../../source/protocol/envelope.ts';
import { slotId } from '../../source/core/request.ts';
import { noStatement, signStatement } from '../../source/protocol/rotate.ts';
import type { Body } from '../../source/protocol/kinds/table.ts';
import { countBugs, describeBug } from '../../source/session/work/note-bug.ts';
import { reportStatus } from '../../source/session/reports.ts';
import { contactOf } from '../../source/store/contacts.ts';
import { limits } from '../../source/core/limits.ts';
import { liar } from '../support/liar.ts';
import { mortalPair, noticesIn, type Pair } from '../support/mortal-pair.ts';

// A contact gone bad fills the conversation with lines of the program instead of its own; those would be hard to scroll past.

type Flood = (pair: Pair, round: number) => Promise<void>;

async function says({ alice, bob }: Pair, round: number, body: Body, seq?: number): Promise<void> {
  const { nextSeq } = contactOf(bob.context.database, 1);
  await liar(bob, alice).says(body, { seq: seq ?? nextSeq + round });
}

/** Puts an envelope into the slot that alice gave bob. */
async function lay({ alice }: Pair, envelope: Uint8Array): Promise<void> {
  const intake = await openIntake(alice.context.paths.inbox);
  const place = { slotId: slotId(contactOf(alice.context.database, 1).mySlot), bytes: envelope.length };
  intake.reserve(place);
  await intake.deliver(place, envelope);
  await alice.receive(0);
}

const floods: Readonly<Record<string, Flood>> = {
  'new names': async (pair, round) => {
    const profile = await liar(pair.bob, pair.alice).profile({ name: `bob${round}` });
    await says(pair, round, { kind: 'profile', profile });
  },
  'rotations that fit nothing': async (pair, round) => {
    const [old, next] = [makeKeyPair(), makeKeyPair()];
    const said = { epoch: 2, time: round, oldKey: old.publicKey, newKey: next.publicKey, previous: noStatement };
    const keys = await liar(pair.bob, pair.alice).keys();
    const statements = [signStatement(said, old.privateKey, next.privateKey)];
    await says(pair, round, { kind: 'rotate', keys: { ...keys, statements } }, 0);
  },
  'rotations of noise': async (pair, round) => {
    const noise = (bytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(bytes));
    const keys = await liar(pair.bob, pair.alice).keys();
    const statements = [{ statement: noise(130), byOld: noise(64), byNew: noise(64) }];
    await says(pair, round, { kind: 'rotate', keys: { ...keys, statements, bundle: noise(50) } }, 0);
  },
  'revocations of noise': (pair, round) =>
    says(pair, round, { kind: 'revoke', revocation: new Uint8Array(randomBytes(125)) }, 0),
  'envelopes that nobody can open': (pair) => lay(pair, randomBytes(4096)),
  'keys of strangers': async (pair) => {
    const sender = makeKeyPair().publicKey;
    const { publicKey } = pair.alice.context.database.get<{ publicKey: Uint8Array<ArrayBuffer> }>(
      'SELECT public AS publicKey FROM seal_keys ORDER BY id DESC LIMIT 1',
    )!;
    await lay(pair, sealEnvelope({ type: 2, sender, ciphertext: new Uint8Array(100) }, publicKey));
  },
}; // prettier-ignore

test.each(Object.entries(floods))(
  'collapses a hundred %s into one line, even with texts in between',
  async (_, flood) => {
    const pair = await mortalPair();
    const before = noticesIn(pair.alice).length;
    for (let round = 0; round < 100; round += 1) await flood(pair, round);
    expect(noticesIn(pair.alice).length - before).toBeLessThanOrEqual(1);
    for (let round = 100; round < 110; round += 1) {
      await pair.alice.send('still there?').catch(() => undefined);
      await flood(pair, round);
    }
    expect(noticesIn(pair.alice).length - before).toBeLessThanOrEqual(1);
    const [line] = noticesIn(pair.alice).slice(before);
    const count = Number(/\((\d+) times\)/u.exec(line ?? '')?.[1] ?? 1);
    // Unreadable mail is mentioned when it is asked for again, which is rare.
    if (!line?.includes('could not be read')) expect(count).toBe(110);
    expect(line?.split('\n')[0]).toMatch(/\(\d+ times\)$|asked for it again$/u);
  },
);

test('counts a file that makes the program stumble, and writes where to standard error, without its content', async () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  onTestFinished(() => write.mockRestore());
  const { alice, bob, carryFrom } = await mortalPair();
  const secrets: string[] = [];
  let stumbled = 0;
  for (let at = 12; stumbled < 3; at += 3) {
    const secret = `secret ${at}`;
    secrets.push(secret);
    await bob.send(secret);
    await carryFrom(bob);
    alice.stumble(at);
    await alice.receive(0).catch(() => alice.receive(0));
    alice.stumble(Infinity);
    stumbled = countBugs(alice.context.database);
    expect(at).toBeLessThan(200);
  }
  expect(await reportStatus(alice.context)).toMatchObject({ bugs: stumbled, quarantined: stumbled });
  const log = written.join('');
  expect(log).toMatch(/^cryptochat: bug: \w+ over a file of the inbox/u);
  expect(log).toContain('receiving/open.ts');
  for (const secret of secrets) expect(log).not.toContain(secret);
  expect(written.length).toBeLessThanOrEqual(limits.loggedBugs);
}); // prettier-ignore

test('a bug report has no word of the message, which may contain a text', () => {
  const bug = new SyntaxError('Unexpected token in JSON: "my secret\n    at home (file:///secret:1:1)\n    at 12 o\'clock"');
  const text = describeBug(bug);
  expect(text).toContain('SyntaxError');
  expect(text).toContain('control-floods.test.ts');
  expect(text).not.toContain('secret');
  expect(text).not.toContain('clock');
  bug.message = 'another one';
  expect(describeBug(bug)).not.toContain('secret');
  bug.name = 'a secret name';
  expect(describeBug(bug)).not.toContain('secret');
  expect(describeBug('secret')).not.toContain('secret');
}); // prettier-ignore
