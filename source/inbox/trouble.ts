import { randomUUID } from 'node:crypto';
import { isRecord, parseJson } from '../core/json.ts';
import { limits } from '../core/limits.ts';
import { clearAway } from '../disk/clear-away.ts';
import { readBounded } from '../disk/files.ts';
import { inboxFile, storeFile } from './maildir.ts';

// Why a listener cannot carry its parcels, for doctor: faults of this machine only, not other people's answers. PROTOCOL.md "Parcels".

const mostCharacters = 200;

/** Writes to trouble.json why nothing is carried, or with '' that nothing is wrong. Throws the system's errors. */
export async function writeTrouble(inbox: string, reason: string): Promise<void> {
  const path = inboxFile(inbox, 'trouble');
  if (reason === '') return clearAway(path);
  const text = JSON.stringify({ version: 1, reason: reason.slice(0, mostCharacters) });
  await storeFile(inbox, `trouble.${randomUUID()}`, path, Buffer.from(text));
}

/** Reads trouble.json, which the network-facing process writes: a hint. Empty when it is missing or invalid. */
export async function readTrouble(inbox: string): Promise<string> {
  const bytes = await readBounded(inboxFile(inbox, 'trouble'), limits.presenceBytes).catch(() => null);
  const file = parseJson(bytes?.toString('utf8') ?? '');
  if (!isRecord(file) || file['version'] !== 1 || typeof file['reason'] !== 'string') return '';
  return file['reason'].slice(0, mostCharacters);
}

/** The reasons that keep a listener from carrying, by the failed action. */
export type Troubles = {
  /** Notes why something failed, or with null that it did not; trouble.json says the oldest reason there is. */
  readonly note: (what: string, error: unknown) => void;
  /** Resolves when nothing is being written. */
  readonly settled: () => Promise<void>;
};

/** Maintains trouble.json and clears another listener's report. A write that the disk refuses is repeated with the next note. */
export function createTroubles(inbox: string): Troubles {
  const reasons = new Map<string, string>();
  let [said, writing] = ['?', Promise.resolve()];
  const tell = (): void => {
    const [reason = ''] = reasons.values();
    if (reason === said) return;
    said = reason;
    const write = (): Promise<void> => writeTrouble(inbox, reason);
    writing = writing.then(write).catch(() => void (said = '?'));
  };
  tell();
  return {
    note(what, error) {
      if (error === null) reasons.delete(what);
      else reasons.set(what, error instanceof Error ? error.message : 'something else was thrown');
      tell();
    },
    settled: () => writing,
  };
}
