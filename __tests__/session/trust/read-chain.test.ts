import { beforeEach, expect, test } from 'vitest';
import { makeKeyPair } from '../../../source/keys/identity.ts';
import { limits } from '../../../source/core/limits.ts';
import { noStatement, signStatement, statementHash } from '../../../source/protocol/rotate.ts';
import type { SignedStatement } from '../../../source/protocol/rotate.ts';
import { pay } from '../../../source/session/work/allowance.ts';
import { followTo } from '../../../source/session/trust/follow-keys.ts';
import { readChain } from '../../../source/session/trust/read-chain.ts';
import type { Following } from '../../../source/session/trust/read-chain.ts';
import { pinKey } from '../../../source/store/contact-keys.ts';
import { contactOf } from '../../../source/store/contacts.ts';
import type { Database } from '../../../source/store/database.ts';
import { newContact, tempDatabase } from '../../support/temp-database.ts';
import { workOn } from '../../support/work.ts';

const first = makeKeyPair();
const chain = chainOf(first, 200);

let database: Database;

beforeEach(async () => {
  database = await tempDatabase();
  const { id } = newContact(database, { epoch: 1, statementHash: null });
  const key = { contactId: id, epoch: 1, identity: first.publicKey, sealKey: first.publicKey };
  database.run('DELETE FROM contact_keys');
  pinKey(database, key, 1);
});

/** This many key changes in a row. */
function chainOf(from: ReturnType<typeof makeKeyPair>, count: number): readonly SignedStatement[] {
  let [old, previous] = [from, noStatement];
  return Array.from({ length: count }, (_, at) => {
    const next = makeKeyPair();
    const said = { epoch: at + 2, time: 1, oldKey: old.publicKey, newKey: next.publicKey, previous };
    const signed = signStatement(said, old.privateKey, next.privateKey);
    [old, previous] = [next, statementHash(signed.statement)];
    return signed;
  });
}

function read(statements: readonly SignedStatement[]): Following {
  return readChain(workOn(database, 1), contactOf(database, 1), statements).came;
}

function follow(statements: readonly SignedStatement[]): void {
  const { newest } = readChain(workOn(database, 1), contactOf(database, 1), statements);
  followTo(workOn(database, 1), statements, { newest, sealKey: newest });
}

/** The contact has used up the work it may cause for now. */
function emptyPurse(): void {
  while (pay(workOn(database, 1), 1, limits.statementKeys));
}

test('follows two hundred missed rotations at once', () => {
  follow(chain);
  expect(contactOf(database, 1).epoch).toBe(201);
});

test('puts off a long chain, but never a few rotations, of a contact that has cost too much', () => {
  emptyPurse();
  expect(read(chain)).toBe('gap');
  emptyPurse();
  expect(read(chain.slice(0, limits.statementsAtOnce))).toBe('followed');
});

test('does no work for known rotations, however often they are repeated', () => {
  follow(chain);
  emptyPurse();
  expect(read(chain)).toBe('known');
  expect(read(Array.from({ length: 200 }, () => chain[0]!))).toBe('known');
});
