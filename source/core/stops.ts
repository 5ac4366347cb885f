/** Work to do at once before this process stops itself (Ctrl+Z on the screen), and when it goes on. */
type AroundStop = { readonly before: () => void; readonly after: () => void };

const all = new Set<AroundStop>();

/**
 * Does this around every stop from now on, but for those by SIGSTOP, SIGTTIN and SIGTTOU, of which it learns nothing. Returns the function
 * that ends it.
 */
export function aroundStops(one: AroundStop): () => void {
  if (all.size === 0) process.on('SIGTSTP', stopIfAlone);
  all.add(one);
  return () => {
    all.delete(one);
    if (all.size === 0) process.off('SIGTSTP', stopIfAlone);
  };
}

/** A screen has to give its terminal back first, and stops the process itself. */
function stopIfAlone(): void {
  if (process.listenerCount('SIGTSTP') === 1) stopProcess('alone');
}

/**
 * Stops this process, with the others of its group (as the terminal's own Ctrl+Z would: a package manager that waits for us stops too)
 * or alone. Returns when the process goes on, or at once where the kernel stops nothing, because there is no shell above that could let
 * it go on.
 */
export function stopProcess(whom: 'group' | 'alone'): void {
  const listeners = process.listeners('SIGTSTP');
  process.removeAllListeners('SIGTSTP');
  try {
    for (const { before } of all) before();
    process.kill(whom === 'group' ? 0 : process.pid, 'SIGTSTP');
  } finally {
    for (const listener of listeners) process.on('SIGTSTP', listener);
    for (const { after } of all) after();
  }
}
