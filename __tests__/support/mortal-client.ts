import { withoutJoined } from './joined-line.ts';
import { kinds } from '../../source/session/kinds/table.ts';
import { createStore, type Bytes, type Message, type State } from '../../source/core/types.ts';
import { createTurns } from '../../source/core/turns.ts';
import { limits } from '../../source/core/limits.ts';
import { openIntake, type Intake } from '../../source/inbox/deliver.ts';
import { prepareInbox } from '../../source/inbox/maildir.ts';
import { listNew } from '../../source/inbox/watch.ts';
import { slotId } from '../../source/core/request.ts';
import { announceIfDue } from '../../source/session/recovery/announce.ts';
import { askWhereDue } from '../../source/session/recovery/ask-where-due.ts';
import { composeQueued, composeReceipt } from '../../source/session/sending/compose.ts';
import { tellAddress } from '../../source/session/pairing/tell-address.ts';
import { loadConfig } from '../../source/session/home/config.ts';
import { turn, type Context } from '../../source/session/work/work.ts';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { readKept } from '../../source/session/receiving/read-kept.ts';
import { inTurns } from '../../source/session/receive-all.ts';
import { receiveSlice } from '../../source/session/receiving/receive.ts';
import { rotate } from '../../source/session/trust/rotation.ts';
import { createSend } from '../../source/session/sending/send.ts';
import { haveEffects, repair } from '../../source/session/effects.ts';
import { allContacts } from '../../source/store/contacts.ts';
import { openDatabase, type Database } from '../../source/store/database.ts';
import { lastStored, markSent, page } from '../../source/store/messages.ts';
import { contactsWithMail, removeFromOutbox, waitingFor } from '../../source/store/outbox.ts';
import { readSetting } from '../../source/store/settings.ts';
import { dropOldest, keepCarried } from '../../source/store/wire.ts';
import { makeMortal, type Life, type MortalDatabase } from './mortal-database.ts';

export { Crash } from './mortal-database.ts';
export type { Life } from './mortal-database.ts';

/** A client without screen, network and clock: each step is asked for, and it dies where its life ends. */
export type MortalClient = Omit<MortalDatabase, 'database'> & {
  readonly context: Context;
  readonly send: (text: string) => Promise<unknown>;
  readonly rotate: () => Promise<unknown>;
  /** Receives files of the inbox, beginning with any of them. */
  readonly receive: (from: number) => Promise<unknown>;
  /** Carries the oldest envelope into the other's inbox, as a listener would put it there; answers whether there was one. */
  readonly carry: (toHome: string) => Promise<boolean>;
  /** Carries the oldest envelopes of one size in one file, as a listener stores a batch; answers how many. */
  readonly carryTogether: (toHome: string) => Promise<number>;
  /** The same as `carry` with the oldest envelope for a place where the other was before. */
  readonly carryElsewhere: (toHome: string) => Promise<boolean>;
  readonly inbox: () => Promise<readonly string[]>;
  /** Asks and tells again what is due by the clock. */
  readonly lookAfter: () => Promise<unknown>;
  /** The whole history, in the order in which it was stored. */
  readonly history: () => readonly Message[];
  /** The conversation with the one contact, as it is read. */
  readonly conversation: () => readonly Message[];
  /** Ends it without any clean-up; what was not committed is gone. */
  readonly drop: () => void;
};

/** Opens the home of somebody who has one contact, and repairs what a crash left. Throws Crash when its life is too short. */
export async function openMortal(home: string, key: Bytes, life: Life | null): Promise<MortalClient> {
  const paths = homePaths(home);
  const opened = openDatabase(paths.database, key);
  const mortal = makeMortal(opened);
  const { database } = mortal;
  if (life) mortal.live(life);
  try {
    await prepareInbox(paths.inbox);
    const context: Context = {
      paths,
      config: await loadConfig(home),
      configured: await loadConfig(home),
      database,
      kinds,
      registrationId: Number(readSetting(database, 'registration-id')),
      state: createStore({} as State),
      takeTurn: createTurns(),
      checkHeld: () => undefined,
      reach: new Map(),
      windows: new Map(),
      unfinished: { withdrawn: null },
      finish: (work) => haveEffects(context, work),
    };
    await repair(context);
    await readKept(context);
    await announceIfDue(context);
    await giveReceipts(context);
    return clientOf(context, opened, mortal);
  } catch (error) {
    opened.close();
    throw error;
  }
}

function clientOf(context: Context, opened: Database, mortal: MortalDatabase): MortalClient {
  const { paths } = context;
  const { live, stumble, statements } = mortal;
  return {
    live,
    stumble,
    statements,
    context,
    send: (text) => createSend(context)({ contact: '1', text }),
    rotate: () => rotate(context),
    async receive(from) {
      const names = await listNew(paths.inbox);
      // All slots are those of the one contact.
      const order = inTurns(names.slice(from % Math.max(names.length, 1)), 1000, () => 'contact 1');
      if (names.length > 0) await receiveSlice(context, order);
      await giveReceipts(context);
    },
    carry: async (toHome) => (await carryNext(context, toHome, { elsewhere: false, most: 1 })) > 0,
    carryTogether: (toHome) => carryNext(context, toHome, { elsewhere: false, most: limits.batchEnvelopes }),
    carryElsewhere: async (toHome) => (await carryNext(context, toHome, { elsewhere: true, most: 1 })) > 0,
    inbox: () => listNew(paths.inbox),
    lookAfter: () =>
      turn(context, async (work) => {
        await tellAddress(work);
        await askWhereDue(work);
      }),
    history: () => withoutJoined(lastStored(opened, 100_000)),
    conversation: () => withoutJoined(page(opened, 1, { before: null, count: 100_000 })),
    drop: () => opened.close(),
  };
}

async function carryNext(
  context: Context,
  toHome: string,
  { elsewhere, most }: { readonly elsewhere: boolean; readonly most: number },
): Promise<number> {
  const { database } = context;
  const [waiting = []] = contactsWithMail(database)
    .map((id) => waitingFor(database, id, { after: 0, most, elsewhere }))
    .filter((some) => some.length > 0);
  const end = waiting.findIndex(({ envelope }) => envelope.length !== waiting[0]?.envelope.length);
  const heads = end < 0 ? waiting : waiting.slice(0, end);
  const [first] = heads;
  if (!first) return 0;
  const intake = await intakeOf(homePaths(toHome).inbox);
  const place = { slotId: slotId(first.slotKey), bytes: first.envelope.length, count: heads.length };
  intake.reserve(place);
  await intake.deliver(place, ...heads.map(({ envelope }) => envelope));
  await turn(context, async (work) => {
    for (const head of heads) {
      keepCarried(work.database, head.id, { head: 'POST', status: 202, proof: 'k', tries: 1, at: work.now });
      const row = removeFromOutbox(work.database, head.id);
      if (row === null) await composeReceipt(work, head.contactId);
      else markSent(work.database, row);
    }
    dropOldest(work.database);
    await composeQueued(work, first.contactId);
  });
  return heads.length;
}

/** One for each inbox, as one listener has it: its names count up. */
const intakes = new Map<string, Promise<Intake>>();

function intakeOf(inbox: string): Promise<Intake> {
  const known = intakes.get(inbox) ?? openIntake(inbox);
  intakes.set(inbox, known);
  return known;
}

/** Composes the receipts that are owed, in a turn of their own. */
async function giveReceipts(context: Context): Promise<void> {
  await turn(context, async (work) => {
    for (const { id } of allContacts(work.database)) await composeReceipt(work, id);
  });
}
