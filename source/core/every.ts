/** Repeated work. `renew` restarts the period, for one that has become shorter. */
type Repeating = { readonly stop: () => void; readonly renew: () => void };

/** A look that is waited for; `holds` keeps the process from ending until then. */
type Look = { readonly act: () => void; readonly due: number; readonly holds: boolean };

/** Looks due within this time (ms) of each other share a wake-up. */
const togetherMs = 20;

/** All looks of this process wait for one timer: two timers for the same moment can wake the machine twice. */
const waiting = new Set<Look>();
let timer: NodeJS.Timeout | undefined;
let wakeAt = Infinity;

/**
 * Calls `act` at the multiples of `ms` of this process's clock, which lets related periods share one wake-up of the machine. Keeps no
 * process from ending. A period that may change is given as a function, which is asked before each wait.
 */
export function every(ms: number | (() => number), act: () => void): Repeating {
  let cancel: (() => void) | undefined;
  let isOver = false;
  const look = (): void => {
    try {
      act();
    } finally {
      wait();
    }
  };
  const wait = (): void => {
    cancel?.();
    if (!isOver) cancel = waitFor(typeof ms === 'number' ? ms : ms(), look, false);
  };
  wait();
  return {
    stop() {
      isOver = true;
      cancel?.();
    },
    renew: wait,
  };
}

/**
 * Calls `act` once, at the next multiple of `ms` of this process's clock, as `every` does, and keeps the process from ending until then.
 * Returns the function that calls it off.
 */
export function atMultiple(ms: number, act: () => void): () => void {
  return waitFor(ms, act, true);
}

function waitFor(ms: number, act: () => void, holds: boolean): () => void {
  const look = { act, due: nextMultiple(ms, performance.now()), holds };
  waiting.add(look);
  if (look.due < wakeAt || (holds && wakeAt !== -Infinity)) arm();
  return () => {
    waiting.delete(look);
    if ((holds || waiting.size === 0) && wakeAt !== -Infinity) arm();
  };
}

/** The next multiple of `period` after `now`, leaving out one that is less than a tenth of it away: it has just been served. */
export function nextMultiple(period: number, now: number): number {
  const next = (Math.floor(now / period) + 1) * period;
  return next - now < period / 10 ? next + period : next;
}

function arm(): void {
  if (timer) clearTimeout(timer);
  timer = undefined;
  wakeAt = Infinity;
  let isHeld = false;
  for (const { due, holds } of waiting) {
    wakeAt = Math.min(wakeAt, due);
    isHeld ||= holds;
  }
  if (wakeAt === Infinity) return;
  // Where something kept this process busy, the moment may have passed: Node warns of a negative time.
  timer = setTimeout(wake, Math.max(1, Math.ceil(wakeAt - performance.now())));
  if (!isHeld) timer.unref();
}

/** Serves what is due; an error of one look does not keep the others from theirs. */
function wake(): void {
  // It is over, and nothing that a look begins to wait for needs one before all of them are served.
  [timer, wakeAt] = [undefined, -Infinity];
  const now = performance.now() + togetherMs;
  const due = [...waiting].filter((look) => look.due <= now);
  try {
    for (const look of due) if (waiting.delete(look)) look.act();
  } finally {
    arm();
  }
}
