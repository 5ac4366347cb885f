import type { Calls } from '../core/calls.ts';
import { ChatError } from '../core/errors.ts';
import { nearestName } from '../core/names.ts';
import { printableLine } from '../core/printable.ts';
import { print, say, type Invocation } from './invocation.ts';
import { messageLine, timeOnly } from './message-line.ts';
import { labelOf } from './shapes.ts';

/** One conversation in lines: whom to ask, where to write, and whom plain text goes to. */
export type Talk = { readonly calls: Calls; readonly call: Invocation; current: string | null };

type LineCommand = {
  readonly usage: string;
  readonly help: string;
  readonly run: (talk: Talk, rest: string) => Promise<void | 'quit'>;
};

/** Lines of a conversation that /query shows. */
const recent = 10;

/** The commands of line mode, by name. */
export const lineCommands: Readonly<Record<string, LineCommand>> = {
  msg: { usage: 'NAME TEXT', help: 'send one message to NAME', run: sendTo },
  query: { usage: 'NAME', help: 'from now on, lines go to NAME', run: choose },
  contacts: { usage: '', help: 'list contacts', run: listContacts },
  invite: { usage: '', help: 'make a link for one person', run: invite },
  join: { usage: 'LINK [ALIAS]', help: 'add the person who made the link', run: join },
  accept: { usage: 'NAME', help: 'let somebody in who asked through your card', run: accept },
  decline: { usage: 'NAME', help: 'forget somebody who asked through your card', run: decline },
  keys: { usage: '', help: 'show your key and the numbers to compare', run: showKeys },
  rotate: { usage: 'yes', help: 'make a new identity key; contacts are told', run: rotate },
  help: { usage: '', help: 'show this', run: help },
  quit: { usage: '', help: 'end', run: () => Promise.resolve('quit') },
};

/**
 * Carries out one line: `/command …`, else a message to the current contact; `//x` is the message `/x`. Throws ChatError
 * for what cannot be done; an unknown command is never sent as text.
 */
export async function carryOutLine(talk: Talk, line: string): Promise<void | 'quit'> {
  const text = line.replace(/\r$/u, '');
  if (text.trim() === '') return;
  if (!text.startsWith('/') || text.startsWith('//')) return sendToCurrent(talk, text.replace(/^\/\//u, '/'));
  const [, name = '', rest = ''] = /^\/(\S*)\s*(.*)$/su.exec(text) ?? [];
  if (Object.hasOwn(lineCommands, name)) return lineCommands[name]?.run(talk, rest.trim());
  const nearest = nearestName(name, Object.keys(lineCommands));
  const offer = nearest === null ? '' : `, did you mean /${nearest}`;
  throw new ChatError('usage', `there is no command /${printableLine(name, 40)}${offer}`);
}

async function sendToCurrent(talk: Talk, text: string): Promise<void> {
  const contacts = talk.current === null ? await talk.calls.contacts() : [];
  const only = contacts.length === 1 ? contacts[0] : undefined;
  const contact = talk.current ?? (only ? labelOf(only) : null);
  if (contact === null) throw new ChatError('contact-unknown', 'nobody is chosen to write to: /query NAME');
  await talk.calls.send({ contact, text });
}

async function sendTo(talk: Talk, rest: string): Promise<void> {
  const { contact, text } = await splitName(talk, rest);
  if (text === '') throw new ChatError('text-empty');
  await talk.calls.send({ contact, text });
}

async function choose(talk: Talk, rest: string): Promise<void> {
  const history = await talk.calls.read({ contact: rest, last: recent });
  const all = await talk.calls.contacts();
  const label = all.map(labelOf).find((one) => one.toLowerCase() === rest.toLowerCase()) ?? rest;
  for (const message of history) print(talk.call, messageLine(message, label, timeOnly));
  talk.current = rest;
  say(talk.call, `Lines go to ${printableLine(label)} now.`);
}

/** A name may hold spaces: the longest contact's name that the line begins with, else its first word. */
async function splitName(talk: Talk, rest: string): Promise<{ contact: string; text: string }> {
  const labels = (await talk.calls.contacts()).map(labelOf).toSorted((a, b) => b.length - a.length);
  const begins = (label: string): boolean => `${rest} `.toLowerCase().startsWith(`${label.toLowerCase()} `);
  const contact = labels.find(begins) ?? rest.split(' ', 1)[0] ?? '';
  return { contact, text: rest.slice(contact.length).trim() };
}

async function listContacts({ calls, call }: Talk): Promise<void> {
  for (const contact of await calls.contacts()) {
    print(call, `${printableLine(labelOf(contact))}: ${contact.state}, ${contact.fingerprint}`);
  }
}

async function invite({ calls, call }: Talk): Promise<void> {
  const { link } = await calls.invite({});
  print(call, link);
  say(call, 'Give this link to one person, over a way you trust. It works once, and for 14 days.');
}

async function join(talk: Talk, rest: string): Promise<void> {
  const [link = '', ...words] = rest.split(/\s+/u);
  const alias = words.join(' ');
  const contact = await talk.calls.join(alias === '' ? { link } : { link, alias });
  const label = labelOf(contact);
  print(talk.call, `${printableLine(label)}: ${contact.state}, ${contact.fingerprint}`);
  talk.current = label;
}

async function accept({ calls, call }: Talk, contact: string): Promise<void> {
  const accepted = await calls.accept({ contact });
  print(call, `${printableLine(labelOf(accepted))}: ${accepted.state}, ${accepted.fingerprint}`);
}

async function decline({ calls }: Talk, contact: string): Promise<void> {
  await calls.decline({ contact });
}

async function showKeys({ calls, call }: Talk): Promise<void> {
  const report = await calls.keys();
  print(call, `you: ${report.fingerprint}, key number ${report.epoch}, made ${report.created}`);
  for (const { name, state, safetyNumber } of report.contacts) {
    print(call, `${printableLine(name)}: ${state}, safety number ${safetyNumber}`);
  }
}

async function rotate({ calls, call }: Talk, rest: string): Promise<void> {
  if (rest !== 'yes') {
    return say(
      call,
      'You would get a new identity key, and every contact must compare it again: /rotate yes',
    );
  }
  const { fingerprint, epoch, told } = await calls.rotate();
  print(call, `you: ${fingerprint}, key number ${epoch}, ${told.length} contacts are being told`);
  say(call, 'Make a new backup, if you have one: it has the old key.');
}

function help({ call }: Talk): Promise<void> {
  for (const [name, { usage, help: text }] of Object.entries(lineCommands)) {
    print(call, `${`/${name} ${usage}`.padEnd(20)} ${text}`);
  }
  print(call, 'Any other line is a message to whom you chose last; //x sends /x.');
  return Promise.resolve();
}
