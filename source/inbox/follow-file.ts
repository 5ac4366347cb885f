import { statSync, type BigIntStats } from 'node:fs';
import { codeOf, readBounded } from '../disk/files.ts';

/** A file that another program replaces whole: its path (may throw), its largest size, and how to read its text. */
type Followed<Read> = {
  readonly path: () => string;
  readonly mostBytes: number;
  readonly parse: (text: string) => Read;
  /** The value for a missing or unreadable file. */
  readonly none: Read;
};

/** Returns the current value of a file, and reads it again only when it has changed. */
export function followFile<Read>({ path, mostBytes, parse, none }: Followed<Read>): () => Promise<Read> {
  let readFrom = '';
  let said = none;
  return async () => {
    const file = path();
    const found = lookAt(file);
    if (!found) return none;
    // A file that is replaced between these two lines is read again next time, because it is not the one found here.
    const version = [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
    if (version !== readFrom) {
      const bytes = await readBounded(file, mostBytes).catch(nullUnlessBusy);
      if (bytes === null) return none;
      said = parse(bytes.toString('utf8'));
      readFrom = version;
    }
    return said;
  };
}

/** Null for a file that is missing or cannot be looked at. */
function lookAt(file: string): BigIntStats | null {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (error) {
    return nullUnlessBusy(error);
  }
}

/** A machine that has run out of file handles has not lost the file, so no sender may hear that a slot is unknown. */
function nullUnlessBusy(error: unknown): null {
  if (['EMFILE', 'ENFILE', 'ENOMEM', 'EIO', 'EAGAIN'].includes(codeOf(error))) throw error;
  return null;
}
