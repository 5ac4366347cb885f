import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import type { Verification } from '../core/types.ts';
import { digitLines, labelOf, stateWords } from './shapes.ts';
import { print, say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** More than any way to write 60 digits needs. */
const mostBytes = 4096;

/** `verify`: shows the safety number, or compares it with the given digits. Throws ChatError digits-differ when they differ. */
export async function verify(call: Invocation): Promise<void> {
  const [contact = '', ...words] = call.words;
  const digits = words.join(' ') === '-' ? await readDigits(call) : words.join(' ');
  const ask = words.length > 0 ? { contact, digits } : { contact };
  const found = await withHome(call, words.length > 0 ? 'none' : 'read', ({ calls }) => calls.verify(ask));
  if (found.matches === null) return show(call, found);
  sayIfBehind(call, found);
  const label = printableLine(labelOf(found.contact));
  if (!found.matches) throw new ChatError('digits-differ', label);
  say(call, `Compared: this key is the one that ${label} has.`);
}

function show(call: Invocation, found: Verification): void {
  for (const line of digitLines(found.safetyNumber)) print(call, line);
  const label = printableLine(labelOf(found.contact));
  say(call, `${label}: ${stateWords[found.contact.state]}`);
  say(call, `  your key        ${found.mine}`);
  say(call, `  their key       ${found.fingerprint}`);
  if (found.previous) say(call, `  the one before  ${found.previous}`);
  if (found.rival) say(call, `  another claims  ${found.rival}`);
  sayIfBehind(call, found);
  say(call, `${label} must see the same digits. Compare them in person or by phone, not in this chat:`);
  say(call, 'cryptochat verify CONTACT, with the digits that the other one reads out.');
}

function sayIfBehind(call: Invocation, { contact }: Verification): void {
  const label = printableLine(labelOf(contact));
  if (!contact.followed)
    say(call, `${label} does not know your newest key yet, and still sees another number.`);
}

async function readDigits({ stdin }: Invocation): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stdin as AsyncIterable<Buffer>) {
    parts.push(part);
    if (Buffer.concat(parts).length > mostBytes) break;
  }
  return Buffer.concat(parts).toString('utf8');
}
