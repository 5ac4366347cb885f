type Handle = { readonly fd?: unknown; readonly setBlocking?: (isBlocking: boolean) => unknown };

/**
 * Makes writes to a terminal wait in memory instead of in the kernel: a terminal that stops reading (a line that hangs, Ctrl+S) would stop
 * the whole program, signals included. In Node only the handle of the stream can switch this. Does nothing when the stream shares its
 * descriptor with other programs: their writes would change, too.
 */
export function unblock(stream: NodeJS.WriteStream): void {
  if (!stream.isTTY) return;
  const { _handle: handle } = stream as NodeJS.WriteStream & { readonly _handle?: Handle };
  if (typeof handle?.fd === 'number' && handle.fd > 2) handle.setBlocking?.(false);
}
