import { parse, TomlError } from 'smol-toml';
import { isUtf8 } from 'node:buffer';
import { ChatError } from '../../core/errors.ts';
import { nearestName } from '../../core/names.ts';
import { printableLine } from '../../core/printable.ts';
import {
  colourNames,
  plainThemes,
  styleMarks,
  themeRoles,
  type Colour,
  type PlainTheme,
  type Roles,
  type Style,
  type ThemeFile,
} from '../../core/themes.ts';
import { lineOf, type Path } from './config-toml.ts';

/** Makes the failure for a value, from its path and the fault. */
type Fault = (path: Path, reason: string) => ChatError;

type Table = Readonly<Record<string, unknown>>;

const colourWords = `a colour is "#rrggbb", a number from 0 to 255, "default" or one of ${colourNames.join(', ')}`;
const styleKeys = ['color', 'background', ...styleMarks] as const;
const topKeys = ['base', 'dark', 'light', ...themeRoles] as const;

/**
 * Reads a theme from the bytes of the file called `file`. Throws ChatError theme-bad with the file, the line, the role, and what is
 * allowed there.
 */
export function readTheme(file: string, bytes: Uint8Array): ThemeFile {
  const toml = Buffer.from(bytes).toString('utf8');
  const fault: Fault = (path, reason) => {
    const line = lineOf(toml, path) + 1;
    const name = path.length > 0 ? `${printableLine(path.join('.'), 60)} ` : '';
    return new ChatError('theme-bad', `${file}${line > 0 ? ` line ${line}` : ''}: ${name}${reason}`);
  };
  if (!isUtf8(bytes)) throw fault([], 'this is not UTF-8');
  return themeFrom(tableIn(toml, file), fault);
}

function tableIn(toml: string, file: string): Table {
  try {
    return parse(toml);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = printableLine(error.message.split('\n')[0] ?? '', 120);
    throw new ChatError('theme-bad', `${file} line ${error.line}: ${reason}`);
  }
}

function themeFrom(table: Table, fault: Fault): ThemeFile {
  const { base, dark = {}, light = {}, ...roles } = table;
  return {
    base: base === undefined ? null : baseFrom(base, fault),
    roles: rolesFrom(roles, [], fault),
    on: { dark: variantFrom(dark, 'dark', fault), light: variantFrom(light, 'light', fault) },
  };
}

function baseFrom(value: unknown, fault: Fault): PlainTheme {
  const found = plainThemes.find((name) => name === value);
  if (found) return found;
  throw fault(['base'], `must be one of ${plainThemes.join(', ')}`);
}

function variantFrom(value: unknown, name: string, fault: Fault): Roles {
  if (!isTable(value)) throw fault([name], `must be a table of roles: [${name}]`);
  return rolesFrom(value, [name], fault);
}

function rolesFrom(table: Table, at: Path, fault: Fault): Roles {
  const allowed = at.length === 0 ? topKeys : themeRoles;
  const roles: Array<readonly [string, Style]> = [];
  for (const [name, value] of Object.entries(table)) {
    const path = [...at, name];
    if (!themeRoles.some((role) => role === name)) throw fault(path, unknown('a role', name, allowed));
    roles.push([name, styleFrom(value, path, fault)]);
  }
  return Object.fromEntries(roles);
}

function unknown(what: string, name: string, allowed: readonly string[]): string {
  const near = nearestName(name, allowed);
  const meant = near === null ? '' : `, did you mean ${near}`;
  return `is not ${what}${meant}; allowed are ${allowed.join(', ')}`;
}

/** A colour, or a table with colours and marks. */
function styleFrom(value: unknown, at: Path, fault: Fault): Style {
  if (!isTable(value)) return colourIn('color', value, () => fault(at, badColour(value)));
  let style: Style = {};
  for (const [key, one] of Object.entries(value)) {
    const path = [...at, key];
    const known = styleKeys.find((name) => name === key);
    if (!known) throw fault(path, unknown('a part of a style', key, styleKeys));
    const isColour = known === 'color' || known === 'background';
    if (!isColour && typeof one !== 'boolean') throw fault(path, 'must be true or false');
    const part = isColour ? colourIn(known, one, () => fault(path, badColour(one))) : { [known]: one };
    style = { ...style, ...part };
  }
  return style;
}

function colourIn(key: 'color' | 'background', value: unknown, bad: () => ChatError): Style {
  if (value === 'default') return {};
  const colour = colourFrom(value);
  if (colour === null) throw bad();
  return { [key]: colour };
}

function colourFrom(value: unknown): Colour | null {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= 255 ? value : null;
  if (typeof value === 'string' && /^#[0-9a-f]{6}$/iu.test(value)) return value.toLowerCase() as `#${string}`;
  const number = colourNames.findIndex((name) => name === value);
  return number < 0 ? null : number;
}

function badColour(value: unknown): string {
  const shown = typeof value === 'string' ? `"${printableLine(value, 20)}"` : 'this';
  return `has no colour: ${shown}; ${colourWords}`;
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
