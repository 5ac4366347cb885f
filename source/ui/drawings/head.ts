import type { ContactView } from '../../core/state.ts';
import type { Printable } from '../../core/types.ts';
import { fitLine, type Line, lineWidth, span } from '../line.ts';
import { contactStates } from '../states.ts';
import { joined, say } from '../text/say.ts';
import { ago, ahead } from '../text/times.ts';

/** Who this is, how sure that is, and when they were last heard: in words, never a green dot by guess. */
export function headLine(contact: ContactView, now: number, columns: number): Line {
  const { words, look } = contactStates[contact.state];
  const base: Line = [span(say` ${contact.label}`, 'strong'), span(say`   `), span(words, look)];
  const facts = [keysOf(contact, now), heard(contact, now)].filter((text) => text !== '');
  for (const some of [facts, facts.slice(-1)]) {
    const full: Line = [...base, span(say`   ${joined(some, say` · `)}`, 'dim')];
    if (lineWidth(full) <= columns) return full;
  }
  return fitLine(base, columns);
}

function keysOf(contact: ContactView, now: number): Printable {
  if (contact.keyChangedAt !== null) return say`keys rotated ${ago(contact.keyChangedAt, now)}`;
  return contact.followed ? say`` : say`not on your new key yet`;
}

function heard(contact: ContactView, now: number): Printable {
  const { reach, lastHeardAt, queued } = contact;
  if (reach.kind === 'away') return say`away, next try ${ahead(reach.nextTryAt, now)}`;
  const answeredAt = reach.kind === 'answered' ? reach.at : 0;
  const heardAt = Math.max(answeredAt, lastHeardAt ?? 0);
  if (heardAt === 0) return queued > 0 ? say`not reached yet` : say`never heard yet`;
  const age = ago(heardAt, now);
  return reach.kind === 'answered' ? say`answered ${age}` : say`last heard ${age}`;
}
