import { ChatError } from '../../core/errors.ts';
import { exits } from '../../core/failures.ts';
import { printableLine } from '../../core/printable.ts';
import { homeExists, refuseToMake } from '../../session/control/home-paths.ts';
import type { Reached } from '../../session/holding/reach.ts';
import type { OnEnter } from '../door.ts';
import { say, untilStopped, type Invocation } from '../invocation.ts';
import { withHome } from '../with-home.ts';
import { labelOf } from '../shapes.ts';
import type { TypedLine } from './line-editor.ts';
import { followNews, newestRow, showUnread } from './news.ts';
import { chosenContact, promptOf, type After, type Talk } from './talk.ts';
import { takeTyping, type Typing } from './typing.ts';
import { nearestName } from '../../core/names.ts';
import { hasPartOfLink, linkAlone } from '../../core/slash-commands.ts';
import { joinBy, lineCommands } from './line-commands.ts';

/**
 * The messenger in lines, without a screen: for screen readers, dumb terminals and pipes. One line is one message or one command; an
 * incoming message is printed as one line, and not into a line that is being typed. Ends at the end of the input, when nothing is left to
 * receive or to send, and says what is still queued. Returns 1 when a line of a pipe could not be carried out, 69 when something is queued.
 */
export async function plain(call: Invocation, onEnter?: OnEnter): Promise<number> {
  let given = call.words[0];
  if (given !== undefined) (await import('../../session/pairing/parse-link.ts')).parseLink(given);
  if (call.stdin.isTTY && !homeExists(call.home)) {
    refuseToMake(call.home);
    const { setUpInLines } = await import('./set-up.ts');
    await setUpInLines(call, { asks: given === undefined ? 'all' : 'name' });
  }
  let enter = onEnter;
  for (;;) {
    const end = await withHome(call, 'supervise', async (reached) => {
      await enter?.(reached.calls);
      enter = undefined;
      const count = (await reached.calls.contacts()).length;
      const people = `${count} ${count === 1 ? 'contact' : 'contacts'}`;
      if (call.stdin.isTTY)
        say(call, `cryptochat ${call.version}, line mode, ${people}. /help lists the commands.`);
      const link = given;
      given = undefined;
      return converse(call, reached, link);
    });
    if (end !== 'lock') return end;
    say(call, 'Locked.');
  }
}

/** The following lines have no recipient until the link is joined; if that fails, none of them is taken. */
async function converse(
  call: Invocation,
  reached: Reached,
  link: string | undefined,
): Promise<number | 'lock'> {
  const { calls } = reached;
  const isHolder = (): boolean => reached.local !== null;
  const typing = takeTyping(call);
  const shown = { ...call, ...typing.out };
  const talk: Talk = { calls, call: shown, isHolder, current: null, question: null, part: '' };
  try {
    const from = await newestRow(calls);
    await showUnread(shown, calls, from);
    const news = await followNews(shown, calls, from, async () => typing.refresh(await promptOf(talk)));
    const notJoined = await untilStopped(call.signal, joinGiven(talk, link));
    if (notJoined) typing.drop();
    const takes = !notJoined || call.stdin.isTTY;
    const lines = takes ? takeLines(talk, typing) : Promise.resolve('failed' as const);
    const taken = await untilStopped(call.signal, Promise.race([lines, news.failed]));
    // Print the output that waits for an unfinished line: nobody will finish that line.
    typing.end();
    if (taken === 'lock') return taken;
    await untilIdle(reached);
    await news.look();
    const waits = await sayWhatWaits(shown, reached);
    if (taken === 'failed' && !call.stdin.isTTY) return notJoined?.exit ?? exits.operating;
    return waits ? exits.peerAway : 0;
  } finally {
    typing.end();
  }
}

/** Returns whether all lines could be carried out, or `lock` when a line locks the messenger. */
async function takeLines(talk: Talk, typing: Typing): Promise<'done' | 'failed' | 'lock'> {
  let failed = false;
  for (;;) {
    const line = await typing.next(() => promptOf(talk));
    if (line === undefined) break;
    const next = await attemptLine(talk, async () => carryOutLine(talk, readable(line)));
    if (next === 'lock') return next;
    if (next === 'quit') break;
    failed ||= next instanceof ChatError;
  }
  return failed ? 'failed' : 'done';
}

function readable(line: TypedLine): string {
  if (line === null) throw new ChatError('text-encoding', 'this line');
  return line;
}

/** Carries out a line; returns the failure of one that cannot be carried out, which is told. */
async function attemptLine<Done>(talk: Talk, line: () => Promise<Done>): Promise<Done | ChatError> {
  try {
    return await line();
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    say(talk.call, `cryptochat: error: ${printableLine(error.message)}`);
    say(talk.call, `cryptochat: hint: ${error.code === 'usage' ? '/help lists the commands' : error.hint}`);
    return error;
  }
}

