import { parse, TomlError } from 'smol-toml';
import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';

/** The way to a value: the names of its tables, and its own. */
export type Path = readonly string[];

/** Reads TOML. Throws ChatError config-bad with the line. */
export function parseToml(toml: string): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n')[0] ?? '';
    throw new ChatError('config-bad', `config.toml line ${error.line}: ${reason}`);
  }
}

/** The failure for something wrong at `path`, with its line where that can be found. */
export function badSetting(toml: string, path: Path, reason: string): ChatError {
  const line = lineOf(toml, path) + 1;
  const where = line > 0 ? `config.toml line ${line}` : 'config.toml';
  return new ChatError('config-bad', `${where}: ${printableLine(path.join('.'))} ${reason}`);
}

/** The line (from 0) that sets what `path` leads to, else the nearest table around it; -1 when there is neither. */
export function lineOf(toml: string, path: Path): number {
  let best = { line: -1, depth: 0 };
  for (const { line, at } of linesOf(toml)) {
    const depth = at.length;
    if (depth > best.depth && at.every((name, index) => name === path[index])) best = { line, depth };
  }
  return best.line;
}

/** The lines that set a key or open a table, and what they lead to. */
function* linesOf(toml: string): Generator<{ readonly line: number; readonly at: Path }> {
  let table: Path = [];
  for (const [line, text] of toml.split('\n').entries()) {
    const header = /^\s*\[{1,2}([^[\]]+)\]{1,2}/u.exec(text)?.[1];
    const key = /^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=/u.exec(
      text,
    )?.[1];
    if (header !== undefined) table = namesIn(header);
    if (header !== undefined) yield { line, at: table };
    else if (key !== undefined) yield { line, at: [...table, ...namesIn(key)] };
  }
}

function namesIn(dotted: string): Path {
  const names = dotted.match(/"[^"]*"|'[^']*'|[\w-]+/gu) ?? [];
  return names.map((name) => (/^["']/u.test(name) ? name.slice(1, -1) : name));
}
