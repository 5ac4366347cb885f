import { setTimeout as after } from 'node:timers/promises';
import type { ScreenCalls } from '../core/calls.ts';
import { ChatError } from '../core/errors.ts';
import { checkName } from '../core/names.ts';
import { printableLine } from '../core/printable.ts';
import { isOfProxy } from '../core/proxy.ts';
import {
  isForeign,
  type Contact,
  type Delivery,
  type Joined,
  type Message,
  type MessageState,
} from '../core/types.ts';
import { changeContact, contactOf, contactSummary, isContact } from '../store/contacts.ts';
import { findSent } from '../store/messages.ts';
import { backup } from './trust/backup.ts';
import { block, unblock } from './trust/block.ts';
import { giveCard } from './pairing/card.ts';
import type { Changes } from './work/changes.ts';
import { readInTurn, turn, type Context } from './work/work.ts';
import { doctor } from './doctor/doctor.ts';
import type { Mail } from './sending/mail.ts';
import { findContact, isGoodLabel, isSkeletonFree } from './people/find-contact.ts';
import { erase } from './trust/erase.ts';
import { forget } from './trust/forget.ts';
import type { Indexing } from './people/indexing.ts';
import { invite, listLinks, takeBlob, withdrawLinks } from './pairing/links.ts';
import { createBoxCalls, listBoxes, tableIsThere } from './pairing/boxes.ts';
import { join } from './pairing/join.ts';
import { exportKey, importKey } from './trust/move-key.ts';
import { mute, notify } from './people/notify.ts';
import { moveWindow, openWindow } from './people/showing.ts';
import { markRead, read, seen } from './read.ts';
import { lookForPassphrase, reportKeys, reportStatus } from './reports.ts';
import { accept, decline } from './pairing/requests.ts';
import { revoke } from './trust/revoke.ts';
import { rotate } from './trust/rotation.ts';
import { pack } from './sending/pack.ts';
import { createSend } from './sending/send.ts';
import { reportContact, reportContacts, show, showFingerprint } from './people/show.ts';
import { verify } from './trust/verify.ts';
import { reportWire } from './wire.ts';
import { allDrafts, keepDraft } from '../store/drafts.ts';
import { fold } from '../core/fold.ts';
import { joinDrafts } from '../core/join-drafts.ts';
import { limits } from '../core/limits.ts';
import { searchTexts } from '../store/search.ts';

type Parts = {
  readonly mail: Mail;
  readonly changes: Changes;
  readonly indexing: Pick<Indexing, 'ring'>;
  readonly idle: () => Promise<void>;
};

/** Answers every call of core/calls.ts from one open client. */
export function createCalls(context: Context, parts: Parts): ScreenCalls {
  return {
    status: () => reportStatus(context),
    passphraseChanged: () => lookForPassphrase(context),
    contacts: () => readInTurn(context, reportContacts),
    keys: () => reportKeys(context),
    invite: (ask) => giveLink(context, ask),
    links: () => listLinks(context),
    withdraw: (ask) => withdrawLinks(context, ask.what),
    join: (ask) => joinAndReport(context, ask),
    accept: (ask) => accept(context, ask.contact),
    decline: (ask) => decline(context, ask.contact),
    send: createSend(context),
    read: (ask) => read(context, ask),
    seen: (ask) => seen(context, ask),
    search: (ask) => search(context, ask),
    doctor: () => doctor(context),
    wire: (ask) => reportWire(context, parts.mail, ask),
    wait: (ask) => waitForState(context, parts.changes, ask),
    changed: (ask) => parts.changes.next(ask.timeoutMs).then(() => null),
    untilIdle: (ask) =>
      Promise.race([parts.idle().then(() => true), after(ask.timeoutMs, false, { ref: false })]),
    rotate: () => rotateAndShow(context),
    exportKey: (ask) => exportKey(context, ask),
    importKey: (ask) => importKey(context, ask),
    backup: (ask) => backup(context, ask),
    revoke: () => revoke(context),
    pack: (ask) => pack(context, ask),
    ...createBoxCalls(context),
    retry() {
      parts.mail.retryNow();
      return Promise.resolve(null);
    },
    verify: (ask) => verify(context, ask),
    block: (ask) => block(context, ask),
    unblock: (ask) => unblock(context, ask),
    mute: (ask) => mute(context, ask),
    notify: (ask) => notify(context, ask),
    forget: (ask) => forget(context, ask).finally(parts.indexing.ring),
    erase: (ask) => erase(context, ask),
    rename: (ask) => rename(context, ask),
    openConversation: (contactId) => openWindow(context, contactId),
    drafts: () => readInTurn(context, allDrafts),
    keepDraft: (contactId, text) => storeDraft(context, contactId, () => text),
    addDraft: (contactId, text) => storeDraft(context, contactId, (kept) => joinDrafts(kept, text)),
    markRead: (contactId) => turn(context, (work) => markRead(work, contactId)),
    showAt: (contactId, at) => moveWindow(context, contactId, at),
  };
}

