import { bashCompletions } from './bash.ts';
import { fishCompletions } from './fish.ts';
import { zshCompletions } from './zsh.ts';
import { completionFiles } from '../../source/commands/completions.ts';

/** The files of completions/: each path in the checkout, and its text. */
export const madeCompletions: ReadonlyArray<readonly [path: string, text: string]> = [
  [`completions/${completionFiles.bash}`, bashCompletions()],
  [`completions/${completionFiles.zsh}`, zshCompletions()],
  [`completions/${completionFiles.fish}`, fishCompletions()],
];
