import fc from 'fast-check';
import { hostileStrings } from './hostile-strings.ts';

const pieces = [
  '\n', '\r', '\r\n', '\t', '\x1b[', '\x7f', '\x85', '\x9b', '\u2028', '\u200c', '\u200d', '\u200b', '\ufe0f', '\ufe0e',
  '\u20e3', '\u0301', '\u0308', '\u20dd', '\u202e', '\u2066', '\ufeff', '\ufff9', '\ufffc', '\ufdd0', '\ue000', '\ud83d',
  '\udc00', '\u{1f468}', '\u{1f469}', '\u{1f3fd}', '\u{1f4bb}', '\u2764', '\u{1f525}', '\u{1f1e9}', '\u{1f1ea}', '\u{1f3f4}',
  '\u{e0067}', '\u{e007f}', '1', '#', 'a', 'l', ' ', '\u3000', '\u{2000b}', '\u4e00', '\u1100', '\u1161', '\u11ab', '\uac00',
  '\ud7b0', '\u0e01', '\u0e33', '\uff76', '\uff9e', '\u0915', '\u094d', '\u093f', '\u09b0', '\u09cd', '\u09af', '\u0d4e',
  '\u0d15', '\u{11d46}', '\u0645', '\u06cc', '\u0600', '\u06dd', '\u0dc1', '\u0dca', '\u1039', '\u17d2', '\u2800', '\u3164',
  '\u{13430}', '\u{1d173}', '\u0000', '\ufdfd',
] as const; // prettier-ignore

/** Texts made of the pieces that rules on clusters, controls and joiners are about, and of anything else. */
export const hostileText = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...pieces) },
      { weight: 1, arbitrary: fc.constantFrom(...hostileStrings) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...pieces), fc.integer({ min: 2, max: 40 }))
          .map(([piece, times]) => piece.repeat(times)),
      },
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));
