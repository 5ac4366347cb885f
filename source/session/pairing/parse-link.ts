import { ChatError } from '../../core/errors.ts';
import { findLink, type Link } from '../../protocol/link.ts';

/** The invite link in a text that was copied from somewhere. Throws ChatError link-malformed, link-foreign, link-changed, link-version. */
export function parseLink(text: string): Link {
  const link = findLink(text);
  if (typeof link === 'string') throw new ChatError(`link-${link}`);
  return link;
}
