import { parseAddress } from '../core/address.ts';
import type { Bytes } from '../core/types.ts';
import { concat, reject, text8 } from './bytes.ts';
import type { Reader } from './bytes.ts';
import { readName } from './bundle.ts';
import { importField } from './import-key.ts';

/** How to write to a person: name, HOST:PORT or empty, seal key (33 bytes), slot key (32). PROTOCOL.md "Content". */
export type Profile = {
  readonly name: string;
  readonly address: string;
  readonly sealKey: Bytes;
  readonly slotKey: Bytes;
};

/** Writes a profile. */
export function encodeProfile(profile: Profile): Bytes {
  return concat(text8(profile.name), text8(profile.address), profile.sealKey, profile.slotKey);
}

/** Reads a profile inside a parse. */
export function decodeProfile(reader: Reader): Profile {
  const name = readName(reader);
  const address = reader.text8();
  if (address !== '' && !parseAddress(address)) reject('address');
  return { name, address, sealKey: importField(reader.take(33), 'seal key'), slotKey: reader.take(32) };
}
