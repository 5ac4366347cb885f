import { ChatError } from '../../core/errors.ts';
import { printableLine } from '../../core/printable.ts';
import type { ListenerPlan } from './start-listener.ts';

/** Why a listener did not start, by what it said before it ended: `code` is the system's, or one of ours. */
export function listenerFailure(
  { host, port, inbox }: ListenerPlan,
  { code, message }: { readonly code: string; readonly message: string },
): ChatError {
  const isOfSocket = /^(?:listen|bind|getaddrinfo) /u.test(message);
  if (code === 'EADDRINUSE') return new ChatError('port-taken', String(port));
  if (code === 'EACCES' && isOfSocket) return new ChatError('port-forbidden', String(port));
  if (isOfSocket) return new ChatError('listen-nowhere', printableLine(host));
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ChatError('disk-full');
  if (code === 'EROFS') return new ChatError('disk-read-only', printableLine(inbox));
  if (code === 'EREPLACED' || code === 'ENOENT') return new ChatError('inbox-replaced', printableLine(inbox));
  return new ChatError('listener-failed', printableLine(message));
}
