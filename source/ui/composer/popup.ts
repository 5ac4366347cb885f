import type { State } from '../../core/types.ts';
import { commands } from '../commands/commands.ts';
import { completionOf, type Completion } from './completing.ts';
import type { Desk, Handler } from '../desk/desk.ts';
import { changed } from '../model/editor.ts';
import { loadEmoji, nameBefore, withEmoji, type Emoji } from '../model/emoji.ts';
import { layoutOf } from '../model/layout.ts';
import { contactsInOrder, draftOf, withDraft, type View } from '../model/view.ts';
import { vimModeOf } from '../model/vim-view.ts';

/** The completions that are offered above the draft. */
export type Popup = Completion & {
  /** Which entry the arrows have chosen; -1: none, and Tab takes the first. */
  readonly index: number;
  /** Number of rows, including the heading. */
  readonly rows: number;
};

const mostRows = 6;
/** Room for a heading, two entries, and a row of messages above them. */
const leastPane = 4;

/** The completions that are offered now; null when there are none, the popup was closed, or the window is too small for it. */
export function popupOf(view: View, facts: State): Popup | null {
  const found = isWriting(view) ? completionNow(view, facts) : null;
  if (!found) return null;
  const { choosing } = view;
  if (choosing?.closed && choosing.start === found.start) return null;
  const { pane } = layoutOf(view, facts);
  if (pane < leastPane) return null;
  const isSame = choosing?.start === found.start && choosing.text === draftOf(view).text;
  const index = isSame ? Math.min(choosing.index, found.entries.length - 1) : -1;
  return { ...found, index, rows: Math.min(mostRows, pane - 1, found.entries.length + 1) };
}

/** In a dialog, and in the other modes of vim, letters are not written into the draft. */
function isWriting(view: View): boolean {
  return view.dialog === null && (vimModeOf(view) ?? 'insert') === 'insert';
}

function completionNow(view: View, facts: State): Completion | null {
  const contacts = contactsInOrder(facts);
  const themes = [...view.themes.files.keys()];
  return completionOf(draftOf(view), { commands, contacts, themes, emoji: view.emoji });
}

/** Tells whether an entry was chosen with the arrows: Enter takes that entry then. */
export function isChosen(desk: Desk): boolean {
  return (popupOf(desk.view.get(), desk.facts.get())?.index ?? -1) >= 0;
}

/** Replaces the typed beginning with the chosen entry, or else with the first one. */
export function takeCompletion(desk: Desk): void {
  const popup = popupOf(desk.view.get(), desk.facts.get());
  if (popup) takeCompletionAt(desk, Math.max(0, popup.index));
}

/** Replaces the typed beginning with the entry at a place, if there is one. */
export function takeCompletionAt(desk: Desk, index: number): void {
  const view = desk.view.get();
  const popup = popupOf(view, desk.facts.get());
  const entry = popup?.entries[index];
  if (!popup || !entry) return;
  const { start } = popup;
  const { text, cursor } = draftOf(view);
  const next = {
    text: text.slice(0, start) + entry.insert + text.slice(cursor).replace(/^ /u, blankOf(entry.insert)),
    cursor: start + entry.insert.length,
  };
  desk.view.update((now) => ({
    ...withDraft(now, now.selected ?? 0, (editor) => changed(editor, next)),
    choosing: { start, text: next.text, index: -1, closed: true },
  }));
}

/** A blank that is there already is not put in twice. */
function blankOf(inserted: string): string {
  return inserted.endsWith(' ') ? '' : ' ';
}

function choose(by: 1 | -1): Handler {
  return (desk) => {
    const view = desk.view.get();
    const popup = popupOf(view, desk.facts.get());
    if (!popup) return;
    const count = popup.entries.length;
    const from = popup.index < 0 && by < 0 ? 0 : popup.index;
    const index = (from + by + count) % count;
    const { text } = draftOf(view);
    desk.view.update((now) => ({
      ...now,
      choosing: { start: popup.start, text, index, closed: false },
    }));
  };
}

function closePopup(desk: Desk): void {
  const view = desk.view.get();
  const popup = popupOf(view, desk.facts.get());
  if (!popup) return;
  const { text } = draftOf(view);
  desk.view.update((now) => ({
    ...now,
    choosing: { start: popup.start, text, index: -1, closed: true },
  }));
}

/** Handlers of the popup's keys. */
export const popupHandlers = {
  'take-completion': takeCompletion,
  'next-completion': choose(1),
  'previous-completion': choose(-1),
  'close-completion': closePopup,
} as const satisfies Record<string, Handler>;

/** Runs after every key: a closed popup may open again once another word is written; the names of emoji are fetched when one is begun. */
export function keepCompleting(desk: Desk): void {
  const view = desk.view.get();
  if (view.dialog) return;
  const { text, cursor } = draftOf(view);
  if (view.emoji === null && nameBefore(text, cursor) !== null) withNames(desk, () => undefined);
  if (view.choosing !== null && !completionNow(view, desk.facts.get()))
    desk.view.update((now) => ({ ...now, choosing: null }));
}

/** Runs after a second colon was typed: a whole name becomes its emoji, even if the names are only loaded now. */
export function makeEmoji(desk: Desk): void {
  const view = desk.view.get();
  if (view.dialog) return;
  const { text, cursor } = draftOf(view);
  if (nameBefore(text, cursor - 1) === null) return;
  const contact = view.selected ?? 0;
  const before = text.slice(0, cursor);
  withNames(desk, (emoji) =>
    desk.view.update((now) =>
      withDraft(now, contact, (editor) =>
        editor.text.startsWith(before) ? withEmoji(editor, cursor, emoji) : editor,
      ),
    ),
  );
}

function withNames(desk: Desk, then: (emoji: Emoji) => void): void {
  const { emoji } = desk.view.get();
  if (emoji) return then(emoji);
  const load = async (): Promise<void> => {
    const loaded = await loadEmoji();
    desk.view.update((view) => ({ ...view, emoji: view.emoji ?? loaded }));
    then(loaded);
  };
  load().catch(desk.crash);
}
