import type { Printable } from '../../core/types.ts';
import type { DialogPlace } from './dialog.ts';
import { messageKeys } from './message-keys.ts';
import { vimKeys } from './vim-keys.ts';
import { say } from '../text/line.ts';

/**
 * Where a key counts: in one dialog (or one step of it), in every dialog, in the conversation, while completions are offered
 * there, in any text, or everywhere; `vim` and `vim-selecting` count in vim mode only.
 */
export type Where =
  | DialogPlace
  | 'dialog'
  | 'conversation'
  | 'completion'
  | 'selecting'
  | 'finding'
  | 'vim'
  | 'vim-selecting'
  | 'text'
  | 'everywhere';

/** One line of the key map. A `hint` is the short word for the bottom line; the first key is the one shown there. */
export type Binding = {
  readonly action: string;
  readonly keys: readonly string[];
  readonly where: Where;
  readonly help: Printable;
  readonly hint?: Printable;
};

const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `alt+${number}`);

/** The keys of the popup above the draft; every other key goes on to the draft. */
const completionKeys = [
  {
    action: 'take-completion',
    keys: ['tab'],
    where: 'completion',
    help: say`take the entry (Enter too, after you chose one)`,
    hint: say`take`,
  },
  {
    action: 'next-completion',
    keys: ['down'],
    where: 'completion',
    help: say`choose the next entry`,
    hint: say`choose`,
  },
  { action: 'previous-completion', keys: ['up'], where: 'completion', help: say`choose the previous entry` },
  {
    action: 'close-completion',
    keys: ['escape'],
    where: 'completion',
    help: say`close the list`,
    hint: say`close`,
  },
] as const;

/** The actions that a key can have outside of dialogs. */
export type MainAction = (typeof mainKeys | typeof everywhereKeys)[number]['action'];
/** The keys that go from one hit of a search to another, while the selected message is one. */
const findingKeys = [
  {
    action: 'older-hit',
    keys: ['n', 'ctrl+n', 'f3'],
    where: 'finding',
    help: say`next hit (older)`,
    hint: say`next`,
  },
  {
    action: 'newer-hit',
    keys: ['N', 'ctrl+p', 'shift+f3'],
    where: 'finding',
    help: say`previous hit (newer)`,
    hint: say`previous`,
  },
] as const;

