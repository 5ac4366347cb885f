import { parseAddress } from '../core/address.ts';
import { sameBytes } from '../core/bytes.ts';
import { limits } from '../core/limits.ts';
import { parsePlace, placesOf, plainOf } from '../core/place.ts';
import type { Bytes } from '../core/types.ts';
import { concat, isRejected, readRecord, reject, text8, u32, u8, type Reader } from './bytes.ts';
import { abilitiesLength } from './abilities.ts';
import { readName } from './bundle.ts';
import { decodeFields, encodeFields, type Field } from './fields.ts';
import { importField } from './import-key.ts';
import { encodeStatements, readStatements, type SignedStatement } from './rotate.ts';

/** How to write to a person: name, address (core/place.ts), seal key (33 bytes), slot key (32). PROTOCOL.md "Content". */
export type Profile = {
  readonly name: string;
  readonly address: string;
  /** The epoch of the identity key that sends this, and the hash of its last rotation statement (32 bytes). */
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
  /** The address as it was sent, if only a later version can read some of its places. */
  readonly told?: Told;
};

/** The first plain place, or empty, and field 5, as they stand in a profile. */
type Told = { readonly plain: string; readonly listed: Bytes | null };

/** Odd, because a reader may ignore them. */
const abilitiesTag = 1;
const statementsTag = 3;
const placesTag = 5;
const knownTags: readonly number[] = [abilitiesTag, statementsTag, placesTag];

/** Writes a profile. */
export function encodeProfile(profile: Profile): Bytes {
  const { name, epoch, chain, sealKey, slotKey, told = tell(profile.address) } = profile;
  const fields = encodeFields(fieldsOf(profile, told));
  return concat(text8(name), text8(told.plain), u32(epoch), chain, sealKey, slotKey, fields);
}

function fieldsOf({ abilities, statements = [], more = [] }: Profile, { listed }: Told): readonly Field[] {
  return [
    ...(abilities ? [{ tag: abilitiesTag, value: abilities }] : []),
    ...(statements.length > 0 ? [{ tag: statementsTag, value: encodeStatements(statements) }] : []),
    ...(listed ? [{ tag: placesTag, value: listed }] : []),
    ...more,
  ];
}

/** How an address is sent: a single plain place in its original form. */
function tell(address: string): Told {
  const plain = plainOf(address);
  if (address === plain) return { plain, listed: null };
  const places = placesOf(address);
  return { plain, listed: concat(u8(places.length), ...places.map(text8)) };
}

/** Reads a profile inside a parse. */
export function decodeProfile(reader: Reader): Profile {
  const name = readName(reader);
  const plain = reader.text8();
  if (plain !== '' && !parseAddress(plain)) reject('address');
  const epoch = reader.u32();
  if (epoch === 0) reject('epoch');
  const chain = reader.take(32);
  const sealKey = importField(reader.take(33), 'seal key');
  const slotKey = reader.take(32);
  const { listed, ...fields } = readFields(reader);
  return { name, ...readTold({ plain, listed }), epoch, chain, sealKey, slotKey, ...fields };
}

type Fields = Pick<Profile, 'abilities' | 'statements' | 'more'> & Pick<Told, 'listed'>;

function readFields(reader: Reader): Fields {
  const fields = decodeFields(reader, knownTags);
  const valueOf = (wanted: number): Bytes | null => fields.find(({ tag }) => tag === wanted)?.value ?? null;
  const [abilities, shown] = [valueOf(abilitiesTag), valueOf(statementsTag)];
  if (abilities && abilities.length !== abilitiesLength) reject('abilities');
  const more = fields.filter(({ tag }) => !knownTags.includes(tag));
  return {
    abilities,
    listed: valueOf(placesTag),
    ...(shown ? { statements: readStatements(shown) } : {}),
    ...(more.length > 0 ? { more } : {}),
  };
}

/** The received address: the places in it that this version can read, or the plain one when it can read none. */
function readTold(told: Told): Pick<Profile, 'address' | 'told'> {
  const { plain, listed } = told;
  if (listed === null) return { address: plain };
  const places = readRecord(listed, (reader) => {
    const count = reader.u8();
    if (count > limits.places) reject('places');
    return Array.from({ length: count }, () => reader.text8());
  });
  if (isRejected(places)) return reject('places');
  const known = [...new Set(places)].filter((place) => parsePlace(place) !== null);
  const address = known.length === 0 ? plain : known.join(' ');
  return isSame(tell(address), told) ? { address } : { address, told };
}

function isSame(one: Told, other: Told): boolean {
  const [listed, otherListed] = [one.listed, other.listed];
  const isListed = listed && otherListed ? sameBytes(listed, otherListed) : listed === otherListed;
  return isListed && one.plain === other.plain;
}
