import fc from 'fast-check';
import { keymap } from '../../source/ui/keymap.ts';
import type { Binding } from '../../source/ui/model/keymap.ts';
import { hostileStrings } from './hostile-strings.ts';
import { keyBytes } from './key-bytes.ts';

/** Actions that would end the messenger, stop it or leave it for an editor: each has tests of its own. */
const leaving: ReadonlySet<string> = new Set([
  'quit',
  'suspend',
  'lock',
  'delete-or-quit',
  'clear-draft',
  'open-editor',
]);
const all: readonly Binding[] = keymap;
const leavingKeys = new Set(
  all.filter(({ action }) => leaving.has(action)).flatMap((binding) => binding.keys),
);
const keys = all
  .flatMap((binding) => binding.keys)
  .filter((key) => !leavingKeys.has(key))
  .map(keyBytes);

const corpus: readonly string[] = [
  'plain words that go on for more than one row of a narrow window, and then some more of them',
  '東京駅で会いましょう、時計の下で',
  'مرحبا بالعالم — שלום עולם',
  'नमस्ते दुनिया क्षत्रिय — น้ำดื่ม กำลังมา ນໍ້າ',
  'ﷺ ꧁꧂ 𒐫 ﷽',
  '👩‍👩‍👧‍👦 👍🏽 🇩🇪🇫🇷 ❤️ ☺️ 1️⃣ 🏴‍☠️ 🧑🏿‍🚀 ✊🏻',
  'Z̷̢̛͓͇̝̈́̄a̸̧͉͑l̴̰͆g̶̱̽ȯ̵̧ ë́́́́́́́́',
  'x'.repeat(10_000),
  '全'.repeat(300),
  '*bold* _italic_ `code` https://example.org/a/very/long/path/that/wraps/over/the/edge/of/the/window',
  '```\nfenced\n\tcode\n```',
  'one\ntwo\n\n\nfive\n',
  ' '.repeat(200),
  ...hostileStrings,
];

/** One thing that happens to a screen. */
export type Step =
  | { readonly kind: 'keys'; readonly bytes: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'size'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'arrival'; readonly text: string; readonly mine: boolean };

const text = fc.constantFrom(...corpus);
const letters = ['a', ' ', 'é', '東', '👍', '/', ':sm', '@', '?'];
const reports = [
  '\u001b[<64;5;5M',
  '\u001b[<65;5;5M',
  '\u001b[<0;5;5M',
  '\u001b[<0;40;8M',
  '\u001b[<0;9;23M',
  '\u001b[<0;500;1M',
  '\u001b[O',
  '\u001b[I',
];

function typing(bytes: readonly string[]): fc.Arbitrary<Step> {
  return fc.record({ kind: fc.constant('keys' as const), bytes: fc.constantFrom(...bytes) });
}

/** Keys of the key map, letters, wheel and focus, pastes, sizes and arrivals of every kind of text. */
export const screenStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: typing(keys) },
  { weight: 2, arbitrary: typing(letters) },
  { weight: 1, arbitrary: typing(reports) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('paste' as const), text }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('size' as const),
      columns: fc.constantFrom(80, 40, 24, 61, 120, 15),
      rows: fc.constantFrom(24, 12, 7, 40, 5),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('arrival' as const), text, mine: fc.boolean() }),
  },
);

/** A text as a terminal pastes it: an escape in it would end the paste. */
export function pasteBytes(pasted: string): string {
  return `\u001b[200~${pasted.replaceAll('\u001b', '')}\u001b[201~`;
}
