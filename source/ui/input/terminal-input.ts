import type { InputEvent } from './events.ts';
import { createKeyParser } from './parser.ts';

/** The keyboard side of a terminal. */
export type TerminalSource = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?: (isRaw: boolean) => unknown;
};

/** The keyboard while the screen owns it. */
export type TerminalInput = {
  /** Takes the keyboard (raw mode) and starts to tell events. */
  readonly take: () => void;
  /** Gives it back as it was. */
  readonly release: () => void;
};

/** A lone Escape is told after this; over a slow line the rest of a sequence may come that late. */
const escapeMs = 40;
/** A paste whose end marker never comes ends this long after its last byte. */
const pasteMs = 1000;

/**
 * Reads keys from `source` and tells each event. Ink is given another, silent stream, so this parser is the only
 * one: Ink's own loses F-keys and mouse reports and takes `hello⏎` in one read for one event.
 */
export function createTerminalInput(
  source: TerminalSource,
  tell: (event: InputEvent) => void,
): TerminalInput {
  const parser = createKeyParser();
  let timer: NodeJS.Timeout | undefined;
  let isTaken = false;
  const tellAll = (events: readonly InputEvent[]): void => {
    for (const event of events) tell(event);
  };
  const flush = (): void => {
    timer = undefined;
    tellAll(parser.flush());
  };
  const read = (chunk: Buffer | string): void => {
    clearTimeout(timer);
    const events = parser.feed(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    const wait = parser.waitsFor();
    timer = wait === 'nothing' ? undefined : setTimeout(flush, wait === 'paste' ? pasteMs : escapeMs);
    tellAll(events);
  };
  return {
    take() {
      isTaken = true;
      source.setRawMode?.(true);
      source.on('data', read);
      source.resume();
    },
    release() {
      if (!isTaken) return;
      isTaken = false;
      clearTimeout(timer);
      source.off('data', read);
      source.pause();
      source.setRawMode?.(false);
    },
  };
}
