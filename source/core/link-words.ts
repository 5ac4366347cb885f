/**
 * Splits a text into a link and the name for its maker that was typed behind it: a whole link ends in a port; a link that was cut into
 * lines on its way has blanks in it, and no name can follow it.
 */
export function splitLink(text: string): { readonly link: string; readonly alias: string } {
  const [, link = text, alias = ''] = /^(\S+@\S+:\d+)\s+(.+)$/su.exec(text.trim()) ?? [];
  return { link, alias: alias.trim() };
}
