/**
 * A link, and what was written behind it as the name for its maker: a whole link ends in a port; one that was cut into lines on its
 * way has blanks in it, and nothing behind it is a name.
 */
export function splitLink(text: string): { readonly link: string; readonly alias: string } {
  const [, link = text, alias = ''] = /^(\S+@\S+:\d+)\s+(.+)$/su.exec(text.trim()) ?? [];
  return { link, alias: alias.trim() };
}
