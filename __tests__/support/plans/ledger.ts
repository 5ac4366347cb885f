import { fingerprint } from '../../../source/protocol/fingerprint.ts';
import { toHex } from '../../../source/core/bytes.ts';
import type { Bytes } from '../../../source/core/types.ts';
import type { Database } from '../../../source/store/database.ts';
import type { Step, Who } from './plan.ts';

/** The events that no database remembers, for the rules. */
export type Ledger = {
  /** The steps that changed something: `setBack` is none where nothing was saved before. */
  readonly done: Set<`${Step['do']} ${Who}`>;
  /** Ids of my contents that the other's listener stored at least once. */
  readonly stored: ReadonlySet<string>;
  /** Ids of contents for which a 202 was forged. */
  readonly forged: ReadonlySet<string>;
  /** Ids of texts that a database of somebody has ever had from the other. */
  readonly had: readonly [Set<string>, Set<string>];
  /** Ids of contents that somebody ever queued. */
  readonly written: readonly [Set<string>, Set<string>];
  /** Every identity key that somebody ever had: `epoch fingerprint`. */
  readonly keys: readonly [Set<string>, Set<string>];
  /** Texts that were promised to go out (`send` answered) and that no later step takes back: ids. */
  readonly promised: readonly [Set<string>, Set<string>];
  /** Bugs that a savepoint took back, and what else must never happen. */
  readonly bugs: string[];
  /** Posts that the network was asked to carry in the honest hours: when (ms), and what. */
  readonly posts: Array<{ readonly at: number; readonly who: Who; readonly what: string }>;
  readonly noteQueued: (who: Who, database: Database) => void;
  readonly noteStored: (envelope: Bytes) => void;
  readonly noteForged: (envelope: Bytes) => void;
  readonly noteHome: (who: Who, database: Database) => void;
};

/** Makes an empty one. */
export function createLedger(): Ledger {
  const stored = new Set<string>();
  const forged = new Set<string>();
  const ids = new Map<string, string>();
  const had = [new Set<string>(), new Set<string>()] as const;
  const written = [new Set<string>(), new Set<string>()] as const;
  const keys = [new Set<string>(), new Set<string>()] as const;
  return {
    done: new Set(),
    stored,
    forged,
    had,
    written,
    keys,
    promised: [new Set(), new Set()],
    bugs: [],
    posts: [],
    noteQueued(who, database) {
      const sql =
        'SELECT envelope, lower(hex(messages.id)) AS id FROM outbox JOIN messages ON row = message_row';
      for (const { envelope, id } of database.all<{ envelope: Bytes; id: string }>(sql)) {
        ids.set(nameOf(envelope), id);
        written[who].add(id);
      }
    },
    noteStored(envelope) {
      const id = ids.get(nameOf(envelope));
      if (id !== undefined) stored.add(id);
    },
    noteForged(envelope) {
      const id = ids.get(nameOf(envelope));
      if (id !== undefined) forged.add(id);
    },
    noteHome(who, database) {
      const texts = "SELECT lower(hex(id)) AS id FROM messages WHERE direction = 'in' AND kind = 'text'";
      for (const { id } of database.all<{ id: string }>(texts)) had[who].add(id);
      const mine = 'SELECT epoch, public AS publicKey FROM identities';
      for (const { epoch, publicKey } of database.all<{ epoch: number; publicKey: Bytes }>(mine))
        keys[who].add(`${epoch} ${fingerprint(publicKey)}`);
    },
  };
}

/** Envelopes are told apart by their first bytes: the key that HPKE made for each. */
function nameOf(envelope: Bytes): string {
  return toHex(envelope.slice(0, 33));
}
