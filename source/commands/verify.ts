import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import type { Verification } from '../core/types.ts';
import { inFives, labelOf, stateWords } from './shapes.ts';
import { print, say, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';

/** More than any way to write 60 digits needs. */
const mostBytes = 4096;

/**
 * `verify`: shows the digits to read out, or compares those that the contact read out; one's own are refused. Throws ChatError digits-own, and
 * digits-differ when they are not the contact's.
 */
export async function verify(call: Invocation): Promise<void> {
  const [contact = '', ...words] = call.words;
  const digits = words.join(' ') === '-' ? await readDigits(call) : words.join(' ');
  const ask = words.length > 0 ? { contact, digits } : { contact };
  const found = await withHome(call, words.length > 0 ? 'none' : 'read', ({ calls }) => calls.verify(ask));
  if (found.matches === null) return show(call, found);
  sayIfBehind(call, found);
  const label = printableLine(labelOf(found.contact));
  if (!found.matches) throw new ChatError('digits-differ', label);
  say(call, `Match. You are talking to the key of ${label}; it is verified until ${label}'s key changes.`);
  if (found.given === 'whole') say(call, wholeMeans(label));
}

function show(call: Invocation, found: Verification): void {
  print(call, inFives(found.ownDigits));
  const label = printableLine(labelOf(found.contact));
  say(call, `${label}: ${stateWords[found.contact.state]}`);
  // Line mode shows no hex: it is for screen readers, too.
  if (!call.open) sayKeys(call, found);
  sayIfBehind(call, found);
  say(call, `Read these digits to ${label}, in person or by phone, not in this chat. Then type theirs:`);
  say(call, call.open ? `/verify ${label} DIGITS` : 'cryptochat verify CONTACT DIGITS');
}

function sayKeys(call: Invocation, found: Verification): void {
  say(call, `  your key        ${found.mine}`);
  say(call, `  their key       ${found.fingerprint}`);
  if (found.previous) say(call, `  the one before  ${found.previous}`);
  if (found.rival) say(call, `  another claims  ${found.rival}`);
}

function wholeMeans(label: string): string {
  return `This was the whole safety number, which is the same on both sides: it counts only if ${label} read it to you. If you copied it here, verify again.`;
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
