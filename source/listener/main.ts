/**
 * The second program: `main.ts --inbox DIR --host HOST --port PORT --build HASH`, started under `node --permission`. With an empty HOST
 * it only collects; with `--map` it has the router map its port. PROTOCOL.md §8.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { parseArgs } from 'node:util';
import { every } from '../core/every.ts';
import { limits } from '../core/limits.ts';
import { codeOf } from '../disk/files.ts';
import { createBoxes, type Boxes } from '../inbox/boxes.ts';
import { openIntake, type Intake } from '../inbox/deliver.ts';
import { createReporting, isInboxHere } from '../inbox/reporting.ts';
import { startCarrying } from './carry.ts';
import { startCollectors, type Collectors } from './collectors.ts';
import { followMoves } from './follow-moves.ts';
import { keepMapped } from './keep-mapped.ts';
import { createMailServer } from './server.ts';

process.umask(0o077);
// The program that started it may be gone; with nobody to tell, the listener carries on.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);
process.on('uncaughtException', fail);
await run();

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      inbox: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      build: { type: 'string', default: '' },
      map: { type: 'boolean', default: false },
    },
  });
  const { inbox, host, port, build, map } = values;
  if (!inbox || host === undefined || !port || !/^\d{1,5}$/.test(port))
    throw new TypeError('--inbox, --host and --port are needed');
  const reporting = createReporting(inbox);
  const [needs, movers] = [[() => map], [] as Array<() => void>];
  const moves = followMoves(inbox, {
    moved() {
      for (const move of movers) move();
    },
    ended: () => carrying.clientEnded(),
    isNeeded: () => needs.some((isNeeded) => isNeeded()),
    lookMs: reporting.lookMs,
  });
  const { isTold, look: began } = moves;
  const carrying = startCarrying(inbox, { reporting, isClientHeard: isTold, began });
  const intake = hearing(await openIntake(inbox), carrying.heard);
  const boxes = createBoxes(inbox);
  // Without a host it accepts nothing and only collects.
  const server = host === '' ? null : createMailServer(intake, boxes);
  const address = server ? await listen(server, host, Number(port)) : { host, port: 0 };
  const seen = (): void => {
    moves.look();
    if (!isInboxHere(inbox)) void look(intake, leave);
  };
  const collectors = startCollectors(inbox, intake, { reporting, seen, began });
  const kept = map ? [keepMapped(inbox, address.port)] : [];
  needs.push(carrying.isAny, collectors.areAny);
  movers.push(carrying.moved, collectors.moved, ...kept.map((one) => one.moved));
  const leave = (): Promise<void> => end(server, intake, [collectors, carrying, ...kept]);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void leave());
  every(reporting.lookMs, () => void look(intake, leave));
  // This timer keeps a process alive that has no server and only collects.
  setInterval(() => void lookAtBoxes(boxes), limits.boxesLookMs);
  void lookAtBoxes(boxes);
  await intake.announce({ ...address, build });
  say({ listening: { ...address, pid: process.pid } });
}

/** The intake, with a callback for the slot of each arrival. */
function hearing(intake: Intake, heard: (slotId: string) => void): Intake {
  return {
    ...intake,
    async deliver(place, ...envelopes) {
      const outcome = await intake.deliver(place, ...envelopes);
      if (outcome === 'stored') heard(place.slotId);
      return outcome;
    },
  };
}

/** Counts again; when the inbox is gone or has been replaced, nothing is left to do here. */
async function look(intake: Intake, leave: () => Promise<void>): Promise<void> {
  try {
    await intake.recount();
  } catch (error) {
    if (!['ENOENT', 'EREPLACED'].includes(codeOf(error))) return;
    say({ failed: { code: codeOf(error), message: messageOf(error) } });
    await leave();
  }
}

/** If the disk does not allow it now, it is checked again later. */
async function lookAtBoxes(boxes: Boxes): Promise<void> {
  await boxes.look().catch(() => undefined);
}

/** Listens, and returns the place as it was requested; `::` means every address, even on a machine without IPv6. */
async function listen(server: Server, host: string, port: number): Promise<{ host: string; port: number }> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const missing = ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(codeOf(error));
    if (host !== '::' || !missing) throw error;
    return listen(server, '0.0.0.0', port);
  }
  const address = server.address();
  return { host, port: typeof address === 'object' ? (address?.port ?? port) : port };
}

/** Gives the requests under way a moment to finish. */
async function end(
  server: Server | null,
  intake: Intake,
  others: ReadonlyArray<Pick<Collectors, 'close'>>,
): Promise<void> {
  const closed = server ? close(server) : null;
  await Promise.all(others.map((other) => other.close()));
  await intake.leave().catch(() => undefined);
  await closed;
  process.exit(0);
}

async function close(server: Server): Promise<void> {
  setTimeout(() => server.closeAllConnections(), limits.listenerLingerMs).unref();
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await closed;
}

/** Reports the reason and ends: after an unexpected error, a fresh process is the safer one. */
function fail(error: unknown): void {
  say({ failed: { code: codeOf(error) || 'EFAILED', message: messageOf(error) } });
  // A system error has been reported in full; only a bug needs its place in the code.
  if (error instanceof Error && 'syscall' in error) process.exit(1);
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`, () => process.exit(1));
}

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
