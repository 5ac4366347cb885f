import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { parse, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { parseAddress } from '../../core/address.ts';
import { durationMs } from '../../core/duration.ts';
import { ChatError } from '../../core/errors.ts';
import { nearestName } from '../../core/names.ts';
import {
  defaultSettings,
  type Setting,
  settingNames,
  type Settings,
  settings,
  valuesOf,
} from '../../core/settings.ts';
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

/** What a client does where config.toml says nothing. */
export const defaultConfig: Config = configOf(defaultSettings);

/** Shorter, and nobody could read a message to its end. */
const leastLockMs = 10_000;

function text(isGood: (text: string) => boolean, words: string) {
  return v.pipe(v.string('must be a text in quotes'), v.check(isGood, words));
}

const schemas = {
  address: text((word) => parseAddress(word) !== null, 'must be HOST:PORT, an IPv6 host in brackets'),
  'address-or-none': text(isAddressOrNone, 'must be HOST:PORT, or empty'),
  time: text(isTimeOrNone, 'must be a time like 15m, from 10s to 24h, or empty'),
  flag: v.boolean('must be true or false'),
};

function schemaOf(setting: Setting): v.GenericSchema<unknown, string | boolean> {
  if (setting.kind !== 'choice') return schemas[setting.kind];
  return text((word) => setting.values.includes(word), `must be one of ${valuesOf(setting)}`);
}

function isAddressOrNone(word: string): boolean {
  return word === '' || parseAddress(word) !== null;
}

function isTimeOrNone(word: string): boolean {
  return word === '' || (durationMs(word) ?? 0) >= leastLockMs;
}

const shape = v.object(
  Object.fromEntries(
    settingNames.map((name) => [name, v.exactOptional(schemaOf(settings[name]), settings[name].default)]),
  ),
);

/** Reads what a client needs of config.toml in `home`. Throws as loadSettings(). */
export async function loadConfig(home: string): Promise<Config> {
  return configOf(await loadSettings(home));
}

function configOf({ listen, address, keep_listening: keepListening }: Settings): Config {
  return { listen, address, keepListening };
}

/** Reads config.toml in `home`; no file means the defaults. Throws ChatError config-bad with line and key. */
export async function loadSettings(home: string): Promise<Settings> {
  return readSettings(await readText(homePaths(home).config));
}

/** What the text of a config.toml says. Throws ChatError config-bad with line and key. */
export function readSettings(toml: string): Settings {
  const table = parseToml(toml);
  for (const key of Object.keys(table)) {
    if (!Object.hasOwn(settings, key)) throw bad(toml, key, unknownKey(key));
  }
  const result = v.safeParse(shape, table);
  if (result.success) return result.output as Settings;
  const [issue] = result.issues;
  throw bad(toml, v.getDotPath(issue) ?? '', issue.message);
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
  const values = { ...defaultSettings, listen, address, keep_listening: keepListening };
  const entries = settingNames.map((name) => {
    const setting: Setting = settings[name];
    const choices = setting.kind === 'choice' ? [`# One of ${valuesOf(setting)}.`] : [];
    return [`# ${setting.help}`, ...choices, `${name} = ${JSON.stringify(values[name])}`, ''].join('\n');
  });
  return ['# Settings of cryptochat. Nothing in here is secret. Read at the next start.\n', ...entries].join(
    '\n',
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function parseToml(toml: string): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n')[0] ?? '';
    throw new ChatError('config-bad', `config.toml line ${error.line}: ${reason}`);
  }
}

function bad(toml: string, key: string, reason: string): ChatError {
  const line = toml.split('\n').findIndex((one) => keyOf(one) === key) + 1;
  const where = line > 0 ? `config.toml line ${line}` : 'config.toml';
  return new ChatError('config-bad', `${where}: ${key} ${reason}`);
}

/** The top-level key that a line sets, or opens as a table. */
function keyOf(line: string): string | undefined {
  return /^\s*\[*\s*["']?([\w-]+)/u.exec(line)?.[1];
}

function unknownKey(key: string): string {
  const nearest = nearestName(key, settingNames);
  return nearest === null ? 'is not a setting' : `is not a setting, did you mean ${nearest}`;
}
