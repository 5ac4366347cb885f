import { createBursts } from './bursts.ts';
import type { InputEvent } from '../model/events.ts';
import { createKeyParser, type KeyParser } from './parser.ts';
import type { EarlyRead, TerminalSource } from './source.ts';

/** The keyboard while the screen owns it. */
export type TerminalInput = {
  /** Takes the keyboard (raw mode) and starts to tell events. */
  readonly take: () => void;
  /** Gives it back as it was. */
  readonly release: () => void;
};

/** What was read before, and the encoding of the terminal (UTF-8 unless it is given). */
export type Reading = {
  readonly early?: (() => readonly EarlyRead[]) | undefined;
  readonly charset?: string;
};

/** An Escape is a key by itself when nothing follows it for so long: over a slow line the rest of a key comes that late. */
const keyMs = 500;
/** A paste that has no end after so long is said, with the way out. */
const sayMs = 1000;
/** Reads of before the start that are further apart are not one paste. */
const nearMs = 30;
/** No key that is pressed a few times takes more. */
const mostKeyBytes = 32;

/**
 * Reads keys from `source` and tells each event. Ink is given another, silent stream, so this parser is the only
 * one: Ink's own loses F-keys and mouse reports and takes `hello⏎` in one read for one event. A marked paste is ended by its end
 * marker alone, or by a person: Ctrl+C by itself in one read. What was read before it is taken for the first time is told first.
 */
export function createTerminalInput(
  source: TerminalSource,
  tell: (event: InputEvent) => void,
  { early = () => [], charset }: Reading = {},
): TerminalInput {
  const parser = createKeyParser(charset);
  const bursts = createBursts(tell);
  let key: NodeJS.Timeout | undefined;
  const watchPaste = pasteWatch(parser, tell);
  let isTaken = false;
  const read = (chunk: Buffer | string): void => {
    clearTimeout(key);
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const isBroken = parser.waitsFor() === 'paste' && isWayOut(bytes);
    bursts.take(isBroken ? parser.breakOff() : parser.feed(bytes));
    if (parser.waitsFor() === 'key') key = setTimeout(() => bursts.take(parser.pause()), keyMs);
    watchPaste();
    if (isBroken) bursts.breakOff();
  };
  const readEarly = (): void => {
    let before = -Infinity;
    for (const { bytes, at } of early()) {
      if (at - before > nearMs) bursts.flush();
      before = at;
      read(Buffer.from(bytes));
    }
  };
  return {
    take() {
      isTaken = true;
      source.setRawMode?.(true);
      readEarly();
      source.on('data', read);
      source.resume();
    },
    release() {
      if (!isTaken) return;
      isTaken = false;
      clearTimeout(key);
      bursts.flush();
      source.off('data', read);
      source.pause();
      source.setRawMode?.(false);
    },
  };
}

/** Says of a paste that its end does not come, and when it is over; called after each read. */
function pasteWatch(parser: KeyParser, tell: (event: InputEvent) => void): () => void {
  let saying: NodeJS.Timeout | undefined;
  let isSaid = false;
  const sayOpen = (): void => {
    isSaid = true;
    tell({ type: 'pasting', state: 'open' });
  };
  return () => {
    if (parser.waitsFor() === 'paste') {
      saying ??= setTimeout(sayOpen, sayMs);
      return;
    }
    clearTimeout(saying);
    saying = undefined;
    if (isSaid) tell({ type: 'pasting', state: 'over' });
    isSaid = false;
  };
}

/** Ctrl+C and nothing else in one read: no text has it, and if one had, nothing would be sent for it. */
function isWayOut(bytes: Uint8Array): boolean {
  if (bytes.length > mostKeyBytes) return false;
  const events = createKeyParser().feed(bytes);
  return events.length > 0 && events.every((event) => event.type === 'key' && event.name === 'ctrl+c');
}
