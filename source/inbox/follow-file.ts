import { stat } from 'node:fs/promises';
import { codeOf, readBounded } from '../disk/files.ts';

/** A file that another program replaces whole: where it is (it may throw), how long it may be, and what its text says. */
export type Followed<Read> = {
  readonly path: () => string;
  readonly mostBytes: number;
  readonly parse: (text: string) => Read;
  /** What no file, or one that cannot be read, says. */
  readonly none: Read;
};

/** Answers what a file says now, and reads it again only when it has changed. */
export function followFile<Read>({ path, mostBytes, parse, none }: Followed<Read>): () => Promise<Read> {
  let readFrom = '';
  let said = none;
  return async () => {
    const file = path();
    const found = await stat(file, { bigint: true }).catch(nullUnlessBusy);
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

/** A machine without a free file handle has lost no file: no sender is to hear that a slot is unknown. */
function nullUnlessBusy(error: unknown): null {
  if (['EMFILE', 'ENFILE', 'ENOMEM', 'EIO', 'EAGAIN'].includes(codeOf(error))) throw error;
  return null;
}
