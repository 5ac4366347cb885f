import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { parseAddress } from '../../core/address.ts';
import { durationMs } from '../../core/duration.ts';
import { ChatError } from '../../core/errors.ts';
import { nearestName } from '../../core/names.ts';
import { homePaths } from './paths.ts';

/** What of config.toml a client needs; nothing of it is secret. */
export type Config = {
  /** Where the listener binds, HOST:PORT. */
  readonly listen: string;
  /** What links carry, HOST:PORT; empty when nobody can reach this machine. */
  readonly address: string;
  /** Whether the listener goes on when the messenger ends. */
  readonly keepListening: boolean;
};

/** All that config.toml holds. */
export type Settings = Config & {
  /** How long nobody touches a key before the messenger locks itself, in ms; null: never. */
  readonly lockAfterMs: number | null;
};

/** What holds where config.toml says nothing. */
export const defaultConfig: Settings = {
  listen: '[::]:8080',
  address: '',
  keepListening: true,
  lockAfterMs: null,
};

/** Shorter, and nobody could read a message to its end. */
const leastLockMs = 10_000;

const hostPort = v.pipe(
  v.string('must be a text in quotes'),
  v.check((text) => parseAddress(text) !== null, 'must be HOST:PORT, an IPv6 host in brackets'),
);

const hostPortOrNone = v.pipe(
  v.string('must be a text in quotes'),
  v.check((text) => text === '' || parseAddress(text) !== null, 'must be HOST:PORT, or empty'),
);

const timeOrNone = v.pipe(
  v.string('must be a text in quotes'),
  v.check(
    (text) => text === '' || (durationMs(text) ?? 0) >= leastLockMs,
    'must be a time like 15m, from 10s to 24h, or empty',
  ),
  v.transform(durationMs),
);

const shape = {
  listen: v.exactOptional(hostPort, defaultConfig.listen),
  address: v.exactOptional(hostPortOrNone, defaultConfig.address),
  keep_listening: v.exactOptional(v.boolean('must be true or false'), defaultConfig.keepListening),
  lock_after: v.exactOptional(timeOrNone, ''),
};

/** Reads config.toml in `home`; no file means the defaults. Throws ChatError config-bad with line and key. */
export async function loadConfig(home: string): Promise<Settings> {
  const text = await readText(homePaths(home).config);
  const table = parseToml(text);
  for (const key of Object.keys(table)) {
    if (!Object.hasOwn(shape, key)) throw bad(text, key, unknownKey(key));
  }
  const result = v.safeParse(v.object(shape), table);
  if (!result.success) {
    const [issue] = result.issues;
    throw bad(text, v.getDotPath(issue) ?? '', issue.message);
  }
  const { listen, address, keep_listening: keepListening, lock_after: lockAfterMs } = result.output;
  return { listen, address, keepListening, lockAfterMs };
}

/** Replaces config.toml in `home` (write, sync, rename), with a comment for each key; the rest is as by default. */
export async function saveConfig(home: string, config: Config): Promise<void> {
  const path = homePaths(home).config;
  const part = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    const file = await open(part, 'wx', 0o600);
    try {
      await file.writeFile(formatConfig(config));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

function formatConfig({ listen, address, keepListening }: Config): string {
  return [
    '# Settings of cryptochat. Nothing in here is secret. Read at the next start.',
    '',
    '# Where the listener waits for messages: HOST:PORT. [::] means every address of this machine.',
    `listen = ${JSON.stringify(listen)}`,
    '',
    '# What your links carry, so that others find you: HOST:PORT, an IPv6 host in brackets.',
    `address = ${JSON.stringify(address)}`,
    '',
    '# Whether messages are still received while the messenger is closed.',
    `keep_listening = ${String(keepListening)}`,
    '',
    '# Locks the messenger when no key was pressed for so long: "15m", "1h". Empty: never. Needs a passphrase.',
    'lock_after = ""',
    '',
  ].join('\n');
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function parseToml(text: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n')[0] ?? '';
    throw new ChatError('config-bad', `config.toml line ${error.line}: ${reason}`);
  }
}

function bad(text: string, key: string, reason: string): ChatError {
  const line = text.split('\n').findIndex((one) => keyOf(one) === key) + 1;
  const where = line > 0 ? `config.toml line ${line}` : 'config.toml';
  return new ChatError('config-bad', `${where}: ${key} ${reason}`);
}

/** The top-level key that a line sets, or opens as a table. */
function keyOf(line: string): string | undefined {
  return /^\s*\[*\s*["']?([\w-]+)/u.exec(line)?.[1];
}

function unknownKey(key: string): string {
  const nearest = nearestName(key, Object.keys(shape));
  return nearest === null ? 'is not a setting' : `is not a setting, did you mean ${nearest}`;
}
