import type { InputEvent, KeyEvent } from '../model/events.ts';

/** The text that keys type. */
const written: Readonly<Record<string, string>> = { enter: '\n', 'ctrl+j': '\n', tab: '\t' };
/** An Enter right after other text waits this long: in a paste without marks the next line follows. */
const enterMs = 25;
/** Text that comes within this time after such a paste is more of it. */
const burstMs = 200;

/** Tells typed text from pasted text where the terminal does not. */
type Bursts = {
  /** Takes the events of one read. */
  readonly take: (events: readonly InputEvent[]) => void;
  /**
   * Prepares for the rest of a paste: Enter writes a new line until the end of the paste has come, or the person gives it up with Escape.
   */
  readonly breakOff: () => void;
  /** Tells a waiting Enter at once. */
  readonly flush: () => void;
};

type Run = { readonly isWriting: boolean; readonly events: readonly InputEvent[] };

/**
 * Text with a line end and more text after it, in one read or nearly so, is told as a paste: nobody types that fast. So no line of a
 * paste is sent on its own. If the timing misleads, the draft has a line too many.
 */
export function createBursts(tell: (event: InputEvent) => void): Bursts {
  let timer: NodeJS.Timeout | undefined;
  let held: InputEvent | undefined;
  let isBurst = false;
  const broken = followBroken(tell);
  const flush = (): void => {
    clearTimeout(timer);
    const enter = held;
    [timer, held, isBurst] = [undefined, undefined, false];
    if (enter) tell(enter);
  };
  const wait = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(flush, ms);
  };
  const paste = ({ events }: Run): void => {
    isBurst ||= !broken.isSo();
    wait(burstMs);
    tell(asPaste(events));
  };
  const write = ({ events }: Run, isLast: boolean): void => {
    const isNear = timer !== undefined || events.length > 1;
    const last = events.at(-1);
    if (isLast && isNear && isEnter(last)) held = last;
    wait(enterMs);
    for (const event of events) if (event !== held) tell(event);
  };
  /** A paste with marks ends any earlier paste without marks, except for the rest of this read; tells whether there was one. */
  const endBurst = (run: Run): boolean => {
    const was = isBurst;
    if (isMarked(run)) flush();
    return was && isMarked(run);
  };
  return {
    take(events) {
      const waiting = held ? [held] : [];
      held = undefined;
      const runs = runsOf([...waiting, ...events]);
      let wasBurst = false;
      for (const [at, run] of runs.entries()) {
        wasBurst = endBurst(run) || wasBurst;
        if (!run.isWriting) for (const event of run.events) broken.tell(event);
        else if (broken.isSo() || isBurst || wasBurst || isPasted(runs, at, waiting.length > 0)) paste(run);
        else write(run, at === runs.length - 1);
      }
    },
    breakOff: () => broken.begin(),
    flush,
  };
}

/** For a paste that was ended by hand: tells events that are not text, and says when the rest of the paste can no longer come. */
function followBroken(tell: (event: InputEvent) => void) {
  let isBroken = false;
  return {
    isSo: () => isBroken,
    begin() {
      isBroken = true;
      tell({ type: 'pasting', state: 'broken' });
    },
    tell(event: InputEvent) {
      const endsIt = event.type === 'paste' || event.type === 'paste-end' || isEscape(event);
      if (!isBroken || !endsIt) return tell(event);
      isBroken = false;
      tell({ type: 'pasting', state: 'over' });
      if (event.type === 'paste') tell(event);
    },
  };
}

/** The events of one read in runs of those that write (letters, line ends, tabs) and those that do not. */
function runsOf(events: readonly InputEvent[]): readonly Run[] {
  const runs: Array<{ readonly isWriting: boolean; readonly events: InputEvent[] }> = [];
  for (const event of events) {
    const isWriting = event.type === 'key' && writtenBy(event) !== '';
    const last = runs.at(-1);
    if (last?.isWriting === isWriting) last.events.push(event);
    else runs.push({ isWriting, events: [event] });
  }
  return runs;
}

/** The remaining keys of a paste without marks: still a paste if they have several lines. */
export function stillPasted(keys: readonly InputEvent[]): readonly InputEvent[] {
  const run = { isWriting: true, events: keys };
  return isPasted([run], 0, false) ? [asPaste(keys)] : keys;
}

function isMarked({ events }: Run): boolean {
  return events.some(({ type }) => type === 'paste');
}

function asPaste(events: readonly InputEvent[]): InputEvent {
  return { type: 'paste', text: textOf(events), left: 0, keys: events.filter(isKey) };
}

function isKey(event: InputEvent): event is KeyEvent {
  return event.type === 'key';
}

/**
 * Tells whether a run has text (with `hadText`, the first run has some before it) and a line end that is not its last character, or is
 * followed by the end of a paste.
 */
function isPasted(runs: readonly Run[], at: number, hadText: boolean): boolean {
  if (runs[at + 1]?.events[0]?.type === 'paste-end') return true;
  const text = textOf(runs[at]?.events ?? []);
  return /\n[^]/.test(text) && ((at === 0 && hadText) || /[^\n]/.test(text));
}

function isEnter(event: InputEvent | undefined): boolean {
  return event?.type === 'key' && event.name === 'enter';
}

function isEscape(event: InputEvent): boolean {
  return event.type === 'key' && event.name === 'escape';
}

function textOf(events: readonly InputEvent[]): string {
  return events.map((event) => (event.type === 'key' ? writtenBy(event) : '')).join('');
}

function writtenBy(event: KeyEvent): string {
  return event.text === '' ? (written[event.name] ?? '') : event.text;
}