/** Another process that holds the home sends at its own pace: what it has not sent after this long waits. */
const momentMs = 2000;

async function untilIdle({ calls, local, moved }: Reached): Promise<void> {
  if (local) return Promise.race([moved, local.idle()]);
  await calls.untilIdle({ timeoutMs: momentMs });
}

/** Says for whom messages are still queued; returns whether there are any. */
async function sayWhatWaits(call: Invocation, { calls }: Reached): Promise<boolean> {
  const waiting = (await calls.contacts()).filter(({ queued }) => queued > 0);
  for (const contact of waiting) {
    const count = contact.queued === 1 ? '1 message is' : `${contact.queued} messages are`;
    say(call, `${count} still queued for ${printableLine(labelOf(contact))}.`);
  }
  if (waiting.length > 0) say(call, 'Queued messages are sent while cryptochat or its listener runs.');
  return waiting.length > 0;
}

/** Joins with the link that the messenger was started with, if there is one; returns why it did not join, else nothing. */
async function joinGiven(talk: Talk, link: string | undefined): Promise<ChatError | undefined> {
  if (link === undefined) return undefined;
  const { as: alias } = talk.call.flags;
  const failure = await attemptLine(talk, () =>
    joinBy(talk, alias === undefined ? { link } : { link, alias }),
  );
  if (failure) say(talk.call, 'Lines go to nobody: it did not join.');
  return failure ?? undefined;
}

/**
 * Carries out one line: the answer to a question, `/command …`, or else a message to the current contact; `//x` is the message `/x`. Throws
 * ChatError for a line that cannot be carried out; an unknown command is never sent as text.
 */
export async function carryOutLine(talk: Talk, line: string): Promise<After> {
  const text = line.replace(/\r$/u, '');
  const { question } = talk;
  if (question) {
    talk.question = null;
    return /^y(?:es)?$/iu.test(text.trim()) ? question() : say(talk.call, 'Nothing was changed.');
  }
  if (text.trim() === '') {
    talk.part = '';
    return;
  }
  const whole = wholeLink(talk, text);
  if (whole !== null) return askToJoin(talk, whole);
  if (!text.startsWith('/') || text.startsWith('//')) return sendToCurrent(talk, text.replace(/^\/\//u, '/'));
  return carryOutCommand(talk, text);
}

/**
 * The link that a line is, or is the last row of; null for any other line. Throws ChatError usage for a row of a link that is not whole yet:
 * neither half of it may be sent.
 */
function wholeLink(talk: Talk, text: string): string | null {
  const row = text.replaceAll(/^[\s<>"]+|[\s<>"]+$/gu, '');
  const isFirst = /^cryptochat:/iu.test(row);
  const before = isFirst ? '' : talk.part;
  talk.part = '';
  // A command decides itself what to do with the link.
  if (text.startsWith('/')) return null;
  if (linkAlone(text) !== null) return text;
  const [begin = ''] = row.split(/\s/u, 1);
  if (before !== '' && linkAlone(before + begin) !== null) return before + begin;
  const isPart = begin === row && (isFirst || before !== '');
  if (!isPart) return refusePart(talk, text);
  talk.part = (before + row).slice(0, mostPart);
  throw new ChatError('usage', partOfLink);
}

/** A part of a link that stands among other words is not sent either; where it ends the row, the rest of it may follow. */
function refusePart(talk: Talk, text: string): null {
  if (!hasPartOfLink(text)) return null;
  talk.part = /cryptochat:[\w-]+$/iu.exec(text.trimEnd())?.[0].slice(0, mostPart) ?? '';
  throw new ChatError('usage', `not sent: ${partOfLink}`);
}

const partOfLink = 'this is part of a link: /join takes it in one line, an empty line ends it';

/** Longer than any link. */
const mostPart = 1000;

/** A link alone is never sent, because it would let somebody else in. */
function askToJoin(talk: Talk, link: string): void {
  say(talk.call, 'This is an invite link. Join with it? y or n');
  talk.question = () => carryOutCommand(talk, `/join ${link}`) as Promise<void>;
}

function carryOutCommand(talk: Talk, text: string): Promise<After> {
  const [, name = '', rest = ''] = /^\/(\S*)\s*(.*)$/su.exec(text) ?? [];
  const command = lineCommands.find((one) => one.name === name.toLowerCase());
  if (command) return command.run(talk, rest.trim());
  const nearest = nearestName(
    name,
    lineCommands.map((one) => one.name),
  );
  const offer = nearest === null ? '' : `, did you mean /${nearest}`;
  throw new ChatError('usage', `there is no command /${printableLine(name, 40)}${offer}`);
}

async function sendToCurrent(talk: Talk, text: string): Promise<void> {
  const { contact } = await chosenContact(talk);
  await talk.calls.send({ contact, text });
}
