import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fromBase64url } from '../core/bytes.ts';
import { ChatError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { packBlob, pouchBytes, pouchText, readPouch, type Packed } from '../core/pouch.ts';
import { printableLine } from '../core/printable.ts';
import type { Calls } from '../core/calls.ts';
import type { Bytes, Printable } from '../core/types.ts';
import { reserveFile } from '../disk/files.ts';
import { homeExists, homePaths } from '../session/control/home-paths.ts';
import { fileFailure, saveNewFile } from '../session/home/key-file.ts';
import { takeIn } from '../session/home/take-in.ts';
import { say, type Invocation } from './invocation.ts';
import { readInput, standard } from './read-input.ts';
import { withHome } from './with-home.ts';

/** A pouch as text is a third longer, and can have words around it. */
const mostText = 2 * limits.pouchBytes;

/** `pack CONTACT FILE`: packs what is queued for a contact; `-` prints it as text. */
export async function pack(call: Invocation): Promise<void> {
  const [contact = '', file = ''] = call.words;
  refuseTaken(file);
  const packed = await withHome(call, 'none', ({ calls }) => calls.pack({ contact }));
  await writePouch(call, file, fromBase64url(packed.pouch) ?? new Uint8Array());
  say(call, `${packedWords(packed)} packed for ${printableLine(contact)}.`);
  say(call, stays);
}

/** `unpack FILE`: puts the envelopes of a pouch into the inbox; touches no key. */
export async function unpack(call: Invocation): Promise<void> {
  const [file = ''] = call.words;
  if (!homeExists(call.home)) throw new ChatError('home-missing', printableLine(call.home));
  const taken = await unpackFrom(call, file);
  say(
    call,
    `${takenWords(taken)} An open messenger shows them now; otherwise run cryptochat sync to receive them.`,
  );
}

/** The sentence after every packing. */
export const stays = 'It stays queued here until an answer says that it arrived.';

/** Says how much was packed. */
export function packedWords({ envelopes, left }: Pick<Packed, 'envelopes' | 'left'>): string {
  return left === 0 ? countOf(envelopes) : `${countOf(envelopes)}, and ${left} more for the next pouch,`;
}

/** Says how much was unpacked. */
export function takenWords({ envelopes }: { readonly envelopes: number }): string {
  return `${countOf(envelopes)} in your inbox.`;
}

function countOf(envelopes: number): string {
  return envelopes === 1 ? '1 envelope is' : `${envelopes} envelopes are`;
}

/** Packs what is queued for a contact into a new file, at a path relative to here or to `~`; returns the path and the numbers. */
export async function packInto(
  calls: Pick<Calls, 'pack'>,
  ask: { readonly contact: string; readonly file: string },
): Promise<{ readonly file: string } & Pick<Packed, 'envelopes' | 'left'>> {
  const file = pathOf(ask.file);
  refuseTaken(file);
  const { pouch, envelopes, left } = await calls.pack({ contact: ask.contact });
  await saveNewFile(file, fromBase64url(pouch) ?? new Uint8Array());
  return { file, envelopes, left };
}

/** Puts the envelopes of a pouch into the inbox of a home; returns how many. Throws ChatError pouch-*, file-failed, disk-full. */
export async function unpackFrom(
  call: Pick<Invocation, 'home' | 'stdin'>,
  file: string,
): Promise<{ readonly envelopes: number }> {
  const [bytes, name] = await readWhole(call, file);
  const pouch = readPouch(bytes);
  if (!pouch) throw new ChatError('pouch-bad', name);
  if (pouch.kind === 'link') throw new ChatError('pouch-link', name);
  await takeIn(homePaths(call.home).inbox, pouch, name);
  return { envelopes: pouch.envelopes.length };
}

/** The path that a person typed in a running program, where `-` is not a name. */
export function pathOf(file: string): string {
  if (file === '' || file === standard) throw new ChatError('usage', 'name a file');
  return resolve(file.replace(/^~(?=\/)/u, homedir()));
}

/**
 * Where the blob (base64url) of a link goes: a new file, which can be written before there is a link, or text on standard output for `-`. Throws
 * ChatError file-exists, file-failed, disk-full.
 */
export async function blobTarget(
  { stdout }: Invocation,
  file: string,
): Promise<{ readonly fill: (blob: string) => Promise<void>; readonly drop: () => Promise<void> }> {
  if (file === standard)
    return { fill: async (blob) => void stdout.write(pouchText(pouchOf(blob))), drop: async () => undefined };
  refuseTaken(file);
  try {
    const { fill, drop } = await reserveFile(file);
    const asked = (blob: string): Promise<void> =>
      fill(pouchOf(blob)).catch((error: unknown) => {
        throw fileFailure(file, error);
      });
    return { fill: asked, drop };
  } catch (error) {
    throw fileFailure(file, error);
  }
}

function pouchOf(blob: string): Bytes {
  return packBlob(fromBase64url(blob) ?? new Uint8Array());
}

/** Reads the blob of a link out of a file or standard input. Throws ChatError pouch-bad, pouch-letters, file-failed. */
export async function readBlob(call: Invocation, file: string): Promise<Bytes> {
  const [bytes, name] = await readWhole(call, file);
  const pouch = readPouch(bytes);
  if (!pouch) throw new ChatError('pouch-bad', name);
  if (pouch.kind !== 'link') throw new ChatError('pouch-letters', name);
  return pouch.blob;
}

/** Refuses the name of an existing file, before anything is written. Throws ChatError file-exists. */
function refuseTaken(file: string): void {
  if (file !== standard && existsSync(file)) throw new ChatError('file-exists', printableLine(file));
}

async function writePouch({ stdout }: Invocation, file: string, pouch: Bytes): Promise<void> {
  if (file === standard) stdout.write(pouchText(pouch));
  else await saveNewFile(file, pouch);
}

async function readWhole(
  call: Pick<Invocation, 'stdin'>,
  file: string,
): Promise<readonly [bytes: Uint8Array, name: Printable]> {
  const name = printableLine(file === standard ? 'standard input' : file, 60);
  const bytes = pouchBytes(await readInput(call, file, mostText));
  if (!bytes) throw new ChatError('pouch-bad', name);
  return [bytes, name];
}
