import type { Check } from '../../core/check.ts';
import { ChatError, isOfDisk } from '../../core/errors.ts';
import type { Bytes } from '../../core/types.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { readInTurn, type Context } from '../work/work.ts';
import { connectControl } from '../control/client.ts';
import { loadConfig } from '../home/config.ts';
import { inEffectOutside } from '../home/in-effect.ts';
import { openDatabaseCopy } from '../home/database-copy.ts';
import { isMoved } from '../control/gate.ts';
import { homePaths, refuseMissing } from '../control/home-paths.ts';
import { unlock, type AskPassphrase, type Key } from '../home/unlock.ts';
import { allContacts } from '../../store/contacts.ts';
import type { Facts, MachineFacts } from './facts.ts';
import { gatherLent, gatherMailboxes } from './gather-boxes.ts';
import { gatherMachine, gatherOwn, gatherPeople } from './gather.ts';
import { checkBoxes } from './check-boxes.ts';
import { checkBugs, checkClock, checkEvents, checkHome, checkKey } from './check-home.ts';
import { checkNetwork } from './check-network.ts';
import { checkPeople } from './check-people.ts';

/** Checks an open client: why contacts can or cannot be reached. */
export async function doctor(context: Context): Promise<readonly Check[]> {
  const machine = await gatherMachine(context);
  const { hasEvents } = context.state.get();
  const lent = await gatherLent(context.paths.inbox, machine.places, await readInTurn(context, allContacts));
  return readInTurn(context, (database) =>
    examine({
      machine,
      ...gatherOwn(database),
      lent,
      mailboxes: gatherMailboxes(database, machine.reached),
      people: gatherPeople(database, context.reach),
      hasEvents,
    }),
  );
}

/** How long to wait for another program that neither answers nor releases the home, because it is just opening or closing it. */
const patienceMs = 15_000;
const pauseMs = 30;

/**
 * Does the same for a home, no matter which process has it open: asks the client that runs there; where none runs, reads the database, and
 * sends and receives nothing. Throws the errors of unlock() and openDatabase().
 */
export async function examineHome(home: string, passphrase: AskPassphrase): Promise<readonly Check[]> {
  const until = Date.now() + patienceMs;
  let machine: MachineFacts | undefined;
  let key: Key | undefined;
  for (;;) {
    const served = await askRunning(home);
    if (served) return served;
    machine ??= await gatherOf(home);
    // Do not ask for the passphrase of a home that is refused anyway.
    if (machine.folders !== null) return examineOutside(machine);
    key ??= await unlock(home, passphrase);
    const found = await examineAlone(machine, key);
    if (found) return found;
    if (Date.now() > until) throw new ChatError('home-busy');
    await new Promise((done) => setTimeout(done, pauseMs));
  }
}

async function gatherOf(home: string): Promise<MachineFacts> {
  refuseMissing(home);
  const [paths, configured] = [homePaths(home), await loadConfig(home)];
  return gatherMachine({ paths, configured, config: await inEffectOutside(configured, paths) });
}

/** Null when no client runs, or it is just ending. */
async function askRunning(home: string): Promise<readonly Check[] | null> {
  const client = await connectControl(homePaths(home).control);
  if (!client) return null;
  try {
    await client.hello('none');
    return await client.calls.doctor();
  } catch (error) {
    if (isMoved(error)) return null;
    throw error;
  } finally {
    client.end();
  }
}

/** Null when another process has the database. */
async function examineAlone(machine: MachineFacts, { databaseKey }: Key): Promise<readonly Check[] | null> {
  const paths = homePaths(machine.home);
  try {
    const database = await openToRead(paths.database, databaseKey);
    try {
      return examine({
        machine,
        ...gatherOwn(database),
        lent: await gatherLent(paths.inbox, machine.places, allContacts(database)),
        mailboxes: gatherMailboxes(database, machine.reached),
        people: gatherPeople(database),
        hasEvents: null,
      });
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof ChatError && error.code === 'home-busy') return null;
    throw error;
  }
}

/** The database itself, or a copy where the disk is full or cannot be written. */
async function openToRead(file: string, key: Bytes): Promise<Database> {
  try {
    return openDatabase(file, key);
  } catch (error) {
    if (!isOfDisk(error)) throw error;
    return openDatabaseCopy(file, key);
  }
}

/** Draws every conclusion from the known facts: why contacts can or cannot be reached. Connects to nobody. */
export function examine(facts: Facts): readonly Check[] {
  const own = [checkClock(facts), checkKey(facts), ...checkEvents(facts), ...checkBugs(facts)];
  const hasBox = facts.mailboxes.some(({ isGranted }) => isGranted);
  return [...examineOutside(facts.machine, hasBox), ...own, ...checkBoxes(facts), ...checkPeople(facts)];
}

/** The checks on a home that was not opened. */
function examineOutside(machine: MachineFacts, hasBox = false): readonly Check[] {
  return [...checkNetwork(machine, hasBox), ...checkHome(machine)];
}
