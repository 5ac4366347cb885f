import { badKeys, hex, int, keyOf, text8 } from './shape.ts';
import type { Expectation, Vector, VectorFile } from './shape.ts';

const most = 2n ** 53n - 1n;

const head = {
  version: '01',
  kind: '01',
  id: 'id',
  seq: int(5, 8),
  ack: int(3, 8),
  mark: 'a7*8',
  sentAt: int(1_700_000_000_000, 8),
};

const profile = {
  name: text8('alice'),
  address: text8('alice.example:8080'),
  epoch: '00000001',
  chain: '00*32',
  sealKey: 'sealKey',
  slotKey: '5a*32',
  fields: '00',
};

/** The same as keys of a rotate or reset tell it: no statement, no bundle, a signature that nobody looks at here. */
const keys = `${Object.values(profile).join(' ')} 00 0000 04*64`;
const keysOf = (change: Partial<typeof profile>): string =>
  `${Object.values({ ...profile, ...change }).join(' ')} 00 0000 04*64`;

type Change = Partial<typeof head>;

function content(name: string, expect: Expectation, change: Change, body: string): Vector {
  const input = [...Object.values({ ...head, ...change }), body].filter((word) => word !== '').join(' ');
  return { name, input, expect };
}

function means(vector: Vector, meaning: unknown): Vector {
  return { ...vector, means: meaning };
}

type Seqs = ReadonlyArray<number | bigint>;

/** The first four bytes of the id of a message that is said to be stored. */
function idStart(seq: number | bigint): string {
  return int(BigInt(seq) % 251n, 1).repeat(4);
}

/** A list of what is stored above the ack: how many, and of each the seq and the start of the id. */
function stored(seqs: Seqs, count = seqs.length): string {
  return [int(count, 2), ...seqs.map((seq) => `${int(seq, 8)} ${idStart(seq)}`)].join(' ');
}

function storedMeans(...seqs: readonly number[]): unknown {
  return seqs.map((seq) => ({ seq, idStart: idStart(seq) }));
}

function receipt(name: string, expect: Expectation, seqs: Seqs, count = seqs.length): Vector {
  return content(name, expect, { kind: '02', seq: '00*8' }, `c3*16 ${stored(seqs, count)}`);
}

function reset(name: string, expect: Expectation, list: string, end = ''): Vector {
  const body = `${list} ${keys} ${end}`.trim();
  return content(name, expect, { kind: '08', seq: '00*8' }, body);
}

function profiled(name: string, expect: Expectation, change: Partial<typeof profile>, end = ''): Vector {
  const body = `${Object.values({ ...profile, ...change }).join(' ')} ${end}`.trim();
  return content(name, expect, { kind: '04' }, body);
}

const heads: readonly Vector[] = [
  content('the highest numbers', 'ok', { seq: int(most, 8), ack: int(most, 8), sentAt: int(most, 8) }, '61'),
  content('a seq above 2^53 - 1', 'number too large', { seq: int(most + 1n, 8) }, '61'),
  content('an ack above 2^53 - 1', 'number too large', { ack: int(most + 1n, 8) }, '61'),
  content('a time above 2^53 - 1', 'number too large', { sentAt: 'ff*8' }, '61'),
  means(content('an unknown kind', 'ok', { kind: '0b' }, '616263'), { seq: 5, body: { kind: 'unknown' } }),
  means(content('kind 255 with seq 0', 'ok', { kind: 'ff', seq: '00*8' }, '61'), {
    seq: 0,
    body: { kind: 'unknown' },
  }),
  content('kind 128 with a seq', 'a seq of a kind that has none', { kind: '80' }, '61'),
  means(content('kind 127 with a seq', 'ok', { kind: '7f' }, '61'), { seq: 5, body: { kind: 'unknown' } }),
  means(content('kind 0', 'ok', { kind: '00' }, ''), { seq: 5, body: { kind: 'unknown' } }),
  means(content('another version', 'ok', { version: '02' }, 'ff'), { seq: 5, body: { kind: 'unknown' } }),
  means(content('another version of a known kind', 'ok', { version: '02', kind: '06' }, ''), {
    body: { kind: 'unknown' },
  }),
  content(
    'another version with a number that is too large',
    'number too large',
    { version: '02', ack: 'ff*8' },
    '',
  ),
  { name: 'another version with a head that is short', input: '02 01 id 00*31', expect: 'too short' },
  { name: 'a head that is short', input: '01 01 id 00*31', expect: 'too short' },
  { name: 'a head without a mark', input: '01 06 id 00*7 05 00*16', expect: 'too short' },
  { name: 'one byte', input: '01', expect: 'too short' },
  { name: 'nothing', input: '', expect: 'too short' },
];

