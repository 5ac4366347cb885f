import type { Settings } from '../../core/settings.ts';
import { noThemes, type Themes } from '../../core/themes.ts';
import type {
  Contact,
  ContactState,
  ContactView,
  MessageState,
  MessageView,
  Printable,
  State,
} from '../../core/types.ts';
import type { KeyMap } from './bindings.ts';
import { withField, type Dialog, type DialogKind, type DialogOf, type Failure } from './dialog.ts';
import type { Size, Terminal } from './terminal.ts';
import { editorOf, type Editor } from './editor.ts';
import { calmed, vimAtStart, type Vim } from './vim.ts';
import type { Emoji } from './emoji.ts';
import { say, type Look } from '../text/line.ts';

/**
 * The row at the top of the message pane: that of message row `row` with the letter at `at` (a UTF-16 offset, so that the place stays
 * when the width or the layout changes); below 0: so many rows above the message.
 */
export type Anchor = { readonly row: number; readonly at: number };

/** A line that says what just happened, and since when it is there (ms since 1970). */
export type Toast = Failure & { readonly kind: 'error' | 'note'; readonly since: number };

/** Everything the screen knows that is not a fact of the session. */
export type View = {
  readonly columns: number;
  readonly rows: number;
  readonly settings: Settings;
  /** The keys in effect, by the settings. */
  readonly keys: KeyMap;
  readonly terminal: Terminal;
  /** The theme files, as they were read last. */
  readonly themes: Themes;
  /** The time the screen shows ages against, in ms since 1970; moved by a timer. */
  readonly now: number;
  readonly focused: boolean;
  readonly selected: number | null;
  /** True if the person closed the conversation: none is chosen for them then. */
  readonly closed: boolean;
  /** One draft per conversation; 0 is the draft without a conversation. */
  readonly drafts: ReadonlyMap<number, Editor>;
  /** The state of vim mode besides the drafts; ignored with `editing = "emacs"`. */
  readonly vim: Vim;
  /** Null: the pane follows the newest message. */
  readonly anchor: Anchor | null;
  /** Row of the message above the "new messages" line; null when there is none to draw. */
  readonly mark: number | null;
  /** Row of the message that is selected: keys act on it. */
  readonly picked: number | null;
  /** The search whose hits the person goes through; there is one only while a message is selected. */
  readonly find: Find | null;
  readonly dialog: Dialog | null;
  /** A paste whose end has not come: still awaited, or given up by the person; null when there is none. */
  readonly pasting: 'open' | 'broken' | null;
  readonly toast: Toast | null;
  /** The person's choice in the popup of completions; null: none yet. */
  readonly choosing: Choosing | null;
  /** The names of emoji, once somebody began to write one. */
  readonly emoji: Emoji | null;
  /** True if the last key was a Ctrl+C on an empty draft: the next one quits. */
  readonly quitArmed: boolean;
};

/** The state of the popup over the word that begins at `start`; a choice counts while the draft is still `text`. */
type Choosing = {
  readonly start: number;
  readonly text: string;
  /** Which entry the arrows have chosen; -1: none. */
  readonly index: number;
  readonly closed: boolean;
};

/** The text of a search, its hits, the newest first, and the place of the current hit. */
export type Find = { readonly text: string; readonly hits: readonly MessageView[]; readonly at: number };

/** The view at the start. */
export function firstView(
  { columns, rows }: Size,
  now: number,
  given: Pick<View, 'settings' | 'terminal' | 'keys'> & Partial<Pick<View, 'themes'>>,
): View {
  return {
    themes: noThemes,
    ...given,
    columns,
    rows,
    now,
    focused: true,
    selected: null,
    closed: false,
    drafts: new Map(),
    vim: vimAtStart,
    anchor: null,
    mark: null,
    picked: null,
    find: null,
    dialog: null,
    pasting: null,
    toast: null,
    choosing: null,
    emoji: null,
    quitArmed: false,
  };
}

/** The draft of the selected conversation. */
export function draftOf(view: View): Editor {
  return view.drafts.get(view.selected ?? 0) ?? emptyDraft;
}

/** A draft with nothing in it. */
export const emptyDraft = editorOf('');

/** The view with the text that keys go into changed. */
export function withEditor(view: View, change: (editor: Editor) => Editor): View {
  if (view.dialog) return { ...view, dialog: withField(view.dialog, change) };
  return withDraft(view, view.selected ?? 0, change);
}

/** The view with one conversation's draft changed. */
export function withDraft(view: View, contact: number, change: (editor: Editor) => Editor): View {
  const before = view.drafts.get(contact) ?? emptyDraft;
  const editor = change(before);
  if (editor === before) return view;
  return { ...view, drafts: new Map(view.drafts).set(contact, editor) };
}

