import type { Printable } from '../../core/types.ts';
import { nearestName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import { attempt, callsOf, countUse, sayError, sayNote, type Command, type Desk } from '../desk/desk.ts';
import { openDoctor } from '../dialogs/doctor.ts';
import { openHelp, select, selectUnread } from '../reading/reading.ts';
import { openInvite } from '../dialogs/invite.ts';
import { slashCommands, splitLink, type SlashName } from '../../core/slash-commands.ts';
import { openJoin } from '../dialogs/join.ts';
import { openKeys } from '../dialogs/keys.ts';
import { openRotate } from '../dialogs/rotate.ts';
import { openSearch } from '../dialogs/search.ts';
import { lock } from '../dialogs/unlock.ts';
import { showWire } from '../dialogs/wire.ts';
import { sent } from '../model/editor.ts';
import { boxCommands } from './box-commands.ts';
import { copyTheirs, exportOpen, packOpen, unpack } from './outside.ts';
import { sayPartOfLink, sayTooLong } from '../desk/pasting.ts';
import { notifyCommands } from './notify-commands.ts';
import { sendQueued } from './message-actions.ts';
import { contactIn, peopleCommands, sayUnknown } from './people-commands.ts';
import { setCommands } from './set-commands.ts';
import { say } from '../text/line.ts';
import { withoutToast } from '../model/toast.ts';
import { selectedContact, withDraft } from '../model/view.ts';

const opens = (open: (desk: Desk) => void) => (desk: Desk) => {
  open(desk);
  return true;
};

/** The commands of the screen, which shows your contacts all the time. */
type ScreenName = Exclude<SlashName, 'contacts'>;

const runs: Readonly<Record<ScreenName, Command['run']>> = {
  help: opens(openHelp),
  invite: opens(openInvite),
  join,
  ...boxCommands,
  msg: message,
  query,
  unread: opens(selectUnread),
  close: leave,
  find(desk, rest) {
    openSearch(desk, rest);
    return true;
  },
  copy: copyTheirs,
  export: exportOpen,
  pack: packOpen,
  unpack,
  rename,
  keys: opens(openKeys),
  rotate: opens(openRotate),
  ...peopleCommands,
  ...notifyCommands,
  wire: showWire,
  doctor: opens(openDoctor),
  retry: sendQueued,
  ...setCommands,
  lock: lockNow,
  quit: opens((desk) => desk.quit()),
};

/** Every command; the palette and the help screen list the same ones. */
export const commands: readonly Command[] = (Object.keys(slashCommands) as SlashName[])
  .filter((name): name is ScreenName => Object.hasOwn(runs, name))
  .map((name) => {
    const { wants, help } = slashCommands[name];
    return { name, wants: printableLine(wants), help: printableLine(help), run: runs[name] };
  });

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
  countUse(desk, command.name);
  desk.view.update(withoutToast);
  const contact = desk.view.get().selected ?? 0;
  if (!command.run(desk, rest.trim())) return;
  // A command that was typed while no conversation was open has come along to the one that it opened.
  desk.view.update((view) =>
    withDraft(view, view.drafts.has(contact) ? contact : (view.selected ?? 0), sent),
  );
}

/** Advice about `word`, which is not a command: the one command that begins with it, the nearest one, or the list of all. */
export function adviceFor(word: string): Printable {
  const names = commands.map(({ name }) => name);
  const begun = names.filter((name) => word !== '' && name.startsWith(word.toLowerCase()));
  const near = begun.length === 1 ? begun[0] : nearestName(word, names);
  const advice = !near ? say`/help lists them` : say`the nearest is /${printableLine(near)}`;
  return say`${advice}; two slashes send it as text`;
}

/** Takes the command itself out of the draft before locking: the draft of a locked screen comes back after it is unlocked. */
function lockNow(desk: Desk): boolean {
  desk.view.update((view) => withDraft(view, view.selected ?? 0, sent));
  lock(desk);
  return false;
}

/** The words after a whole link are the name for the contact; a link that was wrapped on its way contains blanks. */
function join(desk: Desk, rest: string): boolean {
  const { link, alias } = splitLink(rest);
  openJoin(desk, link, alias);
  return true;
}

function query(desk: Desk, rest: string): boolean {
  const found = contactIn(desk.facts.get().contacts, rest);
  if (!found) return sayUnknown(desk, rest);
  const { id, label, unread } = found.contact;
  desk.underway.named = id;
  select(desk, id);
  const news = unread > 0 ? say` · ${unread} unread` : say``;
  sayNote(desk, say`you are writing to ${label}${news}`, say``);
  return true;
}

function leave(desk: Desk): boolean {
  select(desk, null);
  sayNote(desk, say`the conversation is closed`, say`/query NAME opens one`);
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
  if (sayPartOfLink(desk, found.rest) || sayTooLong(desk, found.rest)) return false;
  attempt(desk, async () => {
    await calls.send({ contact: String(found.contact.id), text: found.rest });
    sayNote(desk, say`your message to ${found.contact.label} is on its way`, say``);
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
