import type { Contact, ContactView, Conversation, Reach, State } from '../../core/types.ts';
import { limits } from '../../core/limits.ts';
import { isMuteOver } from '../../core/notify-choice.ts';
import { printableLine } from '../../core/printable.ts';
import { fingerprint } from '../../protocol/fingerprint.ts';
import { contactKey } from '../../store/contact-keys.ts';
import { contactSummaries, contactSummary, isContact, type ContactSummary } from '../../store/contacts.ts';
import type { Database } from '../../store/database.ts';
import { currentIdentity } from '../../store/identities.ts';
import type { Context } from '../work/work.ts';
import { labelOf } from './find-contact.ts';
import { viewLastWords } from './last-words.ts';
import { ifChanged, isSameList, viewConversation } from './window.ts';

/** The fields of a contact that are reported as they are stored. */
const reported = [
  'id',
  'name',
  'alias',
  'state',
  'address',
  'epoch',
  'queued',
  'unread',
  'lastHeardAt',
  'lastActivityAt',
  'keyChangedAt',
  'request',
  'comparedAt',
  'unknownSince',
  'notifyWord',
] as const;

/** One contact as commands report it: raw texts, counts, times in ms since 1970. */
export function reportContact(database: Database, row: ContactSummary): Contact {
  const stored = Object.fromEntries(reported.map((field) => [field, row[field]])) as Pick<
    ContactSummary,
    (typeof reported)[number]
  >;
  // A mute that is over counts as that before the clockwork writes it.
  const isOver = isMuteOver(row, Date.now());
  return {
    ...stored,
    muted: row.muted === 1 && !isOver,
    mutedUntil: isOver ? null : row.mutedUntil,
    fingerprint: fingerprint(contactKey(database, row.id, row.epoch).identity),
    followed: row.namedEpoch >= currentIdentity(database).epoch,
  };
}

/** All contacts as commands report them, in the order they were made. */
export function reportContacts(database: Database): readonly Contact[] {
  return contactSummaries(database).map((row) => reportContact(database, row));
}

/** Brings the state up to date with the database for these contacts; inside a turn, after a commit. */
export function show(context: Context, contactIds: Iterable<number>): void {
  const ids = withoutForgotten(context, contactIds);
  if (ids.length === 0) return;
  const contacts = ids.map((id) =>
    viewContact(context, reportContact(context.database, contactSummary(context.database, id))),
  );
  const opened = ids.filter((id) => context.windows.has(id));
  const before = context.state.get().conversations;
  const conversations = opened.map((id) => [id, viewConversation(context, id, before.get(id))] as const);
  context.state.update((state) => withContacts(withConversations(state, conversations), contacts));
}

/** The contacts among these that still exist; the others are removed from the state. */
function withoutForgotten(context: Context, contactIds: Iterable<number>): readonly number[] {
  const [ids, gone] = [[], []] as [number[], number[]];
  for (const id of contactIds) (isContact(context.database, id) ? ids : gone).push(id);
  if (gone.length > 0) context.state.update((state) => withoutContacts(state, new Set(gone)));
  for (const known of [context.windows, context.reach]) for (const id of gone) known.delete(id);
  return ids;
}

function withoutContacts(state: State, gone: ReadonlySet<number>): State {
  const contacts = state.contacts.filter((contact) => !gone.has(contact.id));
  const conversations = new Map([...state.conversations].filter(([id]) => !gone.has(id)));
  return { ...state, contacts, conversations, queued: queuedTo(contacts) };
}

function queuedTo(contacts: readonly ContactView[]): number {
  return contacts.reduce((sum, contact) => sum + contact.queued, 0);
}

/** Shows the window of a conversation as if it had just been opened: messages that are unread now are new in it. */
export function showAnew(context: Context, contactId: number): void {
  const conversation = viewConversation(context, contactId, undefined);
  context.state.update((state) => withConversations(state, [[contactId, conversation]]));
}

/** Shows the fingerprint of the newest identity; inside a turn, after a commit. */
export function showFingerprint(context: Context): void {
  const mine = fingerprint(currentIdentity(context.database).publicKey);
  context.state.update((state) => ({ ...state, fingerprint: mine }));
}

/** Replaces the reachability of a contact in the state. */
export function showReach(context: Context, contactId: number, reach: Reach): void {
  context.reach.set(contactId, reach);
  context.state.update((state) => ({
    ...state,
    contacts: state.contacts.map((contact) => (contact.id === contactId ? { ...contact, reach } : contact)),
  }));
}

/** A contact with every text printable. */
export function viewContact(context: Pick<Context, 'database' | 'reach'>, contact: Contact): ContactView {
  const { name: _name, alias: _alias, address, ...rest } = contact;
  return {
    ...rest,
    ...viewLastWords(context.database, contact.id),
    label: printableLine(labelOf(contact), limits.nameCells),
    address: printableLine(address),
    reach: context.reach.get(contact.id) ?? { kind: 'unknown' },
  };
}

/** The state with these contacts new or changed, the one with the latest activity first. */
export function withContacts(state: State, changed: readonly ContactView[]): State {
  const known = new Map(state.contacts.map((contact) => [contact.id, contact]));
  for (const contact of changed) known.set(contact.id, ifChanged(known.get(contact.id), contact));
  const contacts = [...known.values()].toSorted(
    (one, other) => other.lastActivityAt - one.lastActivityAt || one.id - other.id,
  );
  if (isSameList(contacts, state.contacts)) return state;
  return { ...state, contacts, queued: queuedTo(contacts) };
}

function withConversations(state: State, changed: ReadonlyArray<readonly [number, Conversation]>): State {
  const news = changed.filter(([id, conversation]) => conversation !== state.conversations.get(id));
  if (news.length === 0) return state;
  return { ...state, conversations: new Map([...state.conversations, ...news]) };
}
