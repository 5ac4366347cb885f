import { limits } from '../../core/limits.ts';
import { reject, utf8 } from '../bytes.ts';
import type { Kind } from './kind.ts';

/** A text that a person wrote. */
export const text: Kind<{ readonly text: string }> = {
  number: 1,
  ordered: true,
  write: ({ text: written }) => utf8(written),
  read(reader) {
    const bytes = reader.rest();
    if (bytes.length === 0 || bytes.length > limits.textBytes) reject('text length');
    return { text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
  },
};