/** The keys of a conversation, of every text that is written, and of everything over the conversation except dialogs. */
export const mainKeys = [
  { action: 'send', keys: ['enter'], where: 'conversation', help: say`send the message`, hint: say`send` },
  {
    action: 'new-line',
    keys: ['ctrl+j', 'alt+enter', 'shift+enter'],
    where: 'conversation',
    help: say`start a new line`,
    hint: say`line`,
  },
  {
    action: 'open-palette',
    keys: ['ctrl+k', 'alt+k'],
    where: 'conversation',
    help: say`go to a person or a command`,
    hint: say`go to`,
  },
  {
    action: 'show-keys',
    keys: ['ctrl+o'],
    where: 'conversation',
    help: say`show keys and fingerprints`,
    hint: say`keys`,
  },
  {
    action: 'rotate-keys',
    keys: ['ctrl+r'],
    where: 'conversation',
    help: say`rotate your key (asks first)`,
    hint: say`rotate`,
  },
  {
    action: 'verify-contact',
    keys: ['ctrl+g'],
    where: 'conversation',
    help: say`verify this contact by the safety number`,
    hint: say`verify`,
  },
  {
    action: 'open-help',
    keys: ['f1'],
    where: 'conversation',
    help: say`show this help (or ? in an empty line)`,
  },
  {
    action: 'next-conversation',
    keys: ['alt+down', 'ctrl+n'],
    where: 'conversation',
    help: say`next conversation`,
  },
  {
    action: 'previous-conversation',
    keys: ['alt+up', 'ctrl+p'],
    where: 'conversation',
    help: say`previous conversation`,
  },
  { action: 'go-to-number', keys: numbers, where: 'conversation', help: say`go to a conversation by number` },
  { action: 'next-unread', keys: ['alt+a'], where: 'conversation', help: say`next unread conversation` },
  {
    action: 'toggle-list',
    keys: ['alt+s'],
    where: 'conversation',
    help: say`hide or show the list of people`,
  },
  { action: 'narrow-list', keys: ['alt+,'], where: 'conversation', help: say`make the list narrower` },
  { action: 'widen-list', keys: ['alt+.'], where: 'conversation', help: say`make the list wider` },
  { action: 'open-search', keys: ['ctrl+f'], where: 'conversation', help: say`find messages` },
  { action: 'page-up', keys: ['pageup'], where: 'conversation', help: say`scroll up (or the mouse wheel)` },
  { action: 'page-down', keys: ['pagedown'], where: 'conversation', help: say`scroll down` },
  { action: 'go-oldest', keys: ['ctrl+home'], where: 'conversation', help: say`oldest message` },
  { action: 'go-newest', keys: ['ctrl+end'], where: 'conversation', help: say`newest message` },
  {
    action: 'row-up',
    keys: ['up'],
    where: 'conversation',
    help: say`row above; in an empty line: select messages`,
  },
  { action: 'row-down', keys: ['down'], where: 'conversation', help: say`row below` },
  {
    action: 'recall-older',
    keys: ['ctrl+up'],
    where: 'conversation',
    help: say`bring back what you sent before`,
  },
  {
    action: 'recall-newer',
    keys: ['ctrl+down'],
    where: 'conversation',
    help: say`bring back what you sent after that`,
  },
  {
    action: 'cancel',
    keys: ['escape'],
    where: 'conversation',
    help: say`dismiss a notice; go to the newest message`,
  },
  {
    action: 'edit-draft',
    keys: ['ctrl+x'],
    where: 'conversation',
    help: say`open the draft in your editor`,
  },
  { action: 'clear-draft', keys: ['ctrl+c'], where: 'conversation', help: say`clear the draft; twice: quit` },
  {
    action: 'delete-or-quit',
    keys: ['ctrl+d'],
    where: 'conversation',
    help: say`delete ahead; in an empty line: quit`,
  },

  { action: 'cursor-left', keys: ['left'], where: 'text', help: say`left` },
  { action: 'cursor-right', keys: ['right'], where: 'text', help: say`right` },
  { action: 'word-left', keys: ['alt+b', 'ctrl+left', 'alt+left'], where: 'text', help: say`word left` },
  { action: 'word-right', keys: ['alt+f', 'ctrl+right', 'alt+right'], where: 'text', help: say`word right` },
  { action: 'line-start', keys: ['ctrl+a', 'home'], where: 'text', help: say`start of the line` },
  { action: 'line-end', keys: ['ctrl+e', 'end'], where: 'text', help: say`end of the line` },
  {
    action: 'delete-back',
    keys: ['backspace', 'ctrl+h', 'shift+backspace'],
    where: 'text',
    help: say`delete back`,
  },
  { action: 'delete-ahead', keys: ['delete'], where: 'text', help: say`delete ahead` },
  { action: 'kill-to-start', keys: ['ctrl+u'], where: 'text', help: say`cut to the start of the line` },
  { action: 'kill-big-word-back', keys: ['ctrl+w'], where: 'text', help: say`cut the word before` },
  {
    action: 'kill-word-back',
    keys: ['alt+backspace', 'ctrl+backspace', 'alt+delete'],
    where: 'text',
    help: say`cut back to the start of the word`,
  },
  { action: 'kill-word-ahead', keys: ['alt+d', 'ctrl+delete'], where: 'text', help: say`cut the word ahead` },
  { action: 'yank', keys: ['ctrl+y'], where: 'text', help: say`put back what you cut` },
  { action: 'yank-older', keys: ['alt+y'], where: 'text', help: say`after that: put back an older cut` },
  { action: 'transpose', keys: ['ctrl+t'], where: 'text', help: say`swap two characters` },
  { action: 'undo', keys: ['ctrl+_', 'ctrl+/', 'ctrl+-', 'ctrl+shift+-'], where: 'text', help: say`undo` },
  { action: 'redo', keys: ['alt+_', 'alt+shift+-', 'alt+shift+_'], where: 'text', help: say`redo` },

  ...completionKeys,
  ...messageKeys,
  ...findingKeys,
  ...vimKeys,
] as const satisfies readonly Binding[];

/** The keys of all dialogs. */
export const anyDialogKeys = [
  { action: 'close-dialog', keys: ['escape', 'ctrl+c'], where: 'dialog', help: say`close`, hint: say`close` },
  { action: 'scroll-dialog-up', keys: ['up', 'pageup'], where: 'dialog', help: say`scroll up` },
  { action: 'scroll-dialog-down', keys: ['down', 'pagedown'], where: 'dialog', help: say`scroll down` },
] as const satisfies readonly Binding[];

/** The keys that count everywhere. */
export const everywhereKeys = [
  { action: 'lock', keys: ['alt+l'], where: 'everywhere', help: say`lock the screen` },
  { action: 'redraw', keys: ['ctrl+l'], where: 'everywhere', help: say`redraw the screen` },
  { action: 'suspend', keys: ['ctrl+z'], where: 'everywhere', help: say`suspend (fg brings it back)` },
  { action: 'quit', keys: ['ctrl+q'], where: 'everywhere', help: say`quit` },
] as const satisfies readonly Binding[];
