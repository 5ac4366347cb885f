import { createInterface } from 'node:readline/promises';
import { openKeyboard } from './hidden-line.ts';
import { say, type Invocation } from './invocation.ts';

/** Says `about` and asks the question on the terminal; only y and yes mean yes. Without a terminal it says nothing and returns null. */
export async function askYes(call: Invocation, about: string, question: string): Promise<boolean | null> {
  const keyboard = openKeyboard(call);
  if (!keyboard) return null;
  const lines = createInterface({ input: keyboard, output: call.stderr, terminal: false });
  try {
    say(call, about);
    const answer = await lines.question(`${question} [y/N] `, { signal: call.signal });
    return /^y(?:es)?$/iu.test(answer.trim());
  } finally {
    lines.close();
    if (keyboard !== call.stdin) keyboard.destroy();
  }
}
