import { blanks, lineEnds, links } from './link-text.ts';

/** A slash command, as people see it. */
export type SlashCommand = {
  /** The arguments after the name; the first one is NAME where it is a contact. */
  readonly wants: string;
  readonly help: string;
};

/** The commands of a conversation, in the order of the lists: the screen and line mode take their words from here. */
export const slashCommands = {
  help: { wants: '', help: 'show what you can do here' },
  invite: { wants: '', help: 'make a link that lets one person add you' },
  join: { wants: 'LINK [ALIAS]', help: 'add the person who made a link' },
  box: { wants: '[LINK]', help: 'receive through a mailbox that someone lent you; alone: your mailboxes' },
  lend: { wants: '[SIZE]', help: 'make a link for a mailbox at your listener' },
  msg: { wants: 'NAME TEXT', help: 'send to someone else' },
  query: { wants: 'NAME', help: 'go to a conversation' },
  unread: { wants: '', help: 'go to the next unread conversation' },
  close: { wants: '', help: 'leave this conversation' },
  contacts: { wants: '', help: 'list your contacts' },
  find: { wants: 'TEXT', help: 'find text in this conversation' },
  copy: { wants: '[NUMBER]', help: 'copy their newest message, or an older one' },
  export: { wants: 'FILE', help: 'write this conversation to a file' },
  pack: { wants: 'FILE', help: 'write queued messages to a file, to carry by hand' },
  unpack: { wants: 'FILE', help: 'receive what someone packed for you' },
  rename: { wants: 'NEW NAME', help: 'give this contact a name of your own' },
  keys: { wants: '', help: 'show your key and the keys of your contacts' },
  rotate: { wants: '', help: 'make a new key and tell your contacts' },
  verify: { wants: '[NAME] [DIGITS]', help: 'verify a contact by the safety number' },
  requests: { wants: '', help: 'show who wants to be your contact' },
  accept: { wants: '[NAME]', help: 'accept a contact request' },
  decline: { wants: '[NAME]', help: 'decline a contact request' },
  block: { wants: '[NAME]', help: 'block a contact' },
  unblock: { wants: '[NAME]', help: 'unblock a contact' },
  forget: { wants: '[NAME]', help: 'delete a contact and your conversation' },
  mute: { wants: '[NAME] [TIME]', help: 'mute a contact, also for 1h, 8h or 1d; again: unmute' },
  notify: {
    wants: '[NAME] [WHEN]',
    help: 'choose which messages notify you: all, none, word WORD, or mute for 1h, 8h, 1d',
  },
  wire: { wants: '', help: 'show what the network saw of the newest message' },
  doctor: { wants: '', help: 'show why you can or cannot be reached' },
  retry: { wants: '', help: 'try to send everything queued now' },
  set: { wants: '[SETTING VALUE]', help: 'change a setting' },
  settings: { wants: '', help: 'show all settings' },
  theme: { wants: '[THEME]', help: 'change the colours; alone: choose from all themes' },
  lock: { wants: '', help: 'lock until you type the passphrase' },
  quit: { wants: '', help: 'quit; the listener can keep receiving' },
} as const satisfies Record<string, SlashCommand>;

/** The name of one of them. */
export type SlashName = keyof typeof slashCommands;

/**
 * The invite link in a text that contains nothing else, without the characters that mail and chat added; null for any other text.
 * Punctuation, a second link, and the words of a command that joins with the link do not count as something else.
 */
export function linkAlone(text: string): string | null {
  if (text.length > mostLetters) return null;
  const whole = text.replaceAll(lineEnds, '').replaceAll(blanks, '');
  if (whole.length > mostLinkLetters) return null;
  const [link] = whole.match(links) ?? [];
  if (link === undefined) return null;
  const rest = whole.replaceAll(links, ' ').replaceAll(/cryptochat|\/?join/giu, '');
  return /[\p{L}\p{N}]/u.test(rest) ? null : link;
}

/**
 * Tells whether a text has a part of an invite or mailbox link in it and no whole one: sending it gives half of a secret away, and the
 * sender most likely meant to join.
 */
export function hasPartOfLink(text: string): boolean {
  if (text.length > mostLetters || !linkPart.test(text)) return false;
  const whole = text.replaceAll(lineEnds, '').replaceAll(blanks, '');
  return whole.match(links) === null && !wholeBoxLink.test(whole);
}

const linkPart = /cryptochat(?:-box)?:[\w-]{12}|(?:^|\s)[\w-]{22,}@[^\s@]+:\d{1,5}(?:[/\s]|$)/iu;
const wholeBoxLink = /cryptochat-box:[\w-]+@[^@]+:\d/iu;

/** A bound on the work for a large paste. */
const mostLetters = 65_536;
/** Longer than several quoted links. */
const mostLinkLetters = 1000;

/**
 * Splits a text into a link and the name for its maker that was typed behind it: a whole link ends in a port or in words after it; a
 * link broken into lines in transit has blanks in it, and no name can follow it.
 */
export function splitLink(text: string): { readonly link: string; readonly alias: string } {
  const [, link = text, alias = ''] = /^(\S+@\S+:\d+(?:\/[\w-]+)*)\s+(.+)$/su.exec(text.trim()) ?? [];
  return { link, alias: alias.trim() };
}
