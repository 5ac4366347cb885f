import type { WindowPlace } from '../core/state.ts';
import { isContact } from '../store/contacts.ts';
import { spotOf } from '../store/pages.ts';
import { look } from './context.ts';
import type { Context } from './context.ts';
import { show, showAnew } from './show.ts';
import { openingPlace } from './window.ts';

/** Shown here and now, before it is marked read: the window must know what was new. */
export function openWindow(context: Context, contactId: number): Promise<void> {
  return look(context, (database) => {
    if (!isContact(database, contactId)) return;
    context.windows.set(contactId, openingPlace(database, contactId));
    showAnew(context, contactId);
  });
}

/** Moves the window of a conversation that was opened; around a message that is gone it stays where it is. */
export function moveWindow(context: Context, contactId: number, at: WindowPlace): Promise<void> {
  return look(context, (database) => {
    if (!context.windows.has(contactId)) return;
    if (typeof at === 'number' && !spotOf(database, contactId, at)) return;
    context.windows.set(contactId, at);
    show(context, [contactId]);
  });
}
