import type { BackupFile } from '../../../source/store/backup.ts';
import type { ContactRow } from '../../../source/store/contacts.ts';
import type { Home } from '../two-homes.ts';
import type { Ledger } from './ledger.ts';
import type { Fate, Step, Who } from './plan.ts';
import type { VirtualClient } from './virtual-client.ts';
import type { Line } from './virtual-network.ts';

/** Two people on their homes, each with a clock, and the network between them. */
export type Stage = {
  readonly ledger: Ledger;
  readonly step: (step: Step) => Promise<void>;
  /** Opens the client of somebody, and sets the clock to theirs. */
  readonly open: (who: Who) => Promise<VirtualClient>;
  /** Posts what somebody has next; answers whether some of it is done with. */
  readonly carry: (who: Who, fate: Fate) => Promise<boolean>;
  readonly pass: (who: Who) => Promise<void>;
  readonly say: (who: Who) => Promise<void>;
  readonly wait: (ms: number) => void;
  /** ms of the true time. */
  readonly now: () => number;
  /** The newest contact of somebody. */
  readonly contactOf: (who: Who) => Promise<ContactRow | null>;
  /** Ends what the network still holds: from now on it is honest. */
  readonly calm: () => void;
  readonly close: () => void;
};

/** One of the two: the home, the client if it is open, how far the clock is off, and what was saved. */
export type Side = {
  home: Home;
  client: VirtualClient | null;
  offset: number;
  saved: string | null;
  backup: BackupFile | null;
  readonly line: Line;
};

/** Everything that a step may change. */
export type World = Pick<Stage, 'ledger' | 'open' | 'carry' | 'pass' | 'say' | 'wait' | 'contactOf'> & {
  readonly folder: string;
  readonly sides: readonly [Side, Side];
  /** Closes the client of somebody without any clean-up. */
  readonly drop: (who: Who) => void;
  /** From now on it is as late as somebody's machine says. */
  readonly setClock: (who: Who) => void;
};
