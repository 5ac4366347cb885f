import type { OnionState } from '../../core/own-onion.ts';
import type { ListWidth } from '../../core/settings.ts';
import type { Printable, State } from '../../core/types.ts';
import { fitLine, joined, lineWidth, say, span, spread, type Line, type Look } from '../text/line.ts';
import { printableLine } from '../../core/printable.ts';
import { sidebarColumns } from '../model/terminal.ts';
import { requestsOf } from './sidebar.ts';

const hostColumns = 45;

/** The first row: your name, whether messages can come in, whether the disk is locked, and counts of everything that waits. */
export function titleLine(facts: State, columns: number, list?: ListWidth): Line {
  const { words, short, look } = listening(facts);
  const name: Line =
    facts.name === '' ? [span(say` cryptochat`, 'strong')] : [span(say` ${facts.name}`, 'strong')];
  const ends = countsOf(facts, sidebarColumns(columns, list) > 0).map((text): Line => [
    ...lockOf(facts, text),
    span(text),
    span(say` `),
  ]);
  const beside = besideOf(facts);
  for (const state of [joined([words, ...beside], say` · `), joined([short, ...beside], say` · `), short]) {
    const left: Line = [...name, span(say`  `), span(say`●`, look), span(say` ${state}`, 'dim')];
    for (const end of ends) if (lineWidth(left) + lineWidth(end) < columns) return spread(left, end, columns);
  }
  return fitLine([...name, span(say`  `), span(say`●`, look), span(say` ${short}`, 'dim')], columns);
}

/** Marks a home that has no passphrase, for as long as it has none. */
function lockOf(facts: State, after: Printable): Line {
  if (facts.phase === 'opening' || facts.passphrase) return [];
  return [span(say`no passphrase`, 'bad'), span(after === '' ? say`` : say` · `)];
}

/**
 * Counts of everything that waits, in words; then of the unread messages alone, for narrow screens. Requests are in the sidebar where
 * there is one.
 */
function countsOf(facts: State, hasList: boolean): readonly Printable[] {
  const unread = facts.contacts.reduce((sum, contact) => sum + (contact.muted ? 0 : contact.unread), 0);
  const news = unread > 0 ? [say`${unread} unread`] : [];
  const requests = hasList ? [] : [requestsOf(facts)].filter((text) => text !== '');
  const counts = [
    ...requests,
    ...(facts.quarantined > 0 ? [say`${facts.quarantined} set aside`] : []),
    ...(facts.queued > 0 ? [say`${facts.queued} queued`] : []),
    ...news,
  ];
  return [joined(counts, say` · `), joined([...requests, ...news], say` · `)];
}

/** The ways in beside the listener, each in a few words. */
function besideOf({ boxes, onion }: State): readonly Printable[] {
  return [
    ...onionOf(onion),
    ...boxes.map(({ host, isAway }) => (isAway ? say`mailbox ${host} away` : say`mailbox ${host}`)),
  ];
}

/** The state of our own Tor, in a word or two. */
function onionOf(onion: OnionState): readonly Printable[] {
  if (onion.phase === 'off') return [];
  if (onion.phase === 'failed') return [say`no Tor`];
  if (onion.phase === 'starting') return [say`onion starting`];
  return [onion.percent < 100 ? say`onion ${onion.percent} %` : say`onion`];
}

function listening({ listener, address, boxes, phase }: State): {
  readonly words: Printable;
  readonly short: Printable;
  readonly look: Look;
} {
  if (listener.phase === 'starting')
    return { words: say`starting to listen`, short: say`starting`, look: 'dim' };
  if (listener.phase === 'failed') {
    return { words: say`not listening: ${listener.reason}`, short: say`not listening`, look: 'bad' };
  }
  if (address === '' && phase === 'ready')
    return { words: say`nobody can reach you`, short: say`not reachable`, look: 'bad' };
  const isAway = boxes.length > 0 && boxes.every((box) => box.isAway);
  if (listener.host === '')
    return { words: say`collecting`, short: say`collecting`, look: isAway ? 'bad' : 'good' };
  const host = hostOf(listener.host);
  return { words: say`listening on ${host}:${listener.port}`, short: say`listening`, look: 'good' };
}

/** The host as the listener tells it, and the listener is the program that strangers talk to. */
function hostOf(host: string): Printable {
  return printableLine(host.includes(':') ? `[${host}]` : host, hostColumns);
}
