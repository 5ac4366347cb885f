import { ChatError } from './errors.ts';
import { readAddress } from './place.ts';
import { printableLine } from './printable.ts';

/**
 * Reads the address (core/place.ts) that a person typed, as readAddress() does; returns an empty text for the word `none`. Throws ChatError
 * address-bad.
 */
export function addressFrom(words: string): string {
  if (words.trim().toLowerCase() === 'none') return '';
  const address = readAddress(words);
  if (address === null) throw new ChatError('address-bad', printableLine(words.trim() || 'nothing', 60));
  return address;
}
