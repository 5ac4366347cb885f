import { keymap, type Action } from '../../source/ui/keymap.ts';

const named: Readonly<Record<string, string>> = {
  enter: '\r',
  tab: '\t',
  backspace: '\u007f',
  escape: '\u001b[27u',
  space: ' ',
};
/** Final bytes of `CSI … X` and numbers of `CSI n ~` (xterm ctlseqs). */
const finals: Readonly<Record<string, string>> = {
  up: 'A',
  down: 'B',
  right: 'C',
  left: 'D',
  end: 'F',
  home: 'H',
  f1: 'P',
};
const tildes: Readonly<Record<string, number>> = { insert: 2, delete: 3, pageup: 5, pagedown: 6, f3: 13 };
const codes: Readonly<Record<string, number>> = { enter: 13, tab: 9, backspace: 127, escape: 27, space: 32 };

/** The bytes that a terminal sends for a key by its name in the key map (`ctrl+k`, `alt+up`, `?`). */
export function keyBytes(name: string): string {
  const parts = name.split(/\+(?=.)/);
  const key = parts.at(-1) ?? '';
  const modifiers = parts.slice(0, -1);
  const plain = named[key] ?? (key.length === 1 ? key : undefined);
  if (modifiers.length === 0 && plain !== undefined) return plain;
  if (name.startsWith('ctrl+') && /^ctrl\+[a-z_\\\]^]$/.test(name))
    return String.fromCharCode(key.charCodeAt(0) & 0x1f);
  if (/^alt\+[a-z0-9]$/.test(name)) return `\u001b${key}`;
  return sequence(key, 1 + bits(modifiers));
}

function bits(modifiers: readonly string[]): number {
  return modifiers.reduce((sum, modifier) => sum + ({ shift: 1, alt: 2, ctrl: 4 }[modifier] ?? 0), 0);
}

function sequence(key: string, modifiers: number): string {
  const final = finals[key];
  if (final) return modifiers === 1 ? `\u001b[${final}` : `\u001b[1;${modifiers}${final}`;
  const number = tildes[key];
  if (number) return modifiers === 1 ? `\u001b[${number}~` : `\u001b[${number};${modifiers}~`;
  const code = codes[key] ?? key.codePointAt(0);
  if (code === undefined) throw new Error(`no bytes for the key ${key}`);
  return `\u001b[${code};${modifiers}u`;
}

/** The bytes of the first key of an action of the key map; of one in several places, the key that counts everywhere. */
export function actionBytes(action: Action): string {
  const bindings = keymap.filter((each) => each.action === action);
  const binding = bindings.find(({ where }) => where === 'everywhere') ?? bindings[0];
  return keyBytes(binding?.keys[0] ?? '');
}
