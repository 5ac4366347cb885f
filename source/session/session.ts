import { kinds } from './kinds/table.ts';
import type { ScreenCalls } from '../core/calls.ts';
import { createBell, type Bell } from '../core/bell.ts';
import {
  createStore,
  type Bytes,
  type ListenerState,
  type Reach,
  type State,
  type Store,
  type WindowPlace,
} from '../core/types.ts';
import { limits } from '../core/limits.ts';
import { createTurns } from '../core/turns.ts';
import { asFailure, ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import { holdHome, type HomeHold } from '../inbox/holder.ts';
import { holdInbox, letGoInbox, prepareInbox } from '../inbox/maildir.ts';
import { watchInbox, type InboxWatch, type Noticing } from '../inbox/watch.ts';
import { loadSender } from '../outbox/exchange.ts';
import { fingerprint } from '../protocol/fingerprint.ts';
import { commit } from '../store/commit.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { currentIdentity } from '../store/identities.ts';
import { contactsOwed } from '../store/contacts.ts';
import { contactsWithMail } from '../store/outbox.ts';
import { readSetting } from '../store/settings.ts';
import { announceIfDue } from './recovery/announce.ts';
import { createCalls } from './answer-calls.ts';
import { createChanges } from './work/changes.ts';
import { readInTurn, turn, type Config, type Context, type Mapped } from './work/work.ts';
import { startMail, type Mail } from './sending/mail.ts';
import { createParcels, type Parcels } from './sending/parcels.ts';
import { holdKeys } from './home/hold-keys.ts';
import { homePaths } from './control/home-paths.ts';
import { ensureOnionSeed, inEffect, mappedPlace, onionSeed } from './home/in-effect.ts';
import { createIndexing, type Indexing } from './people/indexing.ts';
import { createReceipts, type Receipts } from './sending/receipts.ts';
import { readKept } from './receiving/read-kept.ts';
import { createReceiving } from './receive-all.ts';
import { tellAddress } from './pairing/tell-address.ts';
import { keepReachable, unreachable, type Reachable } from './reachable.ts';
import { reportContacts, viewContact, withContacts } from './people/show.ts';
import { createShowing, type Showing } from './people/showing.ts';
import { haveEffects, repair } from './effects.ts';
import { untilIdle } from './until-idle.ts';

/** An open client: its calls, the state that a screen draws, and its end. */
export type Session = ScreenCalls & {
  readonly state: Store<State>;
  /** Resolves when everything in the inbox was received and nothing in the outbox is due. */
  readonly idle: () => Promise<void>;
  /** Resolves with the outcome of its listener, once it runs or has failed to start; null when none is wanted. */
  readonly listening: () => Promise<ListenerState | null>;
  /** Ends it; the listener keeps running only with `keepListening`. */
  readonly close: (options?: { readonly keepListening?: boolean }) => Promise<void>;
};

/** The options for opening a client; `passphrase` says whether the home has one. */
export type SessionOptions = {
  readonly home: string;
  readonly databaseKey: Bytes;
  readonly config: Config;
  readonly passphrase: boolean;
  readonly listen: 'supervise' | 'none';
  /** listener.js of a build; without it the listener that belongs to these sources or to this bundle. */
  readonly program?: string | undefined;
};

/** Opens a home as its one client. Throws ChatError home-busy when another process holds it, and the errors of the database. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const paths = homePaths(options.home);
  const database = openDatabase(paths.database, options.databaseKey);
  let holding: Promise<HomeHold> | undefined;
  try {
    if (options.config.onion && !onionSeed(database)) await commit(database, () => ensureOnionSeed(database));
    letGoInbox(paths.inbox);
    await prepareInbox(paths.inbox);
    holdInbox(paths.inbox);
    holding = holdHome(paths.inbox);
    return await wire(options, database, holding);
  } catch (error) {
    await (await holding)?.close();
    database.close();
    throw error;
  }
}

async function wire(
  options: SessionOptions,
  database: Database,
  holding: Promise<HomeHold>,
): Promise<Session> {
  const changes = createChanges();
  const context: Context = {
    ...createContext({ ...options, mapped: await mappedPlace(options) }, database),
    prepare: (work) => parcels.withdraw(work),
    async finish(work) {
      mail.recall(work.recalled);
      receipts.owe(work.owed);
      if (work.touched.size > 0) changes.announce();
      // Mail goes after the effects, because a contact that is told of a slot may use it at the same moment; and it leaves before it is
      // shown.
      try {
        await haveEffects(context, work);
      } finally {
        mail.refresh(work.touched);
        mail.heard(work.heard);
        // The request is made and on its way when this returns.
        if (work.touched.size > 0) await new Promise(setImmediate);
        showing.touch(work.touched);
        await parcels.follow(new Set([...work.touched, ...work.recalled, ...work.outgoing]));
      }
    },
  };
  const showing = createShowing(context);
  const failed = (error: unknown): void => alarm(context, error);
  const parcels = createParcels(context, failed);
  const mail = startMail(context, failed, parcels);
  const receipts = createReceipts(context, failed);
  const indexing = createIndexing(context, failed);
  const inboxBell = createBell(createReceiving(context, parcels.takeDone), failed);
  const parts = { indexing, showing, inboxBell, receipts, mail, parcels };
  await takeUp(context, parcels);
  context.state.update((state) => ({ ...state, phase: 'ready' }));
  const { listen, program } = options;
  const reachable = listen === 'supervise' ? keepReachable(context, { mail, failed, program }) : unreachable;
  const watch = await watchOwn(context, inboxBell.ring);
  await readInTurn(context, () => beginWithWhatWaits(database, { mail, receipts }));
  indexing.ring();
  if (listen === 'supervise') setTimeout(() => void loadSender(), limits.loadSenderAfterMs).unref();
  const all = { ...parts, watch, reachable, holder: await holding };
  const idle = () => untilIdle(context, { inbox: inboxBell, others: [reachable, receipts, mail, parcels] });
  return {
    ...createCalls(context, { mail, changes, indexing, idle }),
    state: context.state,
    idle,
    listening: reachable.listening,
    close: (end = {}) => closeAll(context, all, { keep: end.keepListening ?? false }),
  };
}

/** The parts of a client that have an end. */
type Parts = {
  readonly watch: InboxWatch;
  readonly indexing: Indexing;
  readonly showing: Pick<Showing, 'stop'>;
  readonly inboxBell: Bell;
  readonly receipts: Receipts;
  readonly mail: Mail;
  readonly parcels: Parcels;
  readonly reachable: Reachable;
  readonly holder: HomeHold;
};

async function closeAll(context: Context, parts: Parts, { keep }: { readonly keep: boolean }): Promise<void> {
  await parts.watch.close();
  await parts.indexing.close();
  parts.showing.stop();
  parts.inboxBell.stop();
  await parts.inboxBell.idle();
  parts.receipts.stop();
  await parts.receipts.idle();
  await parts.mail.close();
  // The listener keeps running alone, and sends nothing that the user did not write.
  if (keep)
    await turn(context, (work) => tellAddress(work, 'at once')).catch((error: unknown) =>
      alarm(context, error),
    );
  // The next client posts anything that the disk does not take now.
  await parts.parcels.close({ keep }).catch((error: unknown) => alarm(context, error));
  await parts.reachable.close({ keep });
  // In this order: the next client makes its own as soon as it has the database.
  await parts.holder.close();
  await context.takeTurn(() => context.database.close());
  letGoInbox(context.paths.inbox);
}

/** Takes up the work that an earlier client left in the files, and reports what is due, before anything is posted. */
async function takeUp(context: Context, parcels: Parcels): Promise<void> {
  await repair(context);
  await parcels.begin();
  await readKept(context);
  await announceIfDue(context);
}

/** Takes up the work that an earlier client had no time for. */
function beginWithWhatWaits(database: Database, parts: { mail: Mail; receipts: Receipts }): void {
  parts.mail.refresh(contactsWithMail(database));
  parts.receipts.owe(contactsOwed(database));
}

/** The context that the parts of one client share, before any of them runs. */
export function createContext(
  options: Omit<SessionOptions, 'listen'> & { readonly mapped?: Mapped },
  database: Database,
): Omit<Context, 'finish'> {
  const paths = homePaths(options.home);
  const { mapped = { place: '' } } = options;
  const context = {
    paths,
    config: inEffect({ ...options, database, paths, mapped }),
    mapped,
    configured: options.config,
    database,
    registrationId: Number(readSetting(database, 'registration-id')),
    kinds,
    state: createStore(initialState(options, database, mapped)),
    takeTurn: createTurns(),
    checkHeld: holdKeys(homePaths(options.home)),
    reach: new Map<number, Reach>(),
    windows: new Map<number, WindowPlace>(),
    unfinished: { withdrawn: null },
  };
  const contacts = reportContacts(database).map((contact) => viewContact(context, contact));
  context.state.update((state) => withContacts(state, contacts));
  return context;
}

function initialState(options: Omit<SessionOptions, 'listen'>, database: Database, mapped: Mapped): State {
  return {
    phase: 'opening',
    caughtUp: false,
    name: printableLine(readSetting(database, 'name')),
    fingerprint: fingerprint(currentIdentity(database).publicKey),
    address: printableLine(
      inEffect({ ...options, database, paths: homePaths(options.home), mapped }).address,
    ),
    passphrase: options.passphrase,
    listener: { phase: 'starting' },
    boxes: [],
    onion: { phase: 'off' },
    contacts: [],
    conversations: new Map(),
    queued: 0,
    quarantined: 0,
    hasEvents: true,
    alert: null,
  };
}

function alarm(context: Context, error: unknown): void {
  const failure = asFailure(error);
  if (!(failure instanceof ChatError)) throw error;
  const alert = printableLine(`${failure.message}: ${failure.hint}`);
  context.state.update((state) => ({ ...state, alert }));
}

function watchOwn({ paths, state }: Context, ring: () => void): ReturnType<typeof watchInbox> {
  const noticed = (how: Noticing): void => state.update((now) => ({ ...now, hasEvents: how === 'events' }));
  return watchInbox(paths.inbox, { ring, noticed });
}
