import { fromBase64url } from './bytes.ts';

/** True for the id of a box: 16 bytes in base64url, 22 characters. PROTOCOL.md "Boxes". */
export function isBoxId(text: string): boolean {
  return text.length === 22 && fromBase64url(text)?.length === 16;
}
