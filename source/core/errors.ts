import type { Failure } from './failure.ts';
import { failures } from './failures.ts';

/** The name of a failure in core/failures.ts. */
export type ErrorCode = keyof typeof failures;

/** A failure a person can act on; everything else that is thrown is a bug. `message` is the text for people. */
export class ChatError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  /** Exit code of a command that ends with it: 1, 2, 69, 75 or 77. */
  readonly exit: number;

  /** `detail` is put into the text where the text has a place for it; it must be printable. */
  constructor(code: ErrorCode, detail = '') {
    const entry: Failure = failures[code];
    super(entry.text(detail));
    this.name = 'ChatError';
    this.code = code;
    this.hint = entry.hint;
    this.exit = entry.exit;
  }
}

/** Whether `word` names a failure: for errors that come back over the control socket. */
export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(failures, word);
}

/** What the system says of the disk (ENOSPC, EIO, EACCES …) as a failure that a person can act on; anything else as it is. */
export function asFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const code = String(error.code);
  if (code === 'EREPLACED') return new ChatError('inbox-replaced', 'path' in error ? String(error.path) : '');
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return full ? new ChatError('disk-full') : new ChatError('disk-failed', code);
}
