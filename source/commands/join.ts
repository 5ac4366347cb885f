import { after, labelOf } from './shapes.ts';
import { toBase64url } from '../core/bytes.ts';
import { printableLine } from '../core/printable.ts';
import type { Joined, Printable } from '../core/types.ts';
import { sayIfDeaf } from './deaf.ts';
import { print, say, type Invocation } from './invocation.ts';
import { readBlob } from './pouch.ts';
import { withHome } from './with-home.ts';

/** How long the first message of a new contact may take before the command ends without it. */
const helloMs = 2000;

/** The meaning of the client's answer, in words. */
const wordsFor: Readonly<Record<Joined['joined'], (name: Printable) => string>> = {
  new: () => '',
  asked: (name) => `You asked ${name}. Your messages stay queued until they accept. `,
  again: (name) => `${name} was already a contact; you are connected again. `,
  settled: (name) =>
    `${name} was already a contact; the link names the key you know, so you can write again. `,
};

/** `join`: adds the maker of the link, or connects again; prints the contact's name and fingerprint. */
export async function join(call: Invocation): Promise<void> {
  const [link = ''] = call.words;
  const { as: alias, pouch } = call.flags;
  const blob = pouch === undefined ? undefined : toBase64url(await readBlob(call, pouch));
  await withHome(call, 'supervise', async (reached) => {
    const { calls, local } = reached;
    const contact = await calls.join({
      link,
      ...(alias === undefined ? {} : { alias }),
      ...(blob === undefined ? {} : { blob }),
    });
    const label = printableLine(labelOf(contact));
    print(call, `${label}  ${contact.fingerprint}`);
    if (local) await Promise.race([local.idle(), after(helloMs)]);
    await sayIfDeaf(call, reached);
    say(call, `${wordsFor[contact.joined](label)}${compareWith(contact, label)}`);
  });
}

function compareWith({ state }: Joined, name: Printable): string {
  if (state === 'compared') return '';
  return `Verify the safety number with ${name} in person or by phone: cryptochat verify shows it.`;
}
