import { kinds } from '../../../source/session/kinds/table.ts';
import { createStore, type State } from '../../../source/core/types.ts';
import { createTurns } from '../../../source/core/turns.ts';
import { prepareInbox } from '../../../source/inbox/maildir.ts';
import type { Outcome } from '../../../source/outbox/post.ts';
import type { Parcel } from '../../../source/outbox/trip.ts';
import { readInTurn, type Context } from '../../../source/session/work/work.ts';
import { loadConfig } from '../../../source/session/home/config.ts';
import { homePaths } from '../../../source/session/control/home-paths.ts';
import { createReceipts } from '../../../source/session/sending/receipts.ts';
import { createReceiving } from '../../../source/session/receive-all.ts';
import { announceIfDue } from '../../../source/session/recovery/announce.ts';
import { startMail } from '../../../source/session/sending/mail.ts';
import { haveEffects, repair } from '../../../source/session/effects.ts';
import { contactsOwed } from '../../../source/store/contacts.ts';
import { openDatabase, type Database } from '../../../source/store/database.ts';
import { contactsWithMail } from '../../../source/store/outbox.ts';
import { readSetting } from '../../../source/store/settings.ts';
import { Crash, makeMortal, type MortalDatabase } from '../mortal-database.ts';
import type { Life } from '../mortal-client.ts';
import type { Home } from '../two-homes.ts';
import { takeErrands } from './virtual-network.ts';

/** A client as openSession wires it, without screen, watcher, listener and sockets. */
export type VirtualClient = Pick<MortalDatabase, 'live'> & {
  readonly context: Context;
  /** The database for reading; its client does not die of that. */
  readonly opened: Database;
  /** Does what the inbox's bell, the receipts' and the settling do when they ring. */
  readonly pass: () => Promise<void>;
  /** The next parcel for each contact, as the courier sees them. */
  readonly heads: () => readonly Parcel[];
  /** Does what the courier does with an answer. */
  readonly heard: (parcel: Parcel, outcome: Outcome) => Promise<void>;
  /** Throws Crash when its life ended, wherever that was; else what went wrong in the back. */
  readonly check: () => void;
  /** Ends it without any clean-up. */
  readonly drop: () => void;
};

/** Opens a home like openSession. Throws Crash when its life is too short. */
export async function openVirtual({ home, key }: Home, life: Life | null): Promise<VirtualClient> {
  const paths = homePaths(home);
  const opened = openDatabase(paths.database, key);
  const mortal = noteDeath(makeMortal(opened));
  if (life) mortal.live(life);
  try {
    await prepareInbox(paths.inbox);
    return await wire(await contextOf(home, mortal), opened, mortal);
  } catch (error) {
    opened.close();
    throw error;
  }
}

type Dying = MortalDatabase & { readonly isDead: () => boolean };

/** A rollback hides what it dies of; a client that died at one statement does none after it. */
function noteDeath(mortal: MortalDatabase): Dying {
  let dead = false;
  const noted = <Answer>(statement: () => Answer): Answer => {
    try {
      return statement();
    } catch (error) {
      if (error instanceof Crash) dead = true;
      throw error;
    }
  };
  const { run, get, all, remembered, close } = mortal.database;
  return {
    ...mortal,
    isDead: () => dead,
    database: {
      run: (sql, values) => noted(() => run(sql, values)),
      get: (sql, values) => noted(() => get(sql, values)),
      all: (sql, values) => noted(() => all(sql, values)),
      remembered,
      close,
    },
  };
}

async function contextOf(home: string, { database }: MortalDatabase): Promise<Omit<Context, 'finish'>> {
  return {
    paths: homePaths(home),
    config: await loadConfig(home),
    configured: await loadConfig(home),
    database,
    kinds,
    registrationId: Number(readSetting(database, 'registration-id')),
    state: createStore({ contacts: [], conversations: new Map() } as unknown as State),
    takeTurn: createTurns(),
    checkHeld: () => undefined,
    reach: new Map(),
    windows: new Map(),
    unfinished: { withdrawn: null },
  };
}

async function wire(base: Omit<Context, 'finish'>, opened: Database, mortal: Dying): Promise<VirtualClient> {
  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  const context: Context = {
    ...base,
    async finish(work) {
      mail.recall(work.recalled);
      receipts.owe(work.owed);
      await haveEffects(context, work).finally(() => mail.refresh(work.touched));
    },
  };
  const mail = startMail(context, failed);
  const errands = takeErrands();
  const receipts = createReceipts(context, failed);
  const receiving = createReceiving(context);
  await repair(context);
  await announceIfDue(context);
  await readInTurn(context, () => {
    mail.refresh(contactsWithMail(context.database));
    receipts.owe(contactsOwed(context.database));
  });
  const settled = async (): Promise<void> => {
    await receipts.idle();
    await mail.idle();
    await readInTurn(context, () => undefined);
  };
  return {
    context,
    opened,
    live: mortal.live,
    async pass() {
      await receiving().catch(failed);
      await settled();
    },
    heads: errands.heads,
    async heard(parcel, outcome) {
      errands.tried?.(parcel, outcome);
      if (outcome.kind !== 'unreachable') await errands.settle(parcel, outcome);
      await settled();
      if (outcome.kind === 'accepted') return;
      const away = { attempts: 1, nextTryAt: Date.now() + 1000, reason: outcome.reason };
      errands.waiting(parcel.contactId, away as Parameters<typeof errands.waiting>[1] & {});
      await settled();
    },
    check() {
      const [first] = failures.splice(0);
      if (mortal.isDead()) throw new Crash('the end');
      if (first !== undefined) throw new Error('something failed in the back', { cause: first });
    },
    drop: () => opened.close(),
  };
}
