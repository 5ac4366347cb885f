import { muteMs, notifyChoice, notifyWords } from '../../core/notify-choice.ts';
import { printableLine } from '../../core/printable.ts';
import { isMuted, sayNotify, setNotify } from '../desk/set-notify.ts';
import { attempt, callsOf, sayError, slash, type Command, type Desk } from '../desk/desk.ts';
import { openNotify } from '../dialogs/notify.ts';
import { say } from '../text/line.ts';
import { contactIn, withContact } from './people-commands.ts';

/** The name that a line begins with, and the words after it; a line without a name is about the open conversation. */
function parts(desk: Desk, line: string, isWhen: (words: string) => boolean) {
  const named = contactIn(desk.facts.get().contacts, line);
  if (named) return { name: named.contact.label, when: named.rest };
  return isWhen(line) ? { name: '', when: line } : { name: line, when: '' };
}

/** `/mute [NAME] [TIME]`; without a time it takes a mute back if there is one. */
function mute(desk: Desk, line: string): boolean {
  const { name, when } = parts(desk, line, (words) => muteMs(words) !== null);
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
  const { name, when } = parts(desk, line, (words) => notifyChoice(words) !== null);
  if (when === '') return withContact(desk, name, (contact) => openNotify(desk, contact));
  const choice = notifyChoice(when);
  if (!choice) return sayWhen(desk, when, notifyWords);
  return withContact(desk, name, (contact) => setNotify(desk, contact, choice));
}

function sayWhen(desk: Desk, when: string, allowed: string): false {
  sayError(desk, {
    text: say`${printableLine(when, 32)} does not say when`,
    hint: say`${printableLine(allowed)}`,
  });
  return false;
}

/** The commands that choose which messages notify the person. */
export const notifyCommands: readonly Command[] = [slash('mute', mute), slash('notify', notify)];
