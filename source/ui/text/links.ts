import { LinkifyIt } from 'linkify-it';
import { printableLine } from '../../core/printable.ts';
import type { Printable } from '../../core/types.ts';

/** A link in a text: the UTF-16 offsets it covers, and where it leads as one line of printable ASCII. */
type Link = {
  readonly start: number;
  readonly end: number;
  readonly target: Printable;
  /** True if the written text says where the link leads: no name or password in it, and a host of plain ASCII letters. */
  readonly isPlain: boolean;
};

let finder: LinkifyIt | undefined;

/** Finds only addresses with http or https written out: anything else that looks like one is text. */
function found(): LinkifyIt {
  finder ??= new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false, urlAuth: true })
    .add('ftp:', null)
    .add('mailto:', null)
    .add('//', null);
  return finder;
}

/** The links of `text`, in their order. A link is never longer than a row of a terminal could say: 2,048 letters. */
export function linksIn(text: string): readonly Link[] {
  if (!text.includes('://')) return [];
  return (found().match(text) ?? []).flatMap(({ index, lastIndex, raw }) => {
    const url = URL.canParse(raw) ? new URL(raw) : null;
    if (!url || !/^https?:$/.test(url.protocol) || url.href.length > longest) return [];
    return [{ start: index, end: lastIndex, target: printableLine(url.href), isPlain: isPlain(url, raw) }];
  });
}

const longest = 2048;

/** The host must stand where a reader looks for it: further back, anybody can write any host. */
function isPlain(url: URL, raw: string): boolean {
  const [, ...written] = raw.toLowerCase().split('://');
  return url.username === '' && url.password === '' && written.join('://').startsWith(url.host);
}
