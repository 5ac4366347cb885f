import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import { print, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';
import { inFives, jsonLine, stateWords } from './shapes.ts';

/** `keys`: the user's own public key with the digits to read out, and how sure each contact is; `keys export` and `keys import` move the key. */
export async function keys(call: Invocation): Promise<void> {
  const [word, file] = call.words;
  if (word === undefined) return showKeys(call);
  if ((word !== 'export' && word !== 'import') || file === undefined)
    throw new ChatError('usage', 'keys takes nothing, export FILE, or import FILE');
  if (call.flags.json) throw new ChatError('usage', `--json is not a flag of keys ${word}`);
  const { exportKey, importKey } = await import('./key-file.ts');
  return word === 'export' ? exportKey(call, file) : importKey(call, file);
}

async function showKeys(call: Invocation): Promise<void> {
  const report = await withHome(call, 'read', ({ calls }) => calls.keys());
  if (call.flags.json) return print(call, jsonLine(report));
  print(call, `fingerprint:  ${report.fingerprint}`);
  print(call, `made:         ${report.created}, key number ${report.epoch}`);
  print(call, `your digits:  ${inFives(report.ownDigits)}`);
  print(call, report.publicKeyPem.trimEnd());
  for (const contact of report.contacts) {
    const follows = contact.followed ? '' : ', does not use your new key yet';
    print(call, `\n${printableLine(contact.name)}: ${stateWords[contact.state]}${follows}`);
  }
}
