import { ChatError } from '../../core/errors.ts';
import { nearestName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import { say } from '../invocation.ts';
import { lineCommands } from './line-commands.ts';
import { chosenContact, type After, type Talk } from './talk.ts';

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
  if (!text.startsWith('/') || text.startsWith('//')) return sendToCurrent(talk, text.replace(/^\/\//u, '/'));
  return carryOutCommand(talk, text);
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
