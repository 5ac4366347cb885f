import {
  hasPartOfLink,
  slashCommands,
  splitLink,
  type SlashCommand,
  type SlashName,
} from '../../core/slash-commands.ts';
import { whoJoinsBy } from '../../core/place.ts';
import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import { box } from '../box.ts';
import { printChecks } from '../doctor.ts';
import { print, say } from '../invocation.ts';
import { oneLine } from './one-line.ts';
import { linePeopleCommands } from './people.ts';
import { chosenContact, isNothing, namedContact, runWithin, type After, type Talk } from './talk.ts';
import type { Contact } from '../../core/types.ts';
import { exportConversation } from '../export.ts';
import { lend } from '../lend.ts';
import { packedWords, packInto, pathOf, stays, takenWords, unpackFrom } from '../pouch.ts';
import { retry } from '../retry.ts';
import { noteSeen } from '../seen.ts';
import { inFives, labelOf, stateWords } from '../shapes.ts';
import { wire } from '../wire.ts';
import {
  settingNames,
  settings,
  shownText,
  valueFrom,
  type SettingName,
  type Settings,
} from '../../core/settings.ts';
import { changeSetting } from '../../session/home/change-setting.ts';
import { loadSettings } from '../../session/home/config.ts';

/** The action of a line command; `rest` is the text after its name. */
type Run = (talk: Talk, rest: string) => Promise<After>;

/** Lines of a conversation that /query shows. */
const recent = 10;
const foundLines = 20;

/** Lines have no clipboard without a control sequence, and no theme. */
type LineName = Exclude<SlashName, 'copy' | 'settings' | 'theme' | 'unread'>;

const runs: Readonly<Record<LineName, Run>> = {
  help,
  invite,
  join,
  box: boxInLines,
  lend: lendInLines,
  msg: sendTo,
  query: choose,
  async close(talk) {
    talk.current = 'nobody';
    say(talk.call, 'The conversation is closed; /query NAME opens one.');
  },
  contacts: listContacts,
  find,
  export: exportTo,
  pack: packTo,
  unpack: async ({ call }, file) => say(call, takenWords(await unpackFrom(call, pathOf(file)))),
  keys: showKeys,
  ...linePeopleCommands,
  wire: showWire,
  doctor: async ({ calls, call }) => printChecks(call, await calls.doctor()),
  retry: (talk) => runWithin(talk, retry, []),
  set: setInLines,
  lock,
  quit: () => Promise.resolve('quit'),
};

/** The commands of line mode, in the order of the list. */
export const lineCommands: ReadonlyArray<SlashCommand & { readonly name: string; readonly run: Run }> = (
  Object.keys(slashCommands) as SlashName[]
)
  .filter((name): name is LineName => Object.hasOwn(runs, name))
  .map((name) => ({ name, ...slashCommands[name], run: runs[name] }));

async function sendTo(talk: Talk, words: string): Promise<void> {
  const { contact, rest } = await namedContact(talk, words, () => true);
  if (rest === '') throw new ChatError('text-empty');
  if (hasPartOfLink(rest))
    throw new ChatError('usage', 'not sent: this has part of a link in it; /join takes the whole link');
  await talk.calls.send({ contact, text: rest });
}

async function choose(talk: Talk, words: string): Promise<void> {
  talk.current = 'nobody';
  if (words === '') throw new ChatError('usage', 'a name is missing: /query NAME');
  const { contact } = await namedContact(talk, words, isNothing);
  const found = (await talk.calls.contacts()).find(({ id }) => String(id) === contact);
  if (!found) throw new ChatError('contact-unknown', `there is no contact ${printableLine(words, 60)}`);
  const label = labelOf(found);
  await showRecent(talk, found, label);
  talk.current = found.id;
  say(talk.call, `Lines go to ${printableLine(label)} now.`);
}

/** The last lines, and before them all unread messages, however many. */
async function showRecent({ calls, call }: Talk, { id }: Contact, label: string): Promise<void> {
  const contact = String(id);
  const last = await calls.read({ contact, last: recent, peek: true });
  const known = new Set(last.map(({ row }) => row));
  const unread = await calls.read({ contact, unread: true, peek: true });
  const shown = [...unread.filter(({ row }) => !known.has(row)), ...last];
  for (const message of shown) print(call, oneLine(message, label));
  await noteSeen(call, calls, shown);
}

async function listContacts({ calls, call }: Talk): Promise<void> {
  const contacts = await calls.contacts();
  for (const contact of contacts) {
    const unread = contact.unread > 0 ? `, ${contact.unread} unread` : '';
    const queued = contact.queued > 0 ? `, ${contact.queued} queued` : '';
    print(call, `${printableLine(labelOf(contact))}: ${stateWords[contact.state]}${unread}${queued}`);
  }
  if (contacts.length === 0) say(call, 'No contacts yet. /invite makes a link for someone.');
}

