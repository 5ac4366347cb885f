/** A key press. `name` is the canonical name (`ctrl+k`, `alt+up`, `shift+enter`, `a`); `text` is what it types, or ''. */
export type KeyEvent = { readonly type: 'key'; readonly name: string; readonly text: string };

/** A whole paste, as one event; line ends are `\n`. */
export type PasteEvent = { readonly type: 'paste'; readonly text: string };

/** One notch of the mouse wheel. */
export type WheelEvent = { readonly type: 'wheel'; readonly direction: 'up' | 'down' };

/** Whether the terminal window has the focus now. */
export type FocusEvent = { readonly type: 'focus'; readonly focused: boolean };

/** An answer of the terminal to a question of ours, without its introducer (`?1u`, `?62;22c`). */
export type ReplyEvent = { readonly type: 'reply'; readonly text: string };

/** Everything that can come in on a terminal. */
export type InputEvent = KeyEvent | PasteEvent | WheelEvent | FocusEvent | ReplyEvent;

/** A key press that types nothing. */
export function press(name: string): KeyEvent {
  return { type: 'key', name, text: '' };
}

/** A key press that types `text`. */
export function typed(text: string): KeyEvent {
  return { type: 'key', name: text === ' ' ? 'space' : text, text };
}
