import { homedir } from 'node:os';
import { extname, resolve } from 'node:path';
import type { Calls } from '../core/calls.ts';
import { ChatError } from '../core/errors.ts';
import { printableWhole } from '../core/printable.ts';
import { saveNewFile } from '../session/home/key-file.ts';
import { dayAndTime, messageLine } from './message-line.ts';
import { jsonLine, messageJson } from './shapes.ts';

/** An export to write: `contact` as a call is asked, `label` as people read it, a path relative to here or to `~`. */
type Export = { readonly contact: string; readonly label: string; readonly file: string };

const jsonEndings: ReadonlySet<string> = new Set(['.jsonl', '.ndjson', '.json']);

/**
 * Writes a whole conversation into a new file (0600): as text, or in the format of `read --json` if the file's name ends in .jsonl. Returns
 * the absolute path and the number of messages in the file. Throws ChatError usage, file-exists, file-failed, disk-full.
 */
export async function exportConversation(
  calls: Pick<Calls, 'read'>,
  { contact, label, file }: Export,
): Promise<{ readonly file: string; readonly messages: number }> {
  if (file === '') throw new ChatError('usage', 'name a file: /export FILE');
  const path = resolve(file.replace(/^~(?=\/)/u, homedir()));
  const messages = await calls.read({ contact, last: Number.MAX_SAFE_INTEGER, peek: true });
  const isJson = jsonEndings.has(extname(path).toLowerCase());
  const lines = messages.map((message) =>
    isJson ? jsonLine(messageJson(message, label)) : messageLine(message, label, dayAndTime, printableWhole),
  );
  await saveNewFile(path, lines.map((line) => `${line}\n`).join(''));
  return { file: path, messages: messages.length };
}
