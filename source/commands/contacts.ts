import { printableLine } from '../core/printable.ts';
import type { Contact } from '../core/types.ts';
import { cellWidth } from '../core/width.ts';
import { print, say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';
import { contactJson, jsonLine, labelOf, stateWords, widestState } from './shapes.ts';

/** `contacts`: one contact a line. */
export async function contacts(call: Invocation): Promise<void> {
  const all = await withHome(call, 'read', ({ calls }) => calls.contacts());
  if (call.flags.json) {
    for (const contact of all) print(call, jsonLine(contactJson(contact)));
    return;
  }
  const width = Math.max(0, ...all.map((contact) => cellWidth(printableLine(labelOf(contact)))));
  for (const contact of all) print(call, contactLine(contact, width));
  if (all.length === 0) say(call, 'No contacts yet. cryptochat invite makes a link for someone.');
}

function contactLine(contact: Contact, width: number): string {
  const label = printableLine(labelOf(contact));
  const counts = [
    contact.unread > 0 ? `${contact.unread} unread` : '',
    contact.queued > 0 ? `${contact.queued} queued` : '',
    requestWords(contact),
  ];
  return [
    label + ' '.repeat(Math.max(0, width - cellWidth(label))),
    stateOf(contact).padEnd(widestState),
    contact.fingerprint,
    printableLine(contact.address || 'no address'),
    ...counts.filter(Boolean),
  ].join('  ');
}

function stateOf({ state, request }: Contact): string {
  if (state !== 'requested') return stateWords[state];
  return request === 'received' ? 'asks you' : 'you asked';
}

function requestWords({ state, request }: Contact): string {
  if (state !== 'requested') return '';
  return request === 'received' ? 'cryptochat accept or decline' : 'has not answered yet';
}
