import { SessionRecord } from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';
import { limits } from '../core/limits.ts';
import { concat } from './bytes.ts';
import { bytesField, bytesIn, readFields } from './protobuf.ts';

/** The states of one session record: the current one, used for sending, or null, and the earlier ones, latest first. */
export type States = { readonly current: Bytes | null; readonly previous: readonly Bytes[] };

/** `RecordStructure` of libsignal's rust/protocol/src/proto/storage.proto. */
const record = { current: 1, previous: 2 } as const;

/** Takes a record apart and drops excess states; null when the bytes are not a record. */
export function readStates(bytes: Bytes): States | null {
  const fields = readFields(bytes);
  if (!fields) return null;
  const [current = null] = bytesIn(fields, record.current);
  return { current, previous: bytesIn(fields, record.previous).slice(0, limits.sessionStates - 1) };
}

/** The record made of these states. */
export function writeStates({ current, previous }: States): Bytes {
  const parts = previous.flatMap((state) => bytesField(record.previous, state));
  return concat(...(current ? bytesField(record.current, current) : []), ...parts);
}

/**
 * The record within `limits.sessionStates` and `limits.sessionBytes`: the oldest states are dropped. Null when the current one alone is too
 * large.
 */
export function trimRecord(bytes: Bytes): Bytes | null {
  const states = readStates(bytes);
  if (!states) return null;
  for (let count = states.previous.length; count >= 0; count -= 1) {
    const trimmed = writeStates({ ...states, previous: states.previous.slice(0, count) });
    if (trimmed.length <= limits.sessionBytes) return trimmed;
  }
  return null;
}

/** A state as libsignal keeps it when another one becomes the current: without the data that its first messages were to carry. */
export function archived(state: Bytes): readonly Bytes[] {
  const alone = SessionRecord.deserialize(writeStates({ current: state, previous: [] }));
  alone.archiveCurrentState();
  return readStates(new Uint8Array(alone.serialize()))?.previous ?? [];
}
