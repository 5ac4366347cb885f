import { createInterface, type Interface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { charsetIn, decodeWhole } from '../../core/charset.ts';
import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import { homeExists, refuseToMake } from '../../session/control/home-paths.ts';
import type { Reached } from '../../session/holding/reach.ts';
import type { OnEnter } from '../door.ts';
import { say, untilStopped, type Invocation } from '../invocation.ts';
import { withHome } from '../with-home.ts';
import { followNews, newestRow, showUnread } from './news.ts';
import { chosenContact, type After, type Talk } from './talk.ts';
import { nearestName } from '../../core/names.ts';
import { linkAlone } from '../../core/slash-commands.ts';
import { lineCommands } from './line-commands.ts';

/**
 * The messenger in lines, without a screen: for screen readers, dumb terminals and pipes. One line is one message or one command; an
 * incoming message is printed as a line. Ends at the end of the input, when nothing is left to receive or to send. Answers 1 when a line of
 * a pipe could not be carried out.
 */
export async function plain(call: Invocation, onEnter?: OnEnter): Promise<number> {
  const [link] = call.words;
  if (link !== undefined) (await import('../../session/pairing/parse-link.ts')).parseLink(link);
  if (call.stdin.isTTY && !homeExists(call.home)) {
    refuseToMake(call.home);
    const { setUpInLines } = await import('./set-up.ts');
    await setUpInLines(call, { asks: link === undefined ? 'all' : 'name' });
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
      return converse(call, reached);
    });
    if (end !== 'lock') return end;
    say(call, 'Locked.');
  }
}

async function converse(call: Invocation, reached: Reached): Promise<number | 'lock'> {
  const { calls } = reached;
  const isHolder = (): boolean => reached.local !== null;
  const talk: Talk = { calls, call, isHolder, current: null, question: null };
  const from = await newestRow(calls);
  await showUnread(call, calls, from);
  const news = await followNews(call, calls, from);
  // Not before the lines are iterated: lines that come while nobody takes them are lost, and so is the end of the input. As bytes, one
  // letter each: a line is decoded as a whole, and refused as a whole.
  const bytes = call.stdin.pipe(new PassThrough({ encoding: 'latin1' }));
  const lines = createInterface({ input: bytes, terminal: false });
  try {
    const joined = await untilStopped(call.signal, joinGiven(talk));
    const taken = await untilStopped(call.signal, Promise.race([takeLines(talk, lines), news.failed]));
    if (taken === 'lock') return taken;
    await untilIdle(reached);
    await news.look();
    return [joined, taken].includes('failed') && !call.stdin.isTTY ? 1 : 0;
  } finally {
    call.stdin.unpipe(bytes).pause();
    lines.close();
  }
}

/** Answers whether all lines could be carried out, or `lock` when a line locks the messenger. */
async function takeLines(talk: Talk, lines: Interface): Promise<'done' | 'failed' | 'lock'> {
  const charset = charsetIn(talk.call.env);
  let failed = false;
  for await (const line of lines) {
    const next = await attemptLine(talk, async () => carryOutLine(talk, decoded(line, charset)));
    if (next === 'lock') return next;
    if (next === 'quit') break;
    failed ||= next === 'failed';
  }
  return failed ? 'failed' : 'done';
}

/** Carries out a line; one that cannot be carried out is told, and `failed`. */
async function attemptLine(talk: Talk, line: () => Promise<After>): Promise<After | 'failed'> {
  try {
    return await line();
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    say(talk.call, `cryptochat: error: ${printableLine(error.message)}`);
    say(talk.call, `cryptochat: hint: ${error.code === 'usage' ? '/help lists the commands' : error.hint}`);
    return 'failed';
  }
}

function decoded(line: string, charset: string): string {
  const text = decodeWhole(Buffer.from(line, 'latin1'), charset);
  if (text === null) throw new ChatError('text-encoding', 'this line');
  return text;
}

async function untilIdle({ local, moved }: Reached): Promise<void> {
  if (local) await Promise.race([moved, local.idle()]);
}

/** Joins with the link that the messenger was started with, as if it had been typed. */
async function joinGiven(talk: Talk): Promise<After | 'failed'> {
  const { words, flags } = talk.call;
  const [link] = words;
  if (link === undefined) return;
  return attemptLine(talk, () => carryOutCommand(talk, `/join ${link} ${flags.as ?? ''}`.trim()));
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
  if (text.trim() === '') return;
  if (linkAlone(text) !== null) return askToJoin(talk, text);
  if (!text.startsWith('/') || text.startsWith('//')) return sendToCurrent(talk, text.replace(/^\/\//u, '/'));
  return carryOutCommand(talk, text);
}

/** A link alone is never sent: it would let somebody else in. */
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
