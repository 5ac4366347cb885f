type Handle = { readonly fd?: unknown; readonly setBlocking?: (isBlocking: boolean) => unknown };

/**
 * Lets writes to a terminal wait in memory instead of in the kernel: one that stops reading (a line that hangs, Ctrl+S) would stop the whole
 * program, signals included. Node has no other way to say so than the handle of the stream. Does nothing where the stream shares its
 * descriptor with other programs: theirs would change, too.
 */
export function unblock(stream: NodeJS.WriteStream): void {
  if (!stream.isTTY) return;
  const { _handle: handle } = stream as NodeJS.WriteStream & { readonly _handle?: Handle };
  if (typeof handle?.fd === 'number' && handle.fd > 2) handle.setBlocking?.(false);
}
