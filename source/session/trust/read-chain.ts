import { limits } from '../../core/limits.ts';
import type { Bytes } from '../../core/types.ts';
import { sameBytes } from '../../core/bytes.ts';
import { isRejected } from '../../protocol/bytes.ts';
import {
  noStatement,
  parseStatement,
  readStatement,
  statementHash,
  type SignedStatement,
  type Statement,
} from '../../protocol/rotate.ts';
import { contactKey, contactKeyOrNull, findKey, isBarred } from '../../store/contact-keys.ts';
import type { ContactRow } from '../../store/contacts.ts';
import type { Work } from '../work/work.ts';
import { pay } from '../work/allowance.ts';

/**
 * The outcome of statements about a contact's keys: all were `known`; they lead on from the pin (`followed`); one key has two successors
 * (`fork`); some between are missing (`gap`); or they break a rule (`refused`).
 */
export type Following = 'known' | 'followed' | 'fork' | 'gap' | 'refused';

/** A statement beyond the pin, and its hash. */
export type Step = { readonly said: Statement; readonly hash: Bytes };

/**
 * Where a chain leads: its steps beyond the pin, and the newest key (33 bytes) after them, with its epoch; for a fork, the second
 * successor.
 */
export type Chain = {
  readonly came: Following;
  readonly steps: readonly Step[];
  readonly newest: Bytes;
  readonly epoch: number;
};

/** Reads statements about a contact's keys, oldest first, against what is pinned of them; changes nothing. */
export function readChain(work: Work, contact: ContactRow, statements: readonly SignedStatement[]): Chain {
  const steps: Step[] = [];
  let head = {
    epoch: contact.epoch,
    key: contactKey(work.database, contact.id, contact.epoch).identity,
    hash: contact.statementHash ?? noStatement,
  };
  for (const signed of statements) {
    const said = parseStatement(signed);
    if (isRejected(said)) return { came: 'refused', steps, newest: head.key, epoch: head.epoch };
    const isOld = said.epoch <= contact.epoch;
    const claimed = isOld ? compareWithKnown(work, contact.id, said) : continues(work, head, said);
    const came = checked(work, contact.id, { claimed, signed, before: steps.length });
    if (came === 'fork') return { came, steps, newest: said.newKey, epoch: said.epoch };
    if (came !== 'known' && came !== 'followed') return { came, steps, newest: head.key, epoch: head.epoch };
    if (isOld) continue;
    head = { epoch: said.epoch, key: said.newKey, hash: statementHash(signed.statement) };
    steps.push({ said, hash: head.hash });
  }
  return { came: steps.length > 0 ? 'followed' : 'known', steps, newest: head.key, epoch: head.epoch };
}

/**
 * Known statements cost nothing, and a few are always checked; many are paid for like far messages, or long chains of keys would leave no
 * time for anything else. Statements that were not paid for are sent again.
 */
function checked(
  work: Work,
  contactId: number,
  { claimed, signed, before }: { claimed: Following; signed: SignedStatement; before: number },
): Following {
  if (claimed !== 'followed' && claimed !== 'fork') return claimed;
  if (before >= limits.statementsAtOnce && !pay(work, contactId, limits.statementKeys)) return 'gap';
  return isRejected(readStatement(signed)) ? 'refused' : claimed;
}

function continues(
  work: Work,
  head: { readonly epoch: number; readonly key: Bytes; readonly hash: Bytes },
  said: Statement,
): Following {
  if (said.epoch > head.epoch + 1) return 'gap';
  const fits =
    sameBytes(said.oldKey, head.key) &&
    sameBytes(said.previous, head.hash) &&
    findKey(work.database, said.newKey) === null &&
    !isBarred(work.database, said.newKey);
  return fits ? 'followed' : 'refused';
}

/** One key with two different successors: then nobody can tell which is the person. Nothing can be told about keys before my first pin. */
function compareWithKnown(work: Work, contactId: number, said: Statement): Following {
  const old = contactKeyOrNull(work.database, contactId, said.epoch - 1);
  const known = contactKeyOrNull(work.database, contactId, said.epoch);
  if (known && sameBytes(known.identity, said.newKey)) return 'known';
  if (!known) return 'known';
  return old && sameBytes(old.identity, said.oldKey) ? 'fork' : 'refused';
}
