import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import type { WireReport } from '../core/wire.ts';
import { toBase64url } from '../core/bytes.ts';
import { envelopeParts } from '../protocol/envelope.ts';
import { contactOf } from '../store/contacts.ts';
import { wireOf, type WireRow } from '../store/wire.ts';
import { readInTurn, type Context } from './work/work.ts';
import { labelOf } from './people/find-contact.ts';
import type { Mail } from './sending/mail.ts';
import type { Tried } from './sending/tried.ts';

/** Reports the network's view of one text. Throws ChatError message-unknown. */
export function reportWire(
  context: Context,
  mail: Pick<Mail, 'tried'>,
  ask: { readonly id: string; readonly row?: number },
): Promise<WireReport> {
  return readInTurn(context, (database) => {
    const row = wireOf(database, ask.id, ask.row ?? null);
    if (!row) throw new ChatError('message-unknown', printableLine(ask.id, 40));
    const contact = labelOf(contactOf(database, row.contactId));
    return wireReport(row, contact, mail.tried(row.contactId));
  });
}

/** The report of the stored data; `tried` has the tries of the contact's next envelope, which may be a different one. */
function wireReport(row: WireRow, contact: string, tried: Tried | null): WireReport {
  const { id, direction, state, text, sentAt } = row;
  const isMine = direction === 'out';
  const bytes = row.waiting ?? row.envelope;
  return {
    id,
    contact,
    direction,
    state,
    text,
    textBytes: Buffer.byteLength(text),
    ...factsOf(row),
    envelope: bytes && toBase64url(bytes),
    parts: bytes ? envelopeParts(bytes.length) : [],
    ...(isMine ? requestOf(row, tried) : unknownRequest),
    file: isMine ? null : row.head,
    queuedAt: sentAt,
    storedAt: isMine ? null : row.receivedAt,
    deliveredAt: isMine && state === 'delivered' ? row.deliveredAt : null,
  };
}

/** A waiting envelope is not accepted yet; an earlier one of the same text may have been. */
function factsOf(row: WireRow): Pick<WireReport, 'kept' | 'wireBytes' | 'ratchet' | 'acceptedAt'> {
  const kept = keptOf(row);
  if (kept === 'nothing') return { kept, wireBytes: null, ratchet: null, acceptedAt: null };
  const ratchet = row.ratchet && (row.ratchet === 3 ? 'first' : 'later');
  const acceptedAt = kept === 'waiting' ? null : row.acceptedAt;
  return { kept, wireBytes: row.bytes, ratchet, acceptedAt };
}

function keptOf({ waiting, envelope, acceptedAt }: WireRow): WireReport['kept'] {
  if (waiting) return 'waiting';
  if (envelope) return 'whole';
  return acceptedAt === null ? 'nothing' : 'facts';
}

type Request = Pick<WireReport, 'head' | 'status' | 'proof' | 'tries' | 'failure'>;

const unknownRequest: Request = { head: null, status: null, proof: null, tries: null, failure: null };

function requestOf(row: WireRow, tried: Tried | null): Request {
  const { head, status, proof, tries } = row;
  if (row.waitingId === null) return { head, status, proof, tries, failure: null };
  return tried?.id === row.waitingId
    ? { head: tried.head, status: tried.status, proof: null, tries: tried.tries, failure: tried.failure }
    : unknownRequest;
}
