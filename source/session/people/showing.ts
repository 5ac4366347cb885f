import { createPacer } from '../../core/pace.ts';
import { limits } from '../../core/limits.ts';
import { readInTurn, type Context } from '../work/work.ts';
import { show, showAnew } from './show.ts';
import { heldBackForMs, openingPlace } from './window.ts';
import type { WindowPlace } from '../../core/types.ts';
import { isContact } from '../../store/contacts.ts';
import { spotOf } from '../../store/pages.ts';

/** Keeps the state up to date with every commit. */
export type Showing = {
  /** Shows these contacts: now, or in a stream of changes together with the next ones; inside a turn, after its commit. */
  readonly touch: (contactIds: Iterable<number>) => void;
  readonly stop: () => void;
};

/** Reading a window of a conversation costs more than the commit that changed it, so a stream is shown at a pace. */
export function createShowing(context: Context): Showing {
  const pacer = createPacer(limits.showPace);
  const touched = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const later = (waitMs: number): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void context.takeTurn(() => showTouched());
    }, waitMs);
  };
  const showTouched = (): void => {
    if (stopped || touched.size === 0) return;
    const contactIds = [...touched];
    touched.clear();
    pacer.count();
    const start = performance.now();
    show(context, contactIds);
    for (const contactId of contactIds) showHeldBackLater(contactId);
    pacer.took(performance.now() - start);
  };
  /** A message that is held back because its predecessor is missing is shown when its wait is over. */
  const showHeldBackLater = (contactId: number): void => {
    const waitMs = context.windows.has(contactId) ? heldBackForMs(context.database, contactId) : null;
    if (waitMs === null) return;
    const held = setTimeout(() => {
      if (!stopped) void context.takeTurn(() => show(context, [contactId]));
    }, waitMs + 1);
    held.unref();
  };
  return {
    touch(contactIds) {
      for (const contactId of contactIds) touched.add(contactId);
      const waitMs = pacer.waitMs();
      if (waitMs <= 0) showTouched();
      else if (!stopped) later(waitMs);
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Opens a conversation, and shows it here and now, before it is marked read: the window must know what was new. */
export function openWindow(context: Context, contactId: number): Promise<void> {
  return readInTurn(context, (database) => {
    if (!isContact(database, contactId)) return;
    context.windows.set(contactId, openingPlace(database, contactId));
    showAnew(context, contactId);
  });
}

/** Moves the window of a conversation that was opened; around a message that is gone it stays where it is. */
export function moveWindow(context: Context, contactId: number, at: WindowPlace): Promise<void> {
  return readInTurn(context, (database) => {
    if (!context.windows.has(contactId)) return;
    if (typeof at === 'number' && !spotOf(database, contactId, at)) return;
    context.windows.set(contactId, at);
    show(context, [contactId]);
  });
}