const texts: readonly Vector[] = [
  means(content('a text', 'ok', {}, hex(Buffer.from('grüße'))), {
    id: '1d'.repeat(16),
    seq: 5,
    ack: 3,
    mark: 'a7'.repeat(8),
    sentAt: 1_700_000_000_000,
    body: { kind: 'text', text: 'grüße' },
  }),
  means(content('a text that is not UTF-8', 'ok', {}, '61 c328 62'), { body: { text: 'a\ufffd(b' } }),
  means(content('a text with a byte order mark', 'ok', {}, 'efbbbf 61'), { body: { text: '\ufeffa' } }),
  means(content('a text with a zero byte', 'ok', {}, '61 00 62'), { body: { text: 'a\0b' } }),
  means(content('a text of 61440 bytes', 'ok', {}, '61*61440'), { body: { text: 'a'.repeat(61_440) } }),
  content('a text of 61441 bytes', 'text length', {}, '61*61441'),
  content('an empty text', 'text length', {}, ''),
  content('a text with seq 0', 'seq', { seq: '00*8' }, '61'),
];

const receipts: readonly Vector[] = [
  means(receipt('a receipt', 'ok', [5, 6, 9]), {
    seq: 0,
    ack: 3,
    mark: 'a7'.repeat(8),
    body: { kind: 'receipt', answers: 'c3'.repeat(16), stored: storedMeans(5, 6, 9) },
  }),
  means(receipt('a receipt without seqs', 'ok', []), { body: { kind: 'receipt', stored: [] } }),
  receipt(
    '256 seqs',
    'ok',
    Array.from({ length: 256 }, (_, index) => index + 5),
  ),
  receipt(
    '257 seqs',
    'receipt length',
    Array.from({ length: 257 }, (_, index) => index + 5),
  ),
  receipt('the same seq twice', 'receipt order', [5, 5]),
  receipt('falling seqs', 'receipt order', [6, 5]),
  receipt('falling at the end', 'receipt order', [5, 6, 7, 6]),
  receipt('a seq that the ack has already', 'receipt order', [3]),
  receipt('a seq below the ack', 'receipt order', [2, 5]),
  receipt('seq 0', 'receipt order', [0]),
  receipt('a listed seq above 2^53 - 1', 'number too large', [most + 1n]),
  receipt('fewer seqs than it says', 'too short', [5], 2),
  receipt('more seqs than it says', 'trailing bytes', [5, 6], 1),
  content('a receipt without the start of an id', 'too short', { kind: '02', seq: '00*8' }, `c3*16 0001 ${int(5, 8)}`),
  content('a receipt whose last id is cut', 'too short', { kind: '02', seq: '00*8' }, `c3*16 0001 ${int(5, 8)} 05*3`),
  content('a receipt with a seq of its own', 'seq', { kind: '02' }, 'c3*16 0000'),
  content('a receipt without a number', 'too short', { kind: '02', seq: '00*8' }, 'c3*16 00'),
];

/** A profile with a list of places in field 5, which says that they are `count`. */
function placed(name: string, expect: Expectation, places: readonly string[], { plain = '', count = places.length } = {}): Vector {
  const list = [int(count, 1), ...places.map(text8)].join(' ');
  const bytes = 1 + places.reduce((sum, place) => sum + 1 + Buffer.byteLength(place), 0);
  return profiled(name, expect, { address: text8(plain), fields: `01 05 ${int(bytes, 2)} ${list}` });
}

function told(name: string, places: readonly string[], address: string, plain = ''): Vector {
  return means(placed(name, 'ok', places, { plain }), { body: { profile: { address } } });
}

const [near, far, tls] = ['192.168.1.5:8080', 'alice.example:8080', 'https://alice.example:443/chat'];

const listed: readonly Vector[] = [
  told('two places', [near, far], `${near} ${far}`, near),
  told('one place by TLS, and none for older readers', [tls], tls),
  told('the plain place is not the first', [tls, far], `${tls} ${far}`, far),
  told('four places', [tls, far, near, 'a.onion:80'], `${tls} ${far} ${near} a.onion:80`, far),
  told('a place that only a later version knows is passed over', ['quic://x:1', far], far, far),
  told('nothing but places of a later version', ['quic://x:1', ''], near, near),
  told('the same place twice counts once', [far, near, far], `${far} ${near}`, far),
  told('no place in the list', [], near, near),
  told('a place with a blank is none', [`${near} ${far}`, tls], tls, ''),
  placed('five places', 'places', [near, far, tls, 'a:1', 'a:2']),
  placed('fewer places than it says', 'places', [near], { count: 2 }),
  placed('more places than it says', 'places', [near, far], { count: 1 }),
  profiled('an empty list of places', 'places', { fields: '01 05 0000' }),
  profiled('a place that is not UTF-8', 'places', { fields: '01 05 0003 01 01 ff' }),
];

