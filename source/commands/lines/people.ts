import { ChatError } from '../../core/errors.ts';
import {
  chooseNotify,
  muteMs,
  notifyChoice,
  notifyState,
  notifyWords,
  type Notified,
} from '../../core/notify-choice.ts';
import { printableLine } from '../../core/printable.ts';
import { block, unblock } from '../block.ts';
import { aboutForget, forget } from '../forget.ts';
import { print, say, type Command } from '../invocation.ts';
import {
  chosenContact,
  isNothing,
  meantContact,
  namedContact,
  runWithin,
  type Follows,
  type Meant,
  type Talk,
} from './talk.ts';
import { aboutRotate, rotate } from '../rotate.ts';
import { labelOf, stateWords } from '../shapes.ts';
import { verify } from '../verify.ts';

type Run = (talk: Talk, rest: string) => Promise<void>;

/** The line commands that change the relation to a contact. */
export const linePeopleCommands = {
  async rename(talk, name) {
    const { contact, label } = await chosenContact(talk);
    const renamed = await talk.calls.rename({ contact, alias: name === '' ? null : name });
    say(talk.call, `${printableLine(label)} is called ${printableLine(labelOf(renamed))} now.`);
  },
  async rotate(talk) {
    ask(talk, `${aboutRotate} Make a new key? y or n`, () => runWithin(talk, rotate, [], { yes: true }));
  },
  async verify(talk, words) {
    const isNumber = /^[\d\s-]+$/u.test(words);
    const meant = await meantContact(talk, isNumber ? '' : words, isDigits);
    const digits = isNumber ? words : meant.rest;
    if (!isDigits(digits))
      throw new ChatError('usage', '/verify takes a name and the digits that they read to you');
    await runWithin(talk, verify, digits === '' ? [meant.contact] : [meant.contact, digits]);
  },
  async requests({ calls, call }) {
    const asking = (await calls.contacts()).filter(isAsking);
    for (const contact of asking) print(call, `${printableLine(labelOf(contact))} wants to be your contact`);
    say(
      call,
      asking.length > 0 ? '/accept NAME or /decline NAME answers.' : 'There are no contact requests.',
    );
  },
  async accept(talk, words) {
    const { contact } = await onlyContact(talk, words);
    const accepted = await talk.calls.accept({ contact });
    const label = printableLine(labelOf(accepted));
    print(talk.call, `${label}: ${stateWords[accepted.state]}`);
  },
  async decline(talk, words) {
    const { contact, label } = await onlyContact(talk, words);
    await talk.calls.decline({ contact });
    say(talk.call, `${printableLine(label)} is declined. They are not told.`);
  },
  async mute(talk, words) {
    const { contact, label, rest } = await meantBefore(
      talk,
      words,
      (after) => after === '' || muteMs(after) !== null,
    );
    const forMs = rest === '' ? null : muteMs(rest);
    if (rest !== '' && forMs === null)
      throw new ChatError('usage', '/mute takes a name and a time like 1h, 8h or 1d');
    const found = (await talk.calls.contacts()).find(({ id }) => String(id) === contact);
    const muted = forMs !== null || found?.muted !== true;
    const now = await talk.calls.mute({ contact, muted, ...(forMs !== null && { forMs }) });
    sayNotify(talk, label, now);
  },
  async notify(talk, words) {
    const { contact, label, rest } = await meantBefore(talk, words, (after) => notifyChoice(after) !== null);
    const choice = notifyChoice(rest);
    if (!choice) throw new ChatError('usage', `/notify takes a name and ${notifyWords}`);
    sayNotify(talk, label, await chooseNotify(talk.calls, contact, choice));
  },
  block: onOne(block),
  unblock: onOne(unblock),
  async forget(talk, words) {
    const { contact, label } = await onlyContact(talk, words);
    ask(talk, `${aboutForget(label)} Forget them? y or n`, async () => {
      await runWithin(talk, forget, [contact], { yes: true });
      if (String(talk.current) === contact) talk.current = 'nobody';
    });
  },
} as const satisfies Record<string, Run>;

/** True if this person asked to be let in, and is not a contact yet. */
export function isAsking({
  state,
  request,
}: {
  readonly state: string;
  readonly request: string | null;
}): boolean {
  return state === 'requested' && request === 'received';
}

function isDigits(rest: string): boolean {
  return /^[\d\s-]*$/u.test(rest);
}

/** The next line is the answer. */
function ask(talk: Talk, question: string, yes: () => Promise<void>): void {
  say(talk.call, question);
  talk.question = yes;
}

/** The contact that a line begins with, or the chosen one if the line begins with a time or a word for notifications. */
async function meantBefore(talk: Talk, words: string, follows: Follows): Promise<Meant> {
  if (words !== '') {
    const named = await namedContact(talk, words, follows);
    const contacts = await talk.calls.contacts();
    if (contacts.some(({ id }) => String(id) === named.contact)) {
      if (named.rest === '' && notifyChoice(words)) throw new ChatError('usage', saysBoth(named.label));
      return named;
    }
    if (!notifyChoice(words)) return onlyContact(talk, words);
  }
  return { ...(await chosenContact(talk)), rest: words };
}

/** People choose their own names: one like a time or a word of these commands must not take what is meant for somebody else. */
function saysBoth(label: string): string {
  return `${printableLine(label)} is a contact and says when: put the name of a contact before it`;
}

function sayNotify(talk: Talk, label: string, now: Notified): void {
  say(talk.call, `${printableLine(label)} ${printableLine(notifyState(now, Date.now()), 120)}.`);
}

/** Nothing may follow the name if the wrong contact could be meant. */
async function onlyContact(talk: Talk, words: string): Promise<Meant> {
  const meant = await meantContact(talk, words, isNothing);
  if (meant.rest === '') return meant;
  throw new ChatError('contact-unknown', `there is no contact ${printableLine(words, 60)}`);
}

function onOne(command: Command): Run {
  return async (talk, words) => {
    const { contact } = await onlyContact(talk, words);
    await runWithin(talk, command, [contact]);
  };
}
