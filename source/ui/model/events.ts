/** A key press. `name` is the canonical name (`ctrl+k`, `alt+up`, `shift+enter`, `a`); `text` is what it types, or ''. */
export type KeyEvent = { readonly type: 'key'; readonly name: string; readonly text: string };

/**
 * A whole paste, as one event; line ends are `\n`. `left` is the number of UTF-16 units that were too many and are left out; `keys` are
 * the keys that would type the same text, where the terminal did not say that it was pasted.
 */
export type PasteEvent = {
  readonly type: 'paste';
  readonly text: string;
  readonly left: number;
  readonly keys: readonly KeyEvent[];
};

/** The end of a paste that was not begun: the input before it may have been the rest of one. */
type PasteEndEvent = { readonly type: 'paste-end' };

/** Bytes that are not text in the encoding of the terminal and are left out; `count` is how many times there were any. */
export type UndecodedEvent = { readonly type: 'undecoded'; readonly count: number };

/** How a paste goes on: its end has not come (`open`), a person ended it and the rest may still come (`broken`), or it is over. */
export type PastingEvent = { readonly type: 'pasting'; readonly state: 'open' | 'broken' | 'over' };

/** A cell of the screen, in columns and rows from 0; a terminal may name one that is not there. */
export type Cell = { readonly x: number; readonly y: number };

/** One notch of the mouse wheel over a cell. */
export type WheelEvent = Cell & { readonly type: 'wheel'; readonly direction: 'up' | 'down' };

/** The first mouse button was pressed on a cell, without other keys. */
export type ClickEvent = Cell & { readonly type: 'click' };

/** A report that the terminal window has the focus now, or that it has lost it. */
type FocusEvent = { readonly type: 'focus'; readonly focused: boolean };

/** An answer of the terminal to one of our questions, without its introducer (`?1u`, `?62;22c`). */
type ReplyEvent = { readonly type: 'reply'; readonly text: string };

/** Everything that can come in on a terminal. */
export type InputEvent =
  | KeyEvent
  | PasteEvent
  | PasteEndEvent
  | PastingEvent
  | UndecodedEvent
  | WheelEvent
  | ClickEvent
  | FocusEvent
  | ReplyEvent;

/** A key press that types nothing. */
export function press(name: string): KeyEvent {
  return { type: 'key', name, text: '' };
}

/** A key press that types `text`. */
export function typed(text: string): KeyEvent {
  return { type: 'key', name: text === ' ' ? 'space' : text, text };
}