async function find(talk: Talk, text: string): Promise<void> {
  if (text === '') throw new ChatError('usage', 'a text is missing: /find TEXT');
  const { contact, label } = await chosenContact(talk);
  const found = await talk.calls.search({ text, contact, last: foundLines });
  for (const message of found) print(talk.call, oneLine(message, label));
  if (found.length === 0) say(talk.call, 'No messages found.');
}

async function exportTo(talk: Talk, file: string): Promise<void> {
  const { contact, label } = await chosenContact(talk);
  const written = await exportConversation(talk.calls, { contact, label, file });
  say(talk.call, `Wrote ${written.messages} messages to ${printableLine(written.file)}.`);
  say(talk.call, 'They are not encrypted there.');
}

async function packTo(talk: Talk, file: string): Promise<void> {
  const { contact, label } = await chosenContact(talk);
  const packed = await packInto(talk.calls, { contact, file });
  say(
    talk.call,
    `${packedWords(packed)} packed for ${printableLine(label)} in ${printableLine(packed.file)}.`,
  );
  say(talk.call, stays);
}

async function showWire(talk: Talk): Promise<void> {
  const { contact, label } = await chosenContact(talk);
  const history = await talk.calls.read({ contact, peek: true });
  const newest = history.findLast(({ kind }) => kind === 'text');
  if (!newest) throw new ChatError('message-unknown', `of ${printableLine(label)} yet`);
  await runWithin(talk, wire, [newest.id]);
}

async function invite({ calls, call }: Talk): Promise<void> {
  const { link } = await calls.invite({});
  print(call, link);
  say(call, 'Send this link to one person over a channel you trust. It works once, for 14 days.');
  const kept = whoJoinsBy(link);
  if (kept !== null) say(call, kept);
}

/** A link that was wrapped on its way contains blanks. */
async function boxInLines(talk: Talk, rest: string): Promise<void> {
  const link = rest.replaceAll(/\s+/gu, '');
  await (link === '' ? runWithin(talk, box, [], { list: true }) : runWithin(talk, box, [link]));
}

function lendInLines(talk: Talk, size: string): Promise<void> {
  return runWithin(talk, lend, [], size === '' ? {} : { bytes: size });
}

function join(talk: Talk, rest: string): Promise<void> {
  const { link, alias } = splitLink(rest);
  return joinBy(talk, alias === '' ? { link } : { link, alias });
}

/** Joins with a link and turns to its maker. Until then, and if it fails, nobody is chosen. */
export async function joinBy(talk: Talk, ask: Parameters<Talk['calls']['join']>[0]): Promise<void> {
  talk.current = 'nobody';
  const contact = await talk.calls.join(ask);
  const label = printableLine(labelOf(contact));
  print(talk.call, `${label}: ${stateWords[contact.state]}`);
  talk.current = contact.id;
  say(talk.call, `Lines go to ${label} now.`);
}

async function showKeys({ calls, call }: Talk): Promise<void> {
  const report = await calls.keys();
  print(call, `you: key number ${report.epoch}, made ${report.created}`);
  print(call, `your digits, to read out: ${inFives(report.ownDigits)}`);
  for (const { name, state } of report.contacts) print(call, `${printableLine(name)}: ${stateWords[state]}`);
}

async function lock({ calls, isHolder }: Talk): Promise<After> {
  const { passphrase } = await calls.status();
  if (!passphrase) throw new ChatError('no-passphrase');
  if (!isHolder()) throw new ChatError('home-open');
  return 'lock';
}

async function help({ call }: Talk): Promise<void> {
  for (const { name, wants, help: text } of lineCommands) {
    print(call, `${`/${name} ${wants}`.padEnd(24)} ${text}`);
  }
  print(call, 'Anything else is sent to the person you chose last; //x sends /x.');
}

function shownValue(name: SettingName, value: Settings[SettingName]): string {
  return JSON.stringify(typeof value === 'string' ? shownText(name, value) : value);
}

/** `/set NAME VALUE` of line mode; alone it lists the settings. Only the screen knows the keys that exist. */
async function setInLines({ call }: Talk, rest: string): Promise<void> {
  const [, name = '', words = ''] = /^(\S*)\s*(.*)$/su.exec(rest) ?? [];
  if (name === '') {
    const now = await loadSettings(call.home);
    for (const one of settingNames) print(call, printableLine(`${one} = ${shownValue(one, now[one])}`));
    return;
  }
  const setting = Object.hasOwn(settings, name) ? settings[name as SettingName] : undefined;
  await changeSetting(call.home, [name], setting ? valueFrom(setting, words) : words);
  const later = setting && 'restart' in setting ? ' It takes effect at the next start.' : '';
  say(call, `${printableLine(name)} is saved in config.toml.${later}`);
}
