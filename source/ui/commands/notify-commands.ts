import { muteMs, notifyChoice, notifyWords } from '../../core/notify-choice.ts';
import type { Printable } from '../../core/types.ts';
import { printableLine } from '../../core/printable.ts';
import { isMuted, sayNotify, setNotify } from '../desk/set-notify.ts';
import { attempt, callsOf, sayError, type Desk, type Runs } from '../desk/desk.ts';
import { openNotify } from '../dialogs/notify.ts';
import { say } from '../text/line.ts';
import { contactIn, withContact } from './people-commands.ts';

/** The name that a line begins with, and the words after it; a line without a name is about the open conversation. */
function parts(desk: Desk, line: string, isWhen: (words: string) => boolean) {
  const named = contactIn(desk.facts.get().contacts, line);
  // People choose their own names: one like a time must not take what is meant for somebody else.
  if (named?.rest === '' && isWhen(line)) return sayBoth(desk, named.contact.label);
  if (named) return { name: named.contact.label, when: named.rest };
  return isWhen(line) ? { name: '', when: line } : { name: line, when: '' };
}

/** `/mute [NAME] [TIME]`; without a time it takes a mute back if there is one. */
function mute(desk: Desk, line: string): boolean {
  const said = parts(desk, line, (words) => muteMs(words) !== null);
  if (!said) return false;
  const { name, when } = said;
  const forMs = when === '' ? null : muteMs(when);
  if (when !== '' && forMs === null) return sayWhen(desk, when, '1h, 8h or 1d');
  return withContact(desk, name, (contact) => {
    const calls = callsOf(desk);
    if (!calls) return;
    const muted = forMs !== null || !isMuted(contact, desk);
    attempt(desk, async () => {
      const ask = { contact: String(contact.id), muted, ...(forMs !== null && { forMs }) };
      sayNotify(desk, contact.label, await calls.mute(ask));
    });
  });
}

/** `/notify [NAME] [WHEN]`; without a word about when it shows the choices. */
function notify(desk: Desk, line: string): boolean {
  const said = parts(desk, line, (words) => notifyChoice(words) !== null);
  if (!said) return false;
  const { name, when } = said;
  if (when === '') return withContact(desk, name, (contact) => openNotify(desk, contact));
  const choice = notifyChoice(when);
  if (!choice) return sayWhen(desk, when, notifyWords);
  return withContact(desk, name, (contact) => setNotify(desk, contact, choice));
}

function sayBoth(desk: Desk, label: Printable): null {
  sayError(desk, {
    text: say`${label} is a contact and says when`,
    hint: say`put the name of a contact before it`,
  });
  return null;
}

function sayWhen(desk: Desk, when: string, allowed: string): false {
  sayError(desk, {
    text: say`${printableLine(when, 32)} does not say when`,
    hint: say`${printableLine(allowed)}`,
  });
  return false;
}

/** The commands that choose which messages notify the person. */
export const notifyCommands = { mute, notify } as const satisfies Runs;
