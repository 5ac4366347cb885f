import { ChatError } from './errors.ts';
import { readAddress } from './place.ts';
import { printableLine } from './printable.ts';

/** The address (core/place.ts) in the words of a person, as readAddress() reads them; empty for the word `none`. Throws ChatError address-bad. */
export function addressFrom(words: string): string {
  if (words.trim().toLowerCase() === 'none') return '';
  const address = readAddress(words);
  if (address === null) throw new ChatError('address-bad', printableLine(words.trim() || 'nothing', 60));
  return address;
}
