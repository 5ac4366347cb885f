import { readFile } from 'node:fs/promises';
import { ChatError } from '../core/errors.ts';
import type { Invocation } from './invocation.ts';

/** The script of each shell, in the folder beside the built program; `npm run manual` makes them. */
export const completionFiles = {
  bash: 'cryptochat.bash',
  zsh: '_cryptochat',
  fish: 'cryptochat.fish',
} as const;

/** `completions`: prints the script of one shell. Throws ChatError usage for any other shell. */
export async function completions(call: Invocation): Promise<void> {
  const [shell = ''] = call.words;
  if (!isShell(shell)) throw new ChatError('usage', 'cryptochat has completions for bash, zsh and fish');
  call.stdout.write(await readFile(new URL(`../completions/${completionFiles[shell]}`, import.meta.url)));
}

function isShell(word: string): word is keyof typeof completionFiles {
  return Object.hasOwn(completionFiles, word);
}
