import { badKeys, hex, int, keyOf } from './shape.ts';
import type { Expectation, Vector, VectorFile } from './shape.ts';

const overhead = 1 + 32 + 16;
const [small, middle, large] = [4096 - overhead, 16_384 - overhead, 65_536 - overhead] as const;
const headLength = 1 + 1 + 33 + 4;
const receiver = keyOf('bob seal');
const sender = keyOf('alice identity').public;

const fields = { version: '01', type: '02', sender: 'sender', length: int(10, 4), ciphertext: 'c1*10' };

function inside(
  name: string,
  expect: Expectation,
  change: Partial<typeof fields> & { padding?: string },
): Vector {
  const { padding = `00*${small - headLength - 10}`, ...changed } = change;
  const input = [...Object.values({ ...fields, ...changed }), padding]
    .filter((word) => word !== '')
    .join(' ');
  return { name, input, expect };
}

/** Insides of envelopes: the test seals them to bob's seal key. */
export function envelopeInsides(): VectorFile {
  const ok = (vector: Vector, means: unknown): Vector => ({ ...vector, means });
  const full = (bucket: number): Partial<typeof fields> & { padding: string } => ({
    length: int(bucket - headLength, 4),
    ciphertext: `c1*${bucket - headLength}`,
    padding: '',
  });
  return {
    format: 'envelope inside',
    about: 'PROTOCOL.md §5: what is sealed to the seal key with info "cryptochat/1 envelope"',
    given: { sealPrivate: hex(receiver.private.serialize()), sealPublic: receiver.public },
    parts: { sender },
    vectors: [
      ok(inside('a ratchet message', 'ok', {}), { type: 2, sender, ciphertext: 'c1'.repeat(10) }),
      ok(inside('a first message', 'ok', { type: '03' }), { type: 3 }),
      ok(inside('no padding in the small bucket', 'ok', full(small)), { type: 2 }),
      ok(inside('no padding in the middle bucket', 'ok', full(middle)), { type: 2 }),
      ok(inside('no padding in the large bucket', 'ok', full(large)), { type: 2 }),
      inside('version 0', 'envelope version', { version: '00' }),
      inside('version 2', 'envelope version', { version: '02' }),
      ...['00', '01', '04', '07', '08', 'ff'].map((type) =>
        inside(`type ${type}`, 'envelope type', { type }),
      ),
      ...Object.entries(badKeys).map(([name, key]) =>
        inside(`sender: ${name}`, 'sender identity is no valid key', { sender: key }),
      ),
      inside('a ciphertext that ends one byte beyond', 'too short', {
        length: int(small - headLength + 1, 4),
      }),
      inside('a ciphertext of 2^32 - 1 bytes', 'too short', { length: 'ffffffff' }),
      inside('the first byte of padding is not zero', 'envelope padding', {
        padding: `01 00*${small - headLength - 11}`,
      }),
      inside('the last byte of padding is not zero', 'envelope padding', {
        padding: `00*${small - headLength - 11} 01`,
      }),
      inside('zero bytes', 'envelope version', {
        version: '', type: '', sender: '', length: '', ciphertext: '', padding: `00*${small}`,
      }), // prettier-ignore
    ],
  };
}

/** Whole envelopes. */
export function envelopes(): VectorFile {
  const plain = new Uint8Array(small);
  plain.set(Buffer.from(`0102${sender}${int(10, 4)}${'c1'.repeat(10)}`, 'hex'));
  const seal = (info: string, name: string): Buffer =>
    Buffer.from(keyOf(name).private.getPublicKey().seal(plain, info));
  const envelope = seal('cryptochat/1 envelope', 'bob seal');
  const flipped = (at: number, bit = 1): string =>
    hex(envelope.map((byte, index) => (index === at ? byte ^ bit : byte)));
  const whole = (name: string, input: string, expect: Expectation): Vector => ({ name, input, expect });
  return {
    format: 'envelope',
    about: 'PROTOCOL.md §5; null is an envelope that this seal key does not open',
    given: { sealPrivate: hex(receiver.private.serialize()) },
    parts: { envelope: hex(envelope) },
    vectors: [
      whole('an envelope', 'envelope', 'ok'),
      whole('nothing', '', 'envelope size'),
      whole('a byte less', hex(envelope.subarray(0, -1)), 'envelope size'),
      whole('a byte more', 'envelope 00', 'envelope size'),
      whole('a size between the buckets', '00*8192', 'envelope size'),
      whole('a size above the buckets', '00*131072', 'envelope size'),
      whole('zero bytes, small', '00*4096', null),
      whole('zero bytes, middle', '00*16384', null),
      whole('zero bytes, large', '00*65536', null),
      whole('another HPKE type', flipped(0), null),
      whole('a bit of the encapsulated key', flipped(1), null),
      whole('the top bit of the encapsulated key', flipped(32, 0x80), null),
      whole('a bit of the text', flipped(2000), null),
      whole('a bit of the tag', flipped(4095), null),
      whole('an encapsulated key of small order', hex(envelope.fill(0, 1, 33)), null),
      whole('sealed for another use', hex(seal('cryptochat/2 envelope', 'bob seal')), null),
      whole('sealed to another key', hex(seal('cryptochat/1 envelope', 'mallory seal')), null),
    ],
  };
}
