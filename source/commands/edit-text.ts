import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { charsetIn, decodeWhole } from '../core/charset.ts';
import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { printableLine } from '../core/printable.ts';
import { plainly } from '../disk/files.ts';
import { fileFailure } from '../session/home/key-file.ts';
import { homePaths } from '../session/control/home-paths.ts';
import type { Invocation } from './invocation.ts';

/** Editors to look for when none is named: the first one found is taken. */
const usual = ['sensible-editor', 'vi', 'vim', 'nano', 'ed'];

/** Standard output, which the screen was drawn on. */
const terminalFd = 1;

/**
 * Removes the files that an editor left behind when its messenger was killed; not those that another messenger waits for, even if it is
 * locked.
 */
export async function sweepEdits(home: string): Promise<void> {
  const { editing } = homePaths(home);
  const names = await readdir(editing).catch(() => []);
  const left = names.filter((name) => !isRunning(Number(/^draft-(\d+)-/u.exec(name)?.[1])));
  for (const name of left) await rm(join(editing, name), { recursive: true, force: true });
  if (left.length === names.length) await rm(editing, { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * Lets the person write `text` in $VISUAL or $EDITOR, which owns the terminal until it ends, and returns the edited text. Until then the
 * text is in a file of its own (0600) in keys/editing/ (0700). Throws ChatError editor-missing, editor-failed, draft-bad (then the file
 * stays), file-failed, disk-full.
 */
export async function editText(call: Pick<Invocation, 'home' | 'env'>, text: string): Promise<string> {
  const editor = call.env['VISUAL'] || call.env['EDITOR'] || (await findUsual(call.env));
  if (!editor) throw new ChatError('editor-missing');
  const { editing } = homePaths(call.home);
  try {
    await mkdir(editing, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(editing, `draft-${process.pid}-`));
    const file = join(folder, 'message.txt');
    await writeFile(file, text === '' ? '' : `${text}\n`, { flag: 'wx', mode: 0o600 });
    await runEditor(call, editor, file).catch(async (error: unknown) => {
      await rm(folder, { recursive: true, force: true });
      throw error;
    });
    const written = await readBack(file, call.env);
    await rm(folder, { recursive: true, force: true });
    return written;
  } catch (error) {
    throw error instanceof ChatError ? error : fileFailure(editing, error);
  }
}

async function findUsual(env: NodeJS.ProcessEnv): Promise<string | null> {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  for (const name of usual) {
    for (const folder of folders) {
      const isThere = await access(join(folder, name), constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isThere) return name;
    }
  }
  return null;
}

/**
 * The shell splits the arguments in $EDITOR, as git does it. The editor's standard error is the terminal, ours may be a log. An interrupt
 * on the keyboard is meant for the editor, but reaches every program of the terminal, so the shell keeps waiting, too.
 */
async function runEditor({ env }: Pick<Invocation, 'env'>, editor: string, file: string): Promise<void> {
  const giveBack = ignoreInterrupts();
  try {
    const child = spawn('/bin/sh', ['-c', `trap : INT QUIT; ${editor} "$@"`, editor, file], {
      env,
      stdio: ['inherit', 'inherit', terminalFd],
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    if (code !== 0) throw new ChatError('editor-failed', String(code ?? signal));
  } finally {
    giveBack();
  }
}

function ignore(): void {
  return undefined;
}

function ignoreInterrupts(): () => void {
  const names = ['SIGINT', 'SIGQUIT'] as const;
  const before = names.map((name) => [name, process.listeners(name)] as const);
  for (const name of names) process.removeAllListeners(name).on(name, ignore);
  return () => {
    for (const [name, listeners] of before) {
      process.off(name, ignore);
      for (const listener of listeners) process.on(name, listener);
    }
  };
}

/** The current content of the file, without the line end that editors put last. */
async function readBack(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const handle = await open(file, plainly);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new ChatError('editor-failed', 'something other than a file');
    if (stats.size > limits.textBytes + 2)
      throw bad(file, `${stats.size} bytes long; the limit is ${limits.textBytes}`);
    const bytes = await handle.readFile();
    return decoded(bytes, file, env).replace(/\r?\n$/u, '');
  } finally {
    await handle.close();
  }
}

/** An editor keeps the UTF-8 that it was given, or writes in the charset of its locale. */
function decoded(bytes: Uint8Array, file: string, env: NodeJS.ProcessEnv): string {
  const text = decodeWhole(bytes, 'utf-8') ?? decodeWhole(bytes, charsetIn(env));
  if (text === null) throw bad(file, 'not UTF-8');
  return text.replace(/^\ufeff/u, '');
}

function bad(file: string, why: string): ChatError {
  return new ChatError('draft-bad', printableLine(`the draft is ${why}: ${file}`));
}
