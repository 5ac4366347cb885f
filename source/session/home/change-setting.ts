import { readFile, realpath } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { asFailure, ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { Settings, SettingValue } from '../../core/settings.ts';
import { ignoreMissing, replaceFile } from '../../disk/files.ts';
import { checkSetting, decode, loadSettings, readSettings } from './config.ts';
import { lineOf, parseToml, type Path } from './config-toml.ts';
import { homePaths } from '../control/home-paths.ts';

/** A value may take up this many lines. */
const mostLines = 40;

/**
 * Sets the value that `path` leads to in config.toml of `home`, and changes nothing else in it: comments, order and blanks stay. Returns
 * all settings as they are read back. Throws ChatError config-bad for a file that cannot be read, setting-bad for a value that is not
 * allowed, disk-full, disk-failed.
 */
export async function changeSetting(home: string, path: Path, value: SettingValue): Promise<Settings> {
  checkSetting(path, value);
  try {
    const file = await realpath(homePaths(home).config).catch(() => homePaths(home).config);
    const before = decode((await readFile(file).catch(ignoreMissing)) ?? new Uint8Array());
    readSettings(before);
    const after = withValue(before, path, value);
    if (after !== before) await replaceFile(file, after);
    const settings = await loadSettings(home);
    if (!isDeepStrictEqual(settings, readSettings(after)))
      throw new ChatError('setting-bad', 'another program changed config.toml in the meantime');
    return settings;
  } catch (error) {
    throw error instanceof ChatError ? error : asFailure(error);
  }
}

/** The text with that one value changed: written in the first way that reads back as exactly this change. */
function withValue(toml: string, path: Path, value: SettingValue): string {
  const wanted = plain(parseToml(toml));
  let table = wanted;
  for (const name of path.slice(0, -1)) table = table[name] = { ...(table[name] as Table | undefined) };
  table[path.at(-1) ?? ''] = value;
  for (const text of attempts(toml, path, format(value))) if (says(text, wanted)) return text;
  const name = printableLine(path.join('.'));
  throw new ChatError(
    'setting-bad',
    `${name} is written in config.toml in a form that cryptochat cannot change: edit it by hand`,
  );
}

type Table = { [name: string]: unknown };

function plain(table: Record<string, unknown>): Table {
  return JSON.parse(JSON.stringify(table)) as Table;
}

function says(toml: string, wanted: Table): boolean {
  try {
    return isDeepStrictEqual(plain(parseToml(toml)), wanted);
  } catch {
    return false;
  }
}

function format(value: SettingValue): string {
  return typeof value === 'object'
    ? `[${value.map((one) => JSON.stringify(one)).join(', ')}]`
    : JSON.stringify(value);
}

function* attempts(toml: string, path: Path, value: string): Generator<string> {
  const end = toml.includes('\r\n') ? '\r' : '';
  const lines = toml.split('\n');
  const key = path.at(-1) ?? '';
  const at = lineOf(toml, path);
  const old = lines[at] ?? '';
  yield lines.with(Math.max(0, at), inPlace(old, value)).join('\n');
  const head = /^[^=]*=/u.exec(old)?.[0] ?? '';
  const most = head === '' ? 0 : mostLines;
  for (let count = 1; count <= most; count++) {
    yield lines.toSpliced(at, count, `${head} ${value}${end}`).join('\n');
  }
  const line = `${key} = ${value}${end}`;
  if (path.length === 1) yield* atTop(lines, line);
  else yield* inTable(lines, path, line);
}

/** The line with another value; the text in front of it and behind it stays. */
function inPlace(line: string, value: string): string {
  const parts = /^([^=]+=\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|\[[^\]]*\]|[\w.+-]+)(\s*(?:#.*)?\r?)$/u.exec(line);
  return parts ? `${parts[1]}${value}${parts[2]}` : line;
}

/** A new line outside of all tables: in front of the first table and the comments on it, else at the end. */
function* atTop(lines: readonly string[], line: string): Generator<string> {
  let at = lines.findIndex((one) => /^\s*\[/u.test(one));
  while (at > 0 && /^\s*#/u.test(lines[at - 1] ?? '')) at--;
  if (at >= 0) yield lines.toSpliced(at, 0, line, line.endsWith('\r') ? '\r' : '').join('\n');
  yield atEnd(lines, [line]);
}

/** A new line of a table: below its name, beside another key of it, or a new table at the end. */
function* inTable(lines: readonly string[], path: Path, line: string): Generator<string> {
  const table = path.slice(0, -1);
  const near = lineOf(lines.join('\n'), table);
  if (near >= 0) yield lines.toSpliced(near + 1, 0, line).join('\n');
  yield atEnd(lines, [`[${table.join('.')}]${line.endsWith('\r') ? '\r' : ''}`, line]);
  yield `${table.join('.')}.${line}\n${lines.join('\n')}`;
}

function atEnd(lines: readonly string[], added: readonly string[]): string {
  const kept = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  return [...kept, ...added, ''].join('\n');
}
