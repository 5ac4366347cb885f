import { actionFor } from '../model/bindings.ts';
import type { Printable, State as Facts } from '../../core/types.ts';
import { placeOf as placeOfDialog, focusedField } from '../model/dialog.ts';
import type { KeyEvent } from '../model/events.ts';
import type { Where } from '../model/keymap.ts';
import { draftOf, withDraft, type View } from '../model/view.ts';
import { vimModeOf } from '../model/vim-view.ts';
import { sayNote, type Desk } from '../desk/desk.ts';
import { say } from '../text/line.ts';
import { startPicking } from '../reading/picking.ts';
import { popupOf } from './popup.ts';
import { settled } from './vim/commands.ts';
import { pressVim } from './vim/press.ts';

const inConversation: readonly Where[] = ['conversation', 'text', 'everywhere'];

/** Where keys count now, the innermost place first. */
export function layersOf(view: View, facts: Facts): readonly Where[] {
  const { dialog } = view;
  if (!dialog) return [...besideConversation(view, facts), ...inConversation];
  const place = placeOfDialog(dialog);
  if (!focusedField(dialog)) return [place, 'dialog', 'everywhere'];
  return [place, 'dialog', 'text', 'everywhere'];
}

/** The places that come before the conversation itself. */
export function besideConversation(view: View, facts: Facts): readonly Where[] {
  const mode = vimModeOf(view);
  if (view.picked !== null) {
    const selecting: readonly Where[] = mode === null ? ['selecting'] : ['vim-selecting', 'selecting'];
    return view.find ? ['finding', ...selecting] : selecting;
  }
  if (mode !== null && mode !== 'insert') return ['vim'];
  return popupOf(view, facts) ? ['completion'] : [];
}

/** Keys that mean the same as a letter in normal mode. */
const letters: Readonly<Record<string, string>> = {
  left: 'h',
  right: 'l',
  home: '0',
  end: '$',
  backspace: 'h',
  delete: 'x',
};

/**
 * Takes a key that has a meaning in vim mode; false where the key keeps its usual meaning. Takes Escape only where it ends something in vim
 * mode: otherwise Escape dismisses a notice.
 */
export function takeVimKey(desk: Desk, event: KeyEvent): boolean {
  const view = desk.view.get();
  const mode = vimModeOf(view);
  if (mode === null || (view.picked !== null && isBound(view, desk.facts.get(), event))) return false;
  if (event.name === 'escape') return takeEscape(desk, view);
  return mode !== 'insert' && takeCommand(desk, event);
}

const registers = say`registers: d, c and y keep what they took, p puts it back`;
const macros = say`macros: . repeats the last change`;
const marks = say`marks: n and N go through what / found`;

/** Hints about the commands of vim that vim mode lacks, by the key that begins each. */
const missing: Readonly<Record<string, Printable>> = {
  '"': registers,
  q: macros,
  '@': macros,
  m: marks,
  "'": marks,
  '`': marks,
};

/** Says that a key of vim does nothing here, if it is one of those. */
function saysMissing(desk: Desk, key: string): boolean {
  const what = missing[key];
  if (what !== undefined) sayNote(desk, say`vim mode has no ${what}`, say``);
  return what !== undefined;
}

/** Takes a key in the modes in which it is no text. */
function takeCommand(desk: Desk, event: KeyEvent): boolean {
  const view = desk.view.get();
  const isFirst = view.vim.keys.length === 0;
  if (isFirst && actionFor(view.keys, event.name, ['vim']) !== null) return false;
  const key = keyOf(event, isFirst);
  if (key === null) return leaveKey(desk, event);
  if (!isFirst) press(desk, key);
  else if (!saysMissing(desk, key) && !goesUp(desk, key)) press(desk, key === ' ' ? 'l' : key);
  return true;
}

/** Above an empty draft there are the messages. */
function goesUp(desk: Desk, key: string): boolean {
  return key === 'k' && draftOf(desk.view.get()).text === '' && startPicking(desk);
}

/** The key as the commands of vim mode name it; null where no command has it. */
function keyOf({ name, text }: KeyEvent, isFirst: boolean): string | null {
  if (text !== '') return text;
  return isFirst && Object.hasOwn(letters, name) ? (letters[name] ?? null) : null;
}

/** A key without a command ends the command that was begun; else it keeps its usual meaning, but types nothing, and sends no selection. */
function leaveKey(desk: Desk, { name }: KeyEvent): boolean {
  const view = desk.view.get();
  if (view.vim.keys.length > 0) return giveUp(desk);
  const action = actionFor(view.keys, name, layersOf(view, desk.facts.get()));
  return action === null || (action === 'send' && view.vim.mode !== 'normal');
}

/** While a message is selected, its own keys come first. */
function isBound(view: View, facts: Facts, { name }: KeyEvent): boolean {
  return actionFor(view.keys, name, besideConversation(view, facts)) !== null;
}

function takeEscape(desk: Desk, view: View): boolean {
  const { mode, keys } = view.vim;
  if (view.picked !== null || (mode === 'normal' && keys.length === 0)) return false;
  press(desk, 'escape');
  return true;
}

function giveUp(desk: Desk): boolean {
  desk.view.update((view) => ({ ...view, vim: { ...view.vim, keys: [] } }));
  return true;
}

/** Has vim mode press a key (a grapheme, `escape` or `redo`) on the draft. */
export function press(desk: Desk, key: string): void {
  desk.view.update((view) => {
    const after = pressVim({ editor: draftOf(view), vim: view.vim }, key);
    return { ...withDraft(view, view.selected ?? 0, () => after.editor), vim: after.vim };
  });
}

/** Runs after every key, because other keys may have left the cursor where normal mode does not allow it. */
export function keepOnLetter(desk: Desk): void {
  const view = desk.view.get();
  if (vimModeOf(view) !== 'normal' || view.vim.keys.length > 0) return;
  const { editor } = settled({ editor: draftOf(view), vim: view.vim });
  if (editor !== draftOf(view)) desk.view.update((now) => withDraft(now, now.selected ?? 0, () => editor));
}