const profiles: readonly Vector[] = [
  means(profiled('a profile', 'ok', {}), {
    body: {
      kind: 'profile',
      profile: {
        name: 'alice',
        address: 'alice.example:8080',
        epoch: 1,
        chain: '00'.repeat(32),
        sealKey: keyOf('alice seal').public,
        slotKey: '5a'.repeat(32),
      },
    },
  }),
  means(profiled('one who cannot be reached', 'ok', { address: '00' }), {
    body: { profile: { address: '' } },
  }),
  means(profiled('a name of 128 bytes', 'ok', { name: '80 61*128' }), {
    body: { profile: { name: 'a'.repeat(128) } },
  }),
  profiled('a name of 129 bytes', 'name too long', { name: '81 61*129' }),
  profiled('a name that is not UTF-8', 'text is not UTF-8', { name: '01 ff' }),
  profiled('an address that is not UTF-8', 'text is not UTF-8', { address: '01 ff' }),
  ...[
    'alice.example',
    ':8080',
    'alice.example:0',
    'http://a:80',
    'a b:80',
    '127.1:80',
    'x:80\n',
    `${'a'.repeat(126)}:80`,
  ].map((address) => profiled(`address ${JSON.stringify(address)}`, 'address', { address: text8(address) })),
  ...listed,
  profiled('epoch 0', 'epoch', { epoch: '00000000' }),
  ...Object.entries(badKeys).map(([name, key]) =>
    profiled(`seal key: ${name}`, 'seal key is no valid key', { sealKey: key }),
  ),
  profiled('a slot key that is cut', 'too short', { slotKey: '5a*31' }),
  profiled('a byte too many', 'trailing bytes', {}, '00'),
  means(profiled('one who says what it reads', 'ok', { fields: '01 01 0020 fe07 00*30' }), {
    body: { profile: { abilities: `fe07${'00'.repeat(30)}` } },
  }),
  means(profiled('one who shows two statements', 'ok', { fields: '01 03 0204 5a*516' }), {
    body: { profile: { statements: [{ byNew: '5a'.repeat(64) }, {}] } },
  }),
  profiled('a statement that is cut', 'statements', { fields: '01 03 0101 5a*257' }),
  profiled('seven statements', 'statements', { fields: '01 03 070e 5a*1806' }),
  profiled('abilities that are cut', 'abilities', { fields: '01 01 001f 00*31' }),
  means(profiled('an odd field of a later version', 'ok', { fields: '02 01 0020 00*32 07 0002 abcd' }), {
    body: { profile: { abilities: '00'.repeat(32) } },
  }),
  means(profiled('an even field of a later version', 'ok', { fields: '01 02 0000' }), {
    body: { kind: 'unknown' },
  }),
  profiled('fields that do not rise', 'field order', { fields: '02 03 0000 03 0000' }),
  profiled('field 0', 'field order', { fields: '01 00 0000' }),
  profiled('a field beyond the end', 'too short', { fields: '01 01 0020 00*31' }),
];

