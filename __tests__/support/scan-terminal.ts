/**
 * Lists what in `text` could steer or deceive a terminal; none is what a peer's text must give. Written apart from
 * core/printable.ts, by code point ranges instead of properties, so that a mistake there does not hide here.
 */
export function scanTerminal(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if ((unit < 0x20 && unit !== 0x0a) || (unit >= 0x7f && unit <= 0x9f)) found.push(`control ${hex(unit)}`);
    if (unit >= 0xd800 && unit <= 0xdfff) {
      if (unit <= 0xdbff && /^[\udc00-\udfff]/.test(text.slice(at + 1))) at += 1;
      else found.push(`lone surrogate ${hex(unit)}`);
    }
  }
  for (const [point] of text.matchAll(steering)) found.push(`invisible ${hex(point.codePointAt(0) ?? 0)}`);
  for (const [run] of text.matchAll(/[\p{Mn}\p{Me}]{6,}/gu)) found.push(`${[...run].length} marks`);
  if (/(?:^|\n)\p{M}/u.test(text)) found.push('mark without a base');
  return found;
}

const steering =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffc\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}