/** The view with `contact` on it, at its newest message. Text that was typed before there were contacts comes along. */
export function withSelected(view: View, contact: number | null): View {
  if (contact === view.selected) return view;
  const left = { anchor: null, mark: null, picked: null, find: null };
  const selected = { ...view, ...left, vim: calmed(view.vim), selected: contact, closed: contact === null };
  const loose = view.drafts.get(0);
  if (view.selected !== null || contact === null || !loose || view.drafts.has(contact)) return selected;
  const drafts = new Map(view.drafts).set(contact, loose);
  drafts.delete(0);
  return { ...selected, drafts };
}

/** The view without anything of `contact`, who was forgotten; another conversation may be chosen then. */
export function withoutContact(view: View, contact: number): View {
  const drafts = new Map(view.drafts);
  drafts.delete(contact);
  const left = view.selected === contact ? { ...withSelected(view, null), closed: false } : view;
  return { ...left, drafts };
}

/** The view with `dialog` open, or none: what was done in a dialog is still said when it is closed. */
export function withDialog(view: View, dialog: Dialog | null): View {
  return { ...view, dialog, toast: dialog ? null : view.toast, quitArmed: false };
}

/** The view with its dialog changed if it is still the one of `kind`: answers may come after it was closed. */
export function inDialog<Kind extends DialogKind>(
  view: View,
  kind: Kind,
  change: (dialog: DialogOf<Kind>) => Dialog | null,
): View {
  if (view.dialog?.kind !== kind) return view;
  return { ...view, dialog: change(view.dialog as DialogOf<Kind>) };
}

/**
 * The view of a locked screen: of the conversations it keeps only which one was open, and the drafts, in memory only. Text that was
 * sent, cut or undone before is forgotten.
 */
export function lockedView(view: View, dialog: Dialog): View {
  const drafts = new Map(
    [...view.drafts]
      .map(([id, { text, recalled, kept }]) => [id, editorOf(recalled < 0 ? text : kept)] as const)
      .filter(([, { text }]) => text !== ''),
  );
  return {
    ...withDialog(view, dialog),
    drafts,
    vim: vimAtStart,
    choosing: null,
    anchor: null,
    mark: null,
    picked: null,
    find: null,
  };
}

/** The contacts in the order of the sidebar: the latest activity first, those who ask to be let in at the end. */
export function contactsInOrder(facts: Pick<State, 'contacts'>): readonly ContactView[] {
  const { contacts } = facts;
  return [...contacts.filter((contact) => !isAsking(contact)), ...contacts.filter(isAsking)];
}

/** The contact whose conversation is on screen. */
export function selectedContact(view: View, facts: State): ContactView | null {
  return facts.contacts.find((contact) => contact.id === view.selected) ?? null;
}

/** How a state of a contact is shown: in a sentence, in a word, and as one sign; its colour only repeats that. */
type Standing = {
  readonly words: Printable;
  readonly short: Printable;
  readonly sign: Printable;
  readonly look: Look;
};

/** The words, sign and look for each state of a contact. */
export const contactStates: Readonly<Record<ContactState, Standing>> = {
  requested: { words: say`not accepted yet`, short: say`not accepted`, sign: say`?`, look: 'warn' },
  'not-compared': { words: say`not verified`, short: say`not verified`, sign: say`○`, look: 'warn' },
  compared: { words: say`verified`, short: say`verified`, sign: say`✓`, look: 'good' },
  'changed-signed': {
    words: say`new key, signed by the old one`,
    short: say`new key, signed`,
    sign: say`~`,
    look: 'warn',
  },
  conflict: { words: say`two keys, sending is stopped`, short: say`conflict`, sign: say`!`, look: 'bad' },
  revoked: { words: say`key revoked, sending is stopped`, short: say`revoked`, sign: say`✗`, look: 'bad' },
  blocked: { words: say`blocked`, short: say`blocked`, sign: say`-`, look: 'dim' },
};

/** The meaning of each state of a message, in words. */
export const messageStates: Readonly<Record<MessageState, Printable>> = {
  queued: say`queued until they can be reached`,
  kept: say`in their mailbox, not on their disk yet`,
  sent: say`sent: on their disk`,
  delivered: say`delivered: decrypted and stored there`,
  failed: say`not sent`,
  received: say`decrypted and stored here`,
};

type Stands = Pick<Contact, 'state' | 'request'>;

/** The standing of `contact`; if it is not accepted yet, the words say which side waits. */
export function standingOf(contact: Stands): Standing {
  const standing = contactStates[contact.state];
  if (contact.state !== 'requested') return standing;
  return isAsking(contact)
    ? { ...standing, words: say`wants to be your contact`, short: say`asks` }
    : { ...standing, words: say`asked, not accepted yet`, short: say`asked` };
}

/** Tells whether this is somebody who asked to be let in, and not yet a contact. */
export function isAsking({ state, request }: Stands): boolean {
  return state === 'requested' && request === 'received';
}

/** Tells whether writing to `contact` is not allowed now. */
export function isStopped(contact: Stands): boolean {
  return isAsking(contact) || ['conflict', 'revoked', 'blocked'].includes(contact.state);
}
