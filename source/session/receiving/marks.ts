import type { Bytes } from '../../core/types.ts';
import { nextMark } from '../../protocol/ack-mark.ts';
import type { Database } from '../../store/database.ts';
import { idsBetween } from '../../store/order.ts';

/** How far one direction of a conversation is known without a gap: a seq, and the mark (8 bytes) of all up to it. */
export type Marked = { readonly upTo: number; readonly mark: Bytes };

/** Goes on from `from` over everything that is stored without a gap, at most to seq `most`. */
export function advanceMark(
  database: Database,
  of: { readonly contactId: number; readonly direction: 'in' | 'out' },
  from: Marked,
  most = Number.MAX_SAFE_INTEGER,
): Marked {
  let { upTo, mark } = from;
  for (;;) {
    const before = upTo;
    for (const { seq, id } of idsBetween(database, of, { after: upTo, upTo: most })) {
      if (seq !== upTo + 1) return { upTo, mark };
      upTo = seq;
      mark = nextMark(mark, id);
    }
    if (upTo === before) return { upTo, mark };
  }
}
