import { setTimeout as pause } from 'node:timers/promises';
import { createBell } from '../core/bell.ts';
import { atMultiple } from '../core/every.ts';
import { limits } from '../core/limits.ts';
import type { Intake } from '../inbox/deliver.ts';
import {
  createMailboxReader,
  linksVersion,
  watchMailboxes,
  writeReach,
  type Mailbox,
} from '../inbox/mailboxes.ts';
import { createVoucherReader } from '../inbox/boxes.ts';
import type { Reporting } from '../inbox/reporting.ts';
import { startCollecting, type Collecting } from './collect.ts';

/** The collecting for one home; `close` gives the hosts a moment to receive the latest changes. */
export type Collectors = {
  /** This machine has moved or slept. */
  readonly moved: () => void;
  /** Tells whether this home collects from any mailbox. */
  readonly areAny: () => boolean;
  readonly close: () => Promise<void>;
};

/** What else a listener knows, and does. */
type Reports = {
  readonly reporting: Reporting;
  /** Something in the inbox has changed. */
  readonly seen: () => void;
  /** From now on this home collects. */
  readonly began: () => void;
};

/** Collects from every mailbox that the client of this inbox names, and reports their state in reach.json. PROTOCOL.md "Boxes". */
export function startCollectors(inbox: string, intake: Intake, reports: Reports): Collectors {
  const running = new Map<string, Collecting>();
  const report = createReport(inbox, running);
  const isAnyFull = (): boolean => [...running.values()].some((collecting) => collecting.isFull());
  const changed = (): void => {
    report.changed();
    if (isAnyFull()) looking.ring();
  };
  const home = { inbox, intake, vouchers: createVoucherReader(inbox), changed };
  const readMailboxes = createMailboxReader(inbox);
  const numberOf = createNumbers();

  const follow = async (): Promise<void> => {
    const mailboxes = await readMailboxes();
    const wanted = new Map(mailboxes.map((mailbox) => [keyOf(mailbox), mailbox]));
    const wasNone = running.size === 0;
    if (closeOthers(running, wanted)) report.changed();
    for (const [key, mailbox] of wanted) {
      const started = running.has(key) ? null : startCollecting(home, mailbox);
      if (started) running.set(key, started);
    }
    if (running.size === 0) return;
    if (wasNone) reports.began();
    const parts = [numberOf(await intake.slots()), numberOf(await home.vouchers()), linksVersion(inbox)];
    const version = parts.join(' ');
    for (const collecting of running.values()) collecting.look(version);
  };
  const looking = keepLooking(inbox, follow, { ...reports, isAnyFull });
  return {
    moved() {
      for (const collecting of running.values()) collecting.moved();
    },
    areAny: () => running.size > 0,
    async close() {
      await looking.close();
      await follow().catch(() => undefined);
      const settled = Promise.all([...running.values()].map((collecting) => collecting.settled()));
      await Promise.race([settled, pause(limits.boxSettleMs)]);
      for (const collecting of running.values()) collecting.close();
      report.close();
    },
  };
}

/** Ends the collecting from mailboxes that are not wanted any more; tells whether there were any. */
function closeOthers(running: Map<string, Collecting>, wanted: ReadonlyMap<string, Mailbox>): boolean {
  const others = [...running].filter(([key]) => !wanted.has(key));
  for (const [key, collecting] of others) {
    collecting.close();
    running.delete(key);
  }
  return others.length > 0;
}

/** Two mailboxes with the same key are collected from in the same way. */
function keyOf({ place, seal, proxy }: Mailbox): string {
  return `${place} ${Buffer.from(seal).toString('hex')} ${proxy}`;
}

type Looking = { readonly ring: () => void; readonly close: () => Promise<void> };

/**
 * Looks whenever the system reports a change in the files that matter here, and now and then anyway, because an event may have been
 * missed. Mail that leaves and makes room causes no event, so a full slot is checked every half second.
 */
function keepLooking(
  inbox: string,
  look: () => Promise<void>,
  { reporting, seen, isAnyFull }: Reports & { readonly isAnyFull: () => boolean },
): Looking {
  let cancel: (() => void) | undefined;
  const lookAgain = (isSeen: boolean): void => {
    const isTold = isSeen && watch.isWhole() && !isAnyFull();
    cancel?.();
    cancel = atMultiple(isTold ? reporting.lookMs() : limits.boxLookMs, bell.ring);
  };
  const lookAndWait = (): Promise<void> =>
    look().then(
      () => lookAgain(true),
      () => lookAgain(false),
    );
  const bell = createBell(lookAndWait, () => undefined);
  const ring = (): void => {
    seen();
    bell.ring();
  };
  const watch = watchMailboxes(inbox, { came: reporting.came, ring });
  bell.ring();
  return {
    ring: bell.ring,
    async close() {
      bell.stop();
      await bell.idle();
      cancel?.();
      watch.close();
    },
  };
}

/** Returns one number for each object; a file that was read again is a new object. */
function createNumbers(): (read: object) => number {
  const numbers = new WeakMap<object, number>();
  let count = 0;
  return (read) => {
    const number = numbers.get(read) ?? (count += 1);
    numbers.set(read, number);
    return number;
  };
}

type Report = { readonly changed: () => void; readonly close: () => void };

/** Writes reach.json when its content has news, and otherwise every few seconds at most. */
function createReport(inbox: string, running: ReadonlyMap<string, Collecting>): Report {
  let timer: NodeJS.Timeout | undefined;
  let said = '';
  let writtenAt = -Infinity;
  const write = async (): Promise<void> => {
    const reached = [...running.values()].map((collecting) => collecting.reached());
    const news = JSON.stringify(reached.map(({ place, reason, tableAt }) => [place, reason, tableAt]));
    if (news === said && performance.now() - writtenAt < limits.reachEveryMs) return;
    [said, writtenAt] = [news, performance.now()];
    await writeReach(inbox, reached).catch(() => undefined);
  };
  return {
    changed() {
      timer ??= setTimeout(() => {
        timer = undefined;
        void write();
      }, limits.reachDelayMs);
    },
    close: () => clearTimeout(timer),
  };
}
