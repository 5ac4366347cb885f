/** Work to do at once before this process stops itself (Ctrl+Z on the screen), and when it goes on. */
type AroundStop = { readonly before: () => void; readonly after: () => void };

const all = new Set<AroundStop>();

/** Does this around every stop from now on; returns the function that ends it. */
export function aroundStops(one: AroundStop): () => void {
  all.add(one);
  return () => void all.delete(one);
}

/** Stops this process by `stop`, which returns when it goes on. */
export function stopWith(stop: () => void): void {
  for (const { before } of all) before();
  try {
    stop();
  } finally {
    for (const { after } of all) after();
  }
}
