import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { bindingOf, namesOnion, readAddress } from '../../core/place.ts';
import { durationMs } from '../../core/duration.ts';
import { ChatError } from '../../core/errors.ts';
import { nearestName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import { isProxySetting } from '../../core/way-out.ts';
import {
  defaultSettings,
  type Setting,
  type SettingName,
  settingNames,
  type Settings,
  settings,
  type SettingValue,
  valuesOf,
} from '../../core/settings.ts';
import { isQuietHours } from '../../core/quiet-hours.ts';
import { isThemeName } from '../../core/themes.ts';
import { ignoreMissing, replaceFile } from '../../disk/files.ts';
import { badSetting, parseToml, type Path } from './config-toml.ts';
import { homePaths } from '../control/home-paths.ts';
import type { Config } from '../work/work.ts';

/** The settings of a client where config.toml says nothing. */
export const defaultConfig: Config = configOf(defaultSettings);

/** With a shorter time nobody could finish reading a message. */
const leastLockMs = 10_000;

function text(isGood: (text: string) => boolean, words: string) {
  return v.pipe(v.string('must be text in quotes'), v.check(isGood, words));
}

const listOfKeys = 'must be a list of keys, like ["ctrl+s", "f2"]';

const keysOfAction = v.array(v.string(listOfKeys), listOfKeys);

const schemas = {
  address: text(
    (word) => bindingOf(word) !== null,
    'must be HOST:PORT, with an IPv6 host in brackets, or empty',
  ),
  places: text(isPlacesOrNone, 'must be HOST:PORT, several separated by spaces, or empty'),
  proxy: text(
    isProxySetting,
    'must be socks5://HOST:PORT or http://HOST:PORT, with USER:PASSWORD@ in front of HOST if the proxy asks for them, direct, or empty',
  ),
  time: text(isTimeOrNone, 'must be a time like 15m, from 10s to 24h, or empty'),
  hours: text(isQuietHours, 'must be two times of the day like 22:00-07:00, or empty'),
  flag: v.boolean('must be true or false'),
  keys: v.record(v.string(), keysOfAction, 'must be a table of actions: [keys]'),
};

function schemaOf(setting: Setting): v.GenericSchema<unknown, Settings[SettingName]> {
  if (setting.kind === 'theme') return text(isThemeName, `must be ${valuesOf(setting)}`);
  if (setting.kind !== 'choice') return schemas[setting.kind];
  return text((word) => setting.values.includes(word), `must be one of ${valuesOf(setting)}`);
}

function isPlacesOrNone(words: string): boolean {
  return words === '' || readAddress(words) !== null;
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

function configOf(read: Settings): Config {
  const { listen, address, keep_listening: keepListening, lend, proxy, onion, map_port: mapPort } = read;
  return { listen, address: readAddress(address) ?? '', keepListening, lend, proxy, onion, mapPort };
}

/** A fault in the keys of one action; only the screen can tell. */
type KeyFault = { readonly action: string; readonly reason: string };

/**
 * Reads config.toml in `home`; no file means the defaults. `keyFault` looks at its keys. Throws ChatError config-bad with line
 * and key.
 */
export async function loadSettings(
  home: string,
  keyFault: (keys: Settings['keys']) => KeyFault | null = () => null,
): Promise<Settings> {
  const toml = await readText(homePaths(home).config);
  const read = readSettings(toml);
  const fault = keyFault(read.keys);
  if (fault) throw badSetting(toml, ['keys', fault.action], fault.reason);
  return read;
}

/** The settings in the text of a config.toml. Throws ChatError config-bad with line and key. */
export function readSettings(toml: string): Settings {
  const table = parseToml(toml);
  for (const key of Object.keys(table)) {
    if (!Object.hasOwn(settings, key)) throw badSetting(toml, [key], unknownKey(key));
  }
  const result = v.safeParse(shape, table);
  if (result.success) return result.output as unknown as Settings;
  const [issue] = result.issues;
  throw badSetting(
    toml,
    (issue.path ?? []).map(({ key }) => String(key)),
    issue.message,
  );
}

/** Checks that `value` is allowed at `path`. Throws ChatError setting-bad. */
export function checkSetting(path: Path, value: SettingValue): void {
  const [name = '', ...rest] = path;
  if (!Object.hasOwn(settings, name))
    throw new ChatError('setting-bad', `${printableLine(name)} ${unknownKey(name)}`);
  const setting: Setting = settings[name as SettingName];
  const schema = setting.kind === 'keys' ? keysOfAction : schemaOf(setting);
  const result = v.safeParse(schema, value);
  if (result.success && rest.length === (setting.kind === 'keys' ? 1 : 0)) return;
  const reason = result.success ? 'is not a setting' : result.issues[0].message;
  throw new ChatError('setting-bad', `${printableLine(path.join('.'))} ${reason}`);
}

/** The settings of a new home's config.toml; without `proxy` none is used, and an address with `onion` turns Tor on. */
export type NewConfig = Omit<Config, 'proxy' | 'lend'> & Partial<Pick<Config, 'proxy' | 'lend'>>;

/** Replaces config.toml in `home` (write, sync, rename), with a comment for each key; the rest is as by default. */
export async function saveConfig(home: string, config: NewConfig): Promise<void> {
  await replaceFile(homePaths(home).config, formatConfig(config));
}

function formatConfig(config: NewConfig): string {
  const { listen, address, keepListening, lend = true, proxy = '' } = config;
  const { onion = namesOnion(address), mapPort = false } = config;
  const own = { listen, address, keep_listening: keepListening, lend, proxy, onion, map_port: mapPort };
  const values = { ...defaultSettings, ...own };
  const entries = settingNames.map((name) => {
    const setting: Setting = settings[name];
    if (setting.kind === 'keys') return `# ${setting.help}\n# [${name}]\n# new-line = ["alt+enter"]\n`;
    const choices = 'values' in setting ? [`# One of ${valuesOf(setting)}.`] : [];
    return [`# ${setting.help}`, ...choices, `${name} = ${JSON.stringify(values[name])}`, ''].join('\n');
  });
  const head = '# Settings of cryptochat, read at the next start. Only the password of a proxy is secret.\n';
  return [head, ...entries].join('\n');
}

async function readText(path: string): Promise<string> {
  return decode((await readFile(path).catch(ignoreMissing)) ?? new Uint8Array());
}

/** Text that is not UTF-8 would become another text when a setting is written. */
export function decode(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return Buffer.from(bytes).toString('utf8');
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const bad = lines.findIndex((line) => !isUtf8(Buffer.from(line, 'latin1')));
  throw new ChatError('config-bad', `config.toml line ${bad + 1}: this is not UTF-8`);
}

function unknownKey(key: string): string {
  const nearest = nearestName(key, settingNames);
  return nearest === null ? 'is not a setting' : `is not a setting, did you mean ${nearest}`;
}
