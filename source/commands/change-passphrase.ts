import { noPassphraseMeans } from '../core/door.ts';
import { changeHomePassphrase } from '../session/home/change-passphrase.ts';
import { isLocked, unlock } from '../session/home/unlock.ts';
import { askYes } from './ask-yes.ts';
import { say, untilStopped, type Invocation } from './invocation.ts';
import { askTwice, givenLines, passphraseOf } from './passphrase.ts';

const forChange = {
  needed: 'the new passphrase is typed in a terminal; without one, give --passphrase-fd N',
};

/** `passphrase`: changes, sets, or with --no-passphrase removes the passphrase of the home, also while the home is open. */
export async function changePassphrase(call: Invocation): Promise<void> {
  const wasLocked = await isLocked(call.home);
  const change =
    call.flags.passphrase === false ? await removal(call, wasLocked) : await exchange(call, wasLocked);
  if (!change) return say(call, 'Nothing was changed.');
  await untilStopped(call.signal, changeHomePassphrase(call.home, change));
  if (change.after === null) say(call, 'This home no longer has a passphrase.');
  else say(call, wasLocked ? 'The passphrase has changed.' : 'This home is now locked with a passphrase.');
}

type Change = { readonly before: string | null; readonly after: string | null };

async function exchange(call: Invocation, wasLocked: boolean): Promise<Change> {
  const lines = await givenLines(call, [...(wasLocked ? ['the current passphrase'] : []), 'the new one']);
  const before = wasLocked ? (lines?.[0] ?? (await askCurrent(call))) : null;
  return { before, after: lines?.at(-1) ?? (await askTwice(call, forChange)) };
}

/** Null when there is nothing to remove, or the person decides against it; a script is not asked. */
async function removal(call: Invocation, wasLocked: boolean): Promise<Change | null> {
  if (!wasLocked) {
    say(call, 'This home has no passphrase.');
    return null;
  }
  const lines = await givenLines(call, ['the current passphrase']);
  const before = lines?.[0] ?? (await askCurrent(call));
  if (lines) say(call, noPassphraseMeans);
  else if (!(await askYes(call, noPassphraseMeans, 'Continue without one?'))) return null;
  return { before, after: null };
}

/** The current passphrase, checked before anything else is asked. Throws ChatError passphrase-needed, passphrase-wrong. */
async function askCurrent(call: Invocation): Promise<string | null> {
  const ask = passphraseOf(call);
  let last: string | null = null;
  await unlock(call.home, async () => (last = await ask()));
  return last;
}
