import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How long tmux may take, in ms. */
const patienceMs = 3000;

/**
 * Puts `text` into a buffer of the tmux that this program runs in, and on the clipboard of the terminal if tmux may do that (-w, from tmux
 * 3.2 on). By default tmux does not let programs inside it set the clipboard themselves. False when no tmux took the text.
 */
export async function copyToTmux(text: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (!env['TMUX']) return false;
  return (await load(['-w', '-'], text, env)) || load(['-'], text, env);
}

async function load(words: readonly string[], text: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const stdio = ['pipe', 'ignore', 'ignore'] as const;
  const child = spawn('tmux', ['load-buffer', ...words], { env, stdio: [...stdio], timeout: patienceMs });
  child.stdin.on('error', () => undefined).end(text);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === 0;
  } catch {
    return false;
  }
}