async function giveLink(
  context: Context,
  ask: Parameters<ScreenCalls['invite']>[0],
): ReturnType<ScreenCalls['invite']> {
  const made = ask.card ? await giveCard(context, ask) : await invite(context, ask);
  if (ask.byHand) return { ...made, blob: await takeBlob(context, made.link) };
  const place = made.link.slice(made.link.indexOf('@') + 1);
  const isMine = (await listBoxes(context)).some((box) => box.place === place);
  return isMine && !(await tableIsThere(context, place)) ? { ...made, waits: true } : made;
}

async function joinAndReport(context: Context, ask: Parameters<ScreenCalls['join']>[0]): Promise<Joined> {
  const { contactId, joined } = await join(context, ask);
  const contact = await readInTurn(context, (database) =>
    reportContact(database, contactSummary(database, contactId)),
  );
  return { ...contact, joined };
}

async function rotateAndShow(context: Context): ReturnType<ScreenCalls['rotate']> {
  const rotation = await rotate(context);
  await readInTurn(context, (database) => {
    showFingerprint(context);
    show(
      context,
      reportContacts(database).map((contact) => contact.id),
    );
  });
  return rotation;
}

async function waitForState(
  context: Context,
  changes: Changes,
  ask: { id: string; want: Wanted; timeoutMs: number },
): Promise<Delivery> {
  const until = performance.now() + ask.timeoutMs;
  for (;;) {
    const left = until - performance.now();
    const changed = changes.next(Math.max(0, left));
    const found = await readInTurn(context, (database) => findSent(database, ask.id));
    if (!found) throw new ChatError('message-unknown', printableLine(ask.id));
    if (left <= 0 || isFar(found.state, ask.want))
      return readInTurn(context, () => deliveryOf(context, found));
    await changed;
  }
}

function deliveryOf(
  { database, reach }: Context,
  { contactId, state }: { readonly contactId: number; readonly state: MessageState },
): Delivery {
  if (state !== 'queued') return { state };
  const { request, unknownSince, address } = contactOf(database, contactId);
  if (address === '') return { state, waits: 'by-hand' };
  if (request === 'sent') return { state, waits: 'asked' };
  if (unknownSince !== null) return { state, waits: 'unknown' };
  const reached = reach.get(contactId);
  if (reached?.kind !== 'away') return { state };
  if (isOfProxy(reached.reason)) return { state, waits: 'proxy' };
  return { state, waits: isForeign(reached.reason) ? 'elsewhere' : 'away' };
}

/** Tells whether a message reached the state that a caller waits for: `kept` is reached as soon as it has left this machine. */
type Wanted = Parameters<ScreenCalls['wait']>[0]['want'];

function isFar(state: MessageState, want: Wanted): boolean {
  if (want === 'kept') return state !== 'queued';
  return state === want || state === 'delivered' || state === 'failed';
}

async function rename(context: Context, ask: { contact: string; alias: string | null }): Promise<Contact> {
  return turn(context, (work) => {
    const contact = findContact(work.database, ask.contact);
    const alias = ask.alias === null ? null : checkName(ask.alias);
    const label = alias ?? contact.name;
    const isFree = alias === null ? isGoodLabel : isSkeletonFree;
    if (!isFree(work.database, label, contact.id)) throw new ChatError('name-taken', printableLine(label));
    changeContact(work.database, contact.id, { alias });
    work.touched.add(contact.id);
    return reportContact(work.database, contactSummary(work.database, contact.id));
  });
}

/** Keeps a draft in place of the kept one, unless its contact is gone. */
function storeDraft(context: Context, contactId: number, next: (kept: string) => string): Promise<void> {
  return turn(context, ({ database }) => {
    const kept = allDrafts(database).get(contactId) ?? '';
    if (isContact(database, contactId)) keepDraft(database, contactId, next(kept));
  });
}

/** The messages that contain a text, the newest last; none becomes read by it. Throws ChatError search-empty, contact-unknown. */
async function search(
  context: Context,
  ask: { readonly text: string; readonly contact?: string; readonly last?: number },
): Promise<readonly Message[]> {
  const { text, contact, last = limits.historyRows } = ask;
  if (fold(text).trim() === '') throw new ChatError('search-empty');
  if ([...text].length > limits.searchLetters)
    throw new ChatError('search-long', String(limits.searchLetters));
  return readInTurn(context, (database) => {
    const contactId = contact === undefined ? null : findContact(database, contact).id;
    return searchTexts(database, { text, contactId, last });
  });
}
