import { createBursts } from './bursts.ts';
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

/** An Escape is a key by itself when nothing follows it for so long: over a slow line the rest of a key comes that late. */
const keyMs = 500;
/** A paste that has no end after so long is said, with the way out. */
const sayMs = 1000;
/** No key that is pressed a few times takes more. */
const mostKeyBytes = 32;

/**
 * Reads keys from `source` and tells each event. Ink is given another, silent stream, so this parser is the only
 * one: Ink's own loses F-keys and mouse reports and takes `hello⏎` in one read for one event. A marked paste is ended by its end
 * marker alone, or by a person: Ctrl+C by itself in one read.
 */
export function createTerminalInput(
  source: TerminalSource,
  tell: (event: InputEvent) => void,
): TerminalInput {
  const parser = createKeyParser();
  const bursts = createBursts(tell);
  let key: NodeJS.Timeout | undefined;
  let saying: NodeJS.Timeout | undefined;
  let isSaid = false;
  let isTaken = false;
  const sayOpen = (): void => {
    isSaid = true;
    tell({ type: 'pasting', state: 'open' });
  };
  const watch = (): void => {
    const wait = parser.waitsFor();
    if (wait === 'key') key = setTimeout(() => bursts.take(parser.pause()), keyMs);
    if (wait === 'paste') return void (saying ??= setTimeout(sayOpen, sayMs));
    clearTimeout(saying);
    saying = undefined;
    if (isSaid) tell({ type: 'pasting', state: 'over' });
    isSaid = false;
  };
  const read = (chunk: Buffer | string): void => {
    clearTimeout(key);
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const isBroken = parser.waitsFor() === 'paste' && isWayOut(bytes);
    bursts.take(isBroken ? parser.breakOff() : parser.feed(bytes));
    watch();
    if (isBroken) bursts.breakOff();
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
      clearTimeout(key);
      bursts.settle();
      source.off('data', read);
      source.pause();
      source.setRawMode?.(false);
    },
  };
}

/** Ctrl+C and nothing else in one read: no text has it, and if one had, nothing would be sent for it. */
function isWayOut(bytes: Uint8Array): boolean {
  if (bytes.length > mostKeyBytes) return false;
  const events = createKeyParser().feed(bytes);
  return events.length > 0 && events.every((event) => event.type === 'key' && event.name === 'ctrl+c');
}