const others: readonly Vector[] = [
  means(content('a hello', 'ok', { kind: '03' }, `b7*32 ${Object.values(profile).join(' ')}`), {
    body: { kind: 'hello', proof: 'b7'.repeat(32), profile: { name: 'alice' } },
  }),
  content('a hello with a proof that is short', 'too short', { kind: '03' }, 'b7*31'),
  content('a hello without a profile', 'too short', { kind: '03' }, 'b7*32'),
  content(
    'a hello with epoch 0',
    'epoch',
    { kind: '03' },
    `b7*32 ${Object.values({ ...profile, epoch: '00*4' }).join(' ')}`,
  ),
  content(
    'a hello with a byte too many',
    'trailing bytes',
    { kind: '03' },
    `b7*32 ${Object.values(profile).join(' ')} 00`,
  ),
  means(content('a followed', 'ok', { kind: '06', seq: '00*8' }, '00000002 f0*16 d1*8 05'), {
    seq: 0,
    body: {
      kind: 'followed',
      epoch: 2,
      tag: 'f0'.repeat(16),
      place: 'd1'.repeat(8),
      isRevoked: true,
      isStopped: false,
      hasMoved: true,
    },
  }),
  content('a followed of epoch 0', 'epoch', { kind: '06', seq: '00*8' }, '00000000 f0*16 d1*8 00'),
  content('a followed with a flag that means nothing', 'followed flags', { kind: '06', seq: '00*8' }, '00000002 f0*16 d1*8 08'),
  content('a followed that is cut', 'too short', { kind: '06', seq: '00*8' }, '00000002 f0*16 d1*8'),
  content('a followed with a byte too many', 'trailing bytes', { kind: '06', seq: '00*8' }, '00000002 f0*16 d1*8 00 00'),
  content('a followed with a seq of its own', 'seq', { kind: '06' }, '00000002 f0*16 d1*8 00'),
  means(content('a rotate, whatever its signature says', 'ok', { kind: '05', seq: '00*8' }, keys), {
    body: { kind: 'rotate', keys: { profile: { name: 'alice' }, statements: [], signature: '04'.repeat(64) } },
  }),
  content('a rotate with a seq of its own', 'seq', { kind: '05' }, keys),
  content('a rotate with a byte too many', 'trailing bytes', { kind: '05', seq: '00*8' }, `${keys} 00`),
  content('a rotate with epoch 0', 'epoch', { kind: '05', seq: '00*8' }, keysOf({ epoch: '00*4' })),
];

const recoveries: readonly Vector[] = [
  means(content('a reserve, whatever its bundle says', 'ok', { kind: '07' }, '0002 abcd 01*64'), {
    seq: 5,
    body: { kind: 'reserve', bundle: 'abcd', signature: '01'.repeat(64) },
  }),
  content('a reserve with seq 0', 'seq', { kind: '07', seq: '00*8' }, '0002 abcd 01*64'),
  content('a reserve with a bundle beyond its end', 'too short', { kind: '07' }, '0043 abcd 01*64'),
  content('a reserve with a signature that is cut', 'too short', { kind: '07' }, '0002 abcd 01*63'),
  content('a reserve with a byte too many', 'trailing bytes', { kind: '07' }, '0002 abcd 01*65'),
  means(reset('a reset', 'ok', stored([5, 9])), {
    seq: 0,
    ack: 3,
    mark: 'a7'.repeat(8),
    body: {
      kind: 'reset',
      stored: storedMeans(5, 9),
      keys: { profile: { name: 'alice', slotKey: '5a'.repeat(32) } },
    },
  }),
  means(reset('a reset of one who has nothing out of order', 'ok', stored([])), { body: { stored: [] } }),
  reset('a reset with falling seqs', 'receipt order', stored([6, 5])),
  reset('a reset with a seq that the ack has already', 'receipt order', stored([3])),
  reset(
    'a reset with 257 seqs',
    'receipt length',
    stored(Array.from({ length: 257 }, (_, index) => index + 5)),
  ),
  reset('a reset with a byte too many', 'trailing bytes', stored([5]), '00'),
  content('a reset without keys', 'too short', { kind: '08', seq: '00*8' }, stored([5])),
  content(
    'a reset with a seq of its own',
    'seq',
    { kind: '08' },
    `${stored([])} ${keys}`,
  ),
  content(
    'a reset with a bad profile',
    'epoch',
    { kind: '08', seq: '00*8' },
    `${stored([])} ${keysOf({ epoch: '00*4' })}`,
  ),
  means(content('a void', 'ok', { kind: '09' }, ''), { seq: 5, body: { kind: 'void' } }),
  content('a void that says something', 'trailing bytes', { kind: '09' }, '00'),
  content('a void with seq 0', 'seq', { kind: '09', seq: '00*8' }, ''),
  means(content('a revoke, whatever it says', 'ok', { kind: '0a', seq: '00*8' }, 'be*125'), {
    body: { kind: 'revoke', revocation: 'be'.repeat(125) },
  }),
  content('a revoke that is cut', 'too short', { kind: '0a', seq: '00*8' }, 'be*124'),
  content('a revoke with a byte too many', 'trailing bytes', { kind: '0a', seq: '00*8' }, 'be*126'),
  content('a revoke with a seq of its own', 'seq', { kind: '0a' }, 'be*125'),
];

/** Contents of every kind. */
export function contents(): VectorFile {
  return {
    format: 'content',
    about: 'PROTOCOL.md §6: what is inside the ratchet',
    given: {},
    parts: { id: '1d*16', sealKey: keyOf('alice seal').public },
    vectors: [...heads, ...texts, ...receipts, ...profiles, ...others, ...recoveries],
  };
}
