import { createBursts } from './bursts.ts';
import type { InputEvent } from '../model/events.ts';
import { createKeyParser, type KeyParser } from './parser.ts';
import type { EarlyRead, TerminalSource } from './read-ahead.ts';

/** The keyboard while the screen owns it. */
export type TerminalInput = {
  /** Takes the keyboard (raw mode) and starts to tell events. */
  readonly take: () => void;
  /** Gives the keyboard back as it was. */
  readonly release: () => void;
};

/** The input that was read before, and the encoding of the terminal (UTF-8 unless it is given). */
type Reading = {
  readonly early?: (() => readonly EarlyRead[]) | undefined;
  readonly charset?: string;
  /** Tells whether an Escape alone is told at once (vim mode), or only when nothing followed it for a while. */
  readonly isHasty?: () => boolean;
};

/** An Escape is a key on its own when nothing follows it for this long: over a slow line the rest of a key comes that late. */
const keyMs = 500;
/** A paste that has no end after this long is reported, with the way out. */
const sayMs = 1000;
/** Reads from before the start that are further apart than this are not one paste. */
const nearMs = 30;
/** A key that is pressed a few times never takes more bytes. */
const mostKeyBytes = 32;

/**
 * Reads keys from `source` and tells each event. Ink is given another, silent stream, so this parser is the only one: Ink's own parser
 * loses F-keys and mouse reports and takes `hello⏎` in one read for one event. A marked paste is ended only by its end marker, or by a
 * person: Ctrl+C alone in one read. Input that was read before the keyboard is taken for the first time is told first.
 */
export function createTerminalInput(
  source: TerminalSource,
  tell: (event: InputEvent) => void,
  { early = () => [], charset, isHasty }: Reading = {},
): TerminalInput {
  const parser = createKeyParser(charset, isHasty);
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

/** Reports a paste whose end does not come, and when that paste is over; called after each read. */
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

/** Ctrl+C and nothing else in one read: no text contains it, and if one did, nothing would be sent because of it. */
function isWayOut(bytes: Uint8Array): boolean {
  if (bytes.length > mostKeyBytes) return false;
  const events = createKeyParser().feed(bytes);
  return events.length > 0 && events.every((event) => event.type === 'key' && event.name === 'ctrl+c');
}
