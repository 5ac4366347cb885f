import { failures, type Failure } from './failures.ts';

/** The name of a failure in core/failures.ts. */
export type ErrorCode = keyof typeof failures;

/** A failure a person can act on; everything else that is thrown is a bug. `message` is the text for people. */
export class ChatError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  /** Exit code of a command that ends with it: 1, 2, 69, 75 or 77. */
  readonly exit: number;

  /** `detail` is put into the text if the text has a place for it; it must be printable. */
  constructor(code: ErrorCode, detail = '') {
    const entry: Failure = failures[code];
    super(entry.text(detail));
    this.name = 'ChatError';
    this.code = code;
    this.hint = entry.hint;
    this.exit = entry.exit;
  }
}

/** True if `word` names a failure: for errors that come back over the control socket. */
export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(failures, word);
}

/** Turns a system error about the disk (ENOSPC, EIO, EACCES …) into a failure that a person can act on; leaves anything else as it is. */
export function asFailure(error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const code = String(error.code);
  if (code === 'EREPLACED') return new ChatError('inbox-replaced', 'path' in error ? String(error.path) : '');
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return full ? new ChatError('disk-full') : new ChatError('disk-failed', systemWords(error));
}

/** A system error in words, with its code and the path in question. */
export function systemWords(error: Error): string {
  return `${inWords('code' in error ? String(error.code) : error.name)}${atPath(error)}`;
}

/** The path of the file in question; its name may be a stranger's. */
function atPath(error: Error): string {
  const path = 'path' in error ? String(error.path).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '?') : '';
  return path === '' ? '' : `: ${path}`;
}

/** True if something failed because of the disk, so read-only work can continue without writing. */
export function isOfDisk(error: unknown): boolean {
  return (
    error instanceof ChatError &&
    ['disk-full', 'disk-failed', 'disk-late', 'disk-read-only'].includes(error.code)
  );
}

/** The failure for standard output that could not be written. */
export function outputFailure(error: NodeJS.ErrnoException): ChatError {
  const { code = 'it is gone' } = error;
  return new ChatError('output-lost', outputWords[code] ?? inWords(code));
}

const outputWords: Readonly<Record<string, string>> = {
  EDQUOT: 'no space is left',
  ENOSPC: 'no space is left',
  EPIPE: 'nobody reads it',
  ERR_STREAM_DESTROYED: 'nobody reads it',
};

/** System errors, in words, that only a disk or a table of open files causes. */
const diskWords: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EFBIG: 'a file would be too big',
  EIO: 'it reports an error',
  EMFILE: 'too many files are open here',
  ENFILE: 'too many files are open on this machine',
  EROFS: 'it is read-only',
  ESTALE: 'it went away',
};

/** System errors about a path, in words; for one of our own paths it may be a bug, for one that a person chose it is not. */
const pathWords: Readonly<Record<string, string>> = {
  EEXIST: 'it already exists',
  EISDIR: 'it is a folder',
  ELOOP: 'its links form a loop',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of it is not a folder',
};

function inWords(code: string): string {
  const words = diskWords[code] ?? pathWords[code];
  return words === undefined ? code : `${words} (${code})`;
}

/** Like asFailure(), but only for errors that cannot be our bug: for the edges of the program, where anything may arrive. */
export function asDiskFailure(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isDisks = code in diskWords || ['ENOSPC', 'EDQUOT', 'EREPLACED'].includes(code);
  return isDisks ? asFailure(error) : error;
}
