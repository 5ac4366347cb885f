import type { Bytes } from '../../core/types.ts';
import { limits } from '../../core/limits.ts';
import { type Body, decodeBody, kindNamed, type KindName, kinds } from '../../protocol/kinds/table.ts';
import { changeContact, contactOf } from '../../store/contacts.ts';
import { sendAgain, unsentTo, type Unsent } from '../../store/unsent.ts';
import { composeAgain } from './compose.ts';
import type { Work } from '../work/work.ts';

/**
 * Encrypts, in order, the messages that are stored for a contact without an envelope: they were written while no session could send, or
 * were taken back because their reader cannot read them. Works on a part at a time: the next part follows when this one is on its way.
 */
export async function composeQueued(work: Work, contactId: number): Promise<void> {
  if (contactOf(work.database, contactId).state === 'blocked') return;
  for (const message of nextUnsent(work, contactId)) {
    const body = bodyOf(work, contactId, message);
    if (!(await composeAgain(work, contactId, { ...message, body }))) return;
  }
}

/**
 * The next messages without an envelope: once everything that was marked to go out again is on its way, the next part of what a contact
 * lost.
 */
function nextUnsent(work: Work, contactId: number): readonly Unsent[] {
  const unsent = unsentTo(work.database, contactId, limits.composeAtOnce);
  if (unsent.length > 0 || !sendNextAgain(work, contactId)) return unsent;
  return unsentTo(work.database, contactId, limits.composeAtOnce);
}

/**
 * A text as it was; for other kinds, what the kind says now or what went out before; where nothing of it matters any more, only its seq.
 */
function bodyOf(work: Work, contactId: number, { what, text, body }: Unsent): Body {
  if (what === null) return { kind: 'text', text };
  const name = kindNamed(what);
  const again = name && work.kinds[name].again;
  const said = again ? again(work, contactId) : name && body && keptBody(name, body);
  return said ?? { kind: 'void' };
}

/** How many contents are marked for going out again at a time: a few milliseconds. */
const againAtOnce = 500;

/** Marks the next part of what a contact has lost for going out again; answers whether there was one. */
export function sendNextAgain(work: Work, contactId: number): boolean {
  const { againFrom, againTo } = contactOf(work.database, contactId);
  if (againFrom === 0) return false;
  const range = { after: againFrom - 1, upTo: againTo, most: againAtOnce };
  const next = sendAgain(work.database, contactId, range);
  changeContact(work.database, contactId, { againFrom: next, ...(next === 0 ? { againTo: 0 } : {}) });
  return true;
}

/** The body that is kept of a hidden kind; a text is in its line, and what has no seq is never kept. */
function keptBody(name: KindName, body: Bytes): Body | null {
  return name !== 'text' && kinds[name].ordered ? decodeBody(name, body) : null;
}
