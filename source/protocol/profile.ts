import { parseAddress } from '../core/address.ts';
import type { Bytes } from '../core/types.ts';
import { concat, reject, text8, u32, type Reader } from './bytes.ts';
import { abilitiesLength } from './abilities.ts';
import { readName } from './bundle.ts';
import { decodeFields, encodeFields, type Field } from './fields.ts';
import { importField } from './import-key.ts';
import { encodeStatements, readStatements, type SignedStatement } from './rotate.ts';

/** How to write to a person: name, HOST:PORT or empty, seal key (33 bytes), slot key (32). PROTOCOL.md "Content". */
export type Profile = {
  readonly name: string;
  readonly address: string;
  /** The epoch of the identity key that says this, and the hash of its last rotation statement (32 bytes). */
  readonly epoch: number;
  readonly chain: Bytes;
  readonly sealKey: Bytes;
  readonly slotKey: Bytes;
  /** The kinds of content that this person's program reads (protocol/abilities.ts); null when it does not say. */
  readonly abilities: Bytes | null;
  /** In a hello: the last statements that lead to this identity, for a reader who knows an older one; else none. */
  readonly statements?: readonly SignedStatement[];
  /** Fields that only a later version knows, kept unchanged. */
  readonly more?: readonly Field[];
};

/** Odd, because a reader may ignore them. */
const abilitiesTag = 1;
const statementsTag = 3;

/** Writes a profile. */
export function encodeProfile(profile: Profile): Bytes {
  const { name, address, epoch, chain, sealKey, slotKey } = profile;
  const fields = encodeFields(fieldsOf(profile));
  return concat(text8(name), text8(address), u32(epoch), chain, sealKey, slotKey, fields);
}

function fieldsOf({ abilities, statements = [], more = [] }: Profile): readonly Field[] {
  return [
    ...(abilities ? [{ tag: abilitiesTag, value: abilities }] : []),
    ...(statements.length > 0 ? [{ tag: statementsTag, value: encodeStatements(statements) }] : []),
    ...more,
  ];
}

/** Reads a profile inside a parse. */
export function decodeProfile(reader: Reader): Profile {
  const name = readName(reader);
  const address = reader.text8();
  if (address !== '' && !parseAddress(address)) reject('address');
  const epoch = reader.u32();
  if (epoch === 0) reject('epoch');
  const chain = reader.take(32);
  return {
    name,
    address,
    epoch,
    chain,
    sealKey: importField(reader.take(33), 'seal key'),
    slotKey: reader.take(32),
    ...readMore(reader),
  };
}

function readMore(reader: Reader): Pick<Profile, 'abilities' | 'statements' | 'more'> {
  const fields = decodeFields(reader, [abilitiesTag, statementsTag]);
  const valueOf = (wanted: number): Bytes | null => fields.find(({ tag }) => tag === wanted)?.value ?? null;
  const [abilities, shown] = [valueOf(abilitiesTag), valueOf(statementsTag)];
  if (abilities && abilities.length !== abilitiesLength) reject('abilities');
  const more = fields.filter(({ tag }) => tag !== abilitiesTag && tag !== statementsTag);
  return {
    abilities,
    ...(shown ? { statements: readStatements(shown) } : {}),
    ...(more.length > 0 ? { more } : {}),
  };
}
