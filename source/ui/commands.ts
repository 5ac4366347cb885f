import type { Printable } from '../core/types.ts';
import { nearestName } from '../core/names.ts';
import { printableLine } from '../core/printable.ts';
import { attempt, callsOf, type Command, type Desk, sayError, sayNote } from './desk.ts';
import { openHelp } from './dialogs/open.ts';
import { openInvite } from './dialogs/invite.ts';
import { openJoin } from './dialogs/join.ts';
import { openKeys } from './dialogs/keys.ts';
import { openRotate } from './dialogs/rotate.ts';
import { lock } from './dialogs/unlock.ts';
import { showWire } from './dialogs/wire.ts';
import { sent } from './editor.ts';
import { contactIn, peopleCommands, sayUnknown } from './people-commands.ts';
import { select } from './reading.ts';
import { say } from './text/say.ts';
import { selectedContact, withDraft } from './view.ts';

const opens = (open: (desk: Desk) => void) => (desk: Desk) => {
  open(desk);
  return true;
};

/** Every command; the palette and the help screen list the same ones. */
export const commands: readonly Command[] = [
  { name: 'help', wants: say``, help: say`keys and commands`, run: opens(openHelp) },
  {
    name: 'invite',
    wants: say``,
    help: say`make a link that lets one person add you`,
    run: opens(openInvite),
  },
  { name: 'join', wants: say`LINK`, help: say`add the person who made a link`, run: join },
  { name: 'msg', wants: say`NAME TEXT`, help: say`send to somebody else`, run: message },
  { name: 'query', wants: say`NAME`, help: say`go to a conversation`, run: query },
  {
    name: 'close',
    wants: say``,
    help: say`leave this conversation`,
    run: opens((desk) => select(desk, null)),
  },
  { name: 'rename', wants: say`NEW NAME`, help: say`give this contact a name of your own`, run: rename },
  { name: 'keys', wants: say``, help: say`your key, and the keys of your contacts`, run: opens(openKeys) },
  { name: 'rotate', wants: say``, help: say`make a new key and tell your contacts`, run: opens(openRotate) },
  ...peopleCommands,
  { name: 'wire', wants: say``, help: say`what the network saw of the newest message`, run: showWire },
  { name: 'retry', wants: say``, help: say`try everything that waits now`, run: retry },
  { name: 'lock', wants: say``, help: say`lock the screen until the passphrase is typed`, run: opens(lock) },
  { name: 'quit', wants: say``, help: say`leave; the listener may go on`, run: opens((desk) => desk.quit()) },
];

/** The commands that need no open client. */
const alwaysThere: ReadonlySet<string> = new Set(['help', 'quit']);

/** Runs `text`, a line that starts with a slash. An unknown command is an error, never sent; the draft is kept then. */
export function runCommand(desk: Desk, text: string): void {
  const [, name = '', rest = ''] = /^\/(\S*)\s*([^]*)$/.exec(text) ?? [];
  const command = commands.find((candidate) => candidate.name === name.toLowerCase());
  if (!command) {
    return sayError(desk, {
      text: say`there is no command /${printableLine(name, 24)}`,
      hint: adviceFor(name),
    });
  }
  if (!alwaysThere.has(command.name) && !callsOf(desk)) return;
  const contact = desk.view.get().selected ?? 0;
  if (command.run(desk, rest.trim())) desk.view.update((view) => withDraft(view, contact, sent));
}

/** What to do about `word`, which is no command: the nearest one, or the list of all. */
export function adviceFor(word: string): Printable {
  const near = nearestName(
    word,
    commands.map(({ name }) => name),
  );
  const advice = near === null ? say`/help lists them` : say`the nearest is /${printableLine(near)}`;
  return say`${advice}; two slashes send it as text`;
}

function join(desk: Desk, rest: string): boolean {
  openJoin(desk, rest);
  return true;
}

function query(desk: Desk, rest: string): boolean {
  const found = contactIn(desk.facts.get().contacts, rest);
  if (!found) return sayUnknown(desk, rest);
  select(desk, found.contact.id);
  return true;
}

function message(desk: Desk, rest: string): boolean {
  const found = contactIn(desk.facts.get().contacts, rest);
  if (!found) return sayUnknown(desk, rest);
  const calls = callsOf(desk);
  if (!calls) return false;
  if (found.rest === '') {
    sayError(desk, { text: say`there is nothing to send`, hint: say`/msg NAME TEXT` });
    return false;
  }
  attempt(desk, async () => {
    await calls.send({ contact: String(found.contact.id), text: found.rest });
  });
  return true;
}

function rename(desk: Desk, rest: string): boolean {
  const contact = selectedContact(desk.view.get(), desk.facts.get());
  const calls = callsOf(desk);
  if (!calls) return false;
  if (!contact) {
    sayError(desk, { text: say`no conversation is open`, hint: say`/query NAME opens one` });
    return false;
  }
  attempt(desk, async () => {
    const { alias, name } = await calls.rename({
      contact: String(contact.id),
      alias: rest === '' ? null : rest,
    });
    sayNote(desk, say`${contact.label} is now called ${printableLine(alias ?? name)}`, say``);
  });
  return true;
}

function retry(desk: Desk): boolean {
  const calls = callsOf(desk);
  if (!calls) return false;
  attempt(desk, async () => {
    await calls.retry();
    sayNote(desk, say`trying everything that waits`, say``);
  });
  return true;
}
