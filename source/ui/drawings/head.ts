import { isOfProxy, isOfTor } from '../../core/proxy.ts';
import { endWords, isMutedAt } from '../../core/notify-choice.ts';
import { printableLine } from '../../core/printable.ts';
import { isForeign, type ContactView, type Printable, type Reach } from '../../core/types.ts';
import { joined, lineWidth, say, span, type Line } from '../text/line.ts';
import { standingOf } from '../model/view.ts';
import { fit } from '../text/cells.ts';
import { ahead, past, stamp } from '../text/times.ts';

const minute = 60_000;

/** One fact, in full and in short; both may be empty. */
type Fact = readonly [full: Printable, short: Printable];

/**
 * The contact's name, how sure it is, and when they were last heard: in words, never as a guess in the form of a green dot. If there
 * is no room for all of it, presence is said in fewer words first, then the age of the key, then how sure the name is; this last part
 * is never left out.
 */
export function headLine(
  contact: ContactView,
  now: number,
  columns: number,
  nameIn: (columns: number) => Printable = (room) => fit(contact.label, room),
): Line {
  const { words, short, sign, look } = standingOf(contact);
  const keys = keysOf(contact, now);
  const presence = presenceOf(contact, now);
  const muted = mutedWords(contact, now);
  const heard: Fact = [say`${presence[0]}${muted[0]}`, say`${presence[1]}${muted[1]}`];
  const whole = nameIn(Infinity);
  const choices: ReadonlyArray<readonly [Printable, ...Printable[]]> = [
    [words, keys[0], heard[0]],
    [words, keys[0], heard[1]],
    [words, keys[1], heard[1]],
    [words, heard[1]],
    [short, keys[1], heard[1]],
    [short, heard[1]],
    [short, keys[1]],
  ];
  for (const [state, ...facts] of choices) {
    const said = facts.filter((text) => text !== '');
    const rest = said.length > 0 ? [span(say`   ${joined(said, say` · `)}`, 'dim')] : [];
    const full: Line = [
      span(say` ${whole}`, 'strong'),
      span(say`   `),
      span(say`${state} ${sign}`, look),
      ...rest,
    ];
    if (lineWidth(full) <= columns) return full;
  }
  const state = [span(say`   `), span(say`${short} ${sign}`, look)];
  return [span(say` ${nameIn(columns - lineWidth(state) - 1)}`, 'strong'), ...state];
}

/** The ages in the line about a contact. */
export function agesOf(contact: ContactView, now: number): Printable {
  return joined([...keysOf(contact, now), ...presenceOf(contact, now), ...mutedWords(contact, now)], say` `);
}

/** Tells whether one of these ages may read otherwise within a minute. */
export function agesSoon(
  { reach, lastHeardAt, keyChangedAt, mutedUntil }: ContactView,
  now: number,
): boolean {
  const answeredAt = reach.kind === 'answered' ? reach.at : null;
  const isNew = [answeredAt, lastHeardAt, keyChangedAt].some((at) => at !== null && now - at < 2 * minute);
  return isNew || reach.kind === 'away' || mutedUntil !== null;
}

/** Words about a mute, and when it ends; empty without one. */
function mutedWords(contact: ContactView, now: number): Fact {
  if (!isMutedAt(contact, now)) return [say``, say``];
  const until = contact.mutedUntil;
  const end = until === null ? say`` : say` until ${printableLine(endWords(until, now))}`;
  return [say` · muted${end}`, say` · muted`];
}

function keysOf(contact: ContactView, now: number): Fact {
  if (contact.keyChangedAt !== null) {
    const age = past(contact.keyChangedAt, now);
    return [say`keys rotated ${age}`, say`new key ${age}`];
  }
  return contact.followed ? [say``, say``] : [say`not on your new key yet`, say`on your old key`];
}

function presenceOf(contact: ContactView, now: number): Fact {
  const { reach, lastHeardAt, queued, unknownSince } = contact;
  if (unknownSince !== null)
    return [say`no longer knows you, since ${stamp(unknownSince, now)}`, say`does not know you`];
  if (reach.kind === 'away') return awayOf(reach, now);
  const answeredAt = reach.kind === 'answered' ? reach.at : 0;
  const heardAt = Math.max(answeredAt, lastHeardAt ?? 0);
  if (heardAt === 0)
    return queued > 0
      ? [say`not reached yet`, say`not reached`]
      : [say`not heard from yet`, say`not heard yet`];
  const age = past(heardAt, now);
  return reach.kind === 'answered'
    ? [say`answered ${age}`, say`answered ${age}`]
    : [say`last heard ${age}`, say`heard ${age}`];
}

function awayOf({ reason, nextTryAt }: Extract<Reach, { kind: 'away' }>, now: number): Fact {
  const next = say`next try ${ahead(nextTryAt, now)}`;
  if (isForeign(reason)) return [say`something else answers at their address, ${next}`, say`away`];
  return isOfProxy(reason)
    ? [say`${reason}, ${next}`, isOfTor(reason) ? say`Tor fails` : say`proxy fails`]
    : [say`away, ${next}`, say`away`];
}
