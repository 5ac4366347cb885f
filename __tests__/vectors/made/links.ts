import { badKeys, hex, keyOf, sha256 } from './shape.ts';
import type { Expectation, Vector, VectorFile } from './shape.ts';

type Parts = { head?: number; u?: Uint8Array; secret?: Uint8Array; address?: string; check?: Uint8Array };

const alice = keyOf('alice identity');
const secret = sha256('vectors secret').subarray(0, 16);
const address = 'alice.example:8080';
const meant = { identity: alice.public, secret: hex(secret), card: false };

/** A link whose check fits, unless `check` says otherwise. */
function link(parts: Parts = {}): string {
  const at = parts.address ?? address;
  const head = Buffer.concat([Buffer.of(parts.head ?? 1), parts.u ?? alice.u, parts.secret ?? secret]);
  const check = parts.check ?? sha256('cryptochat/1 link', head, at).subarray(0, 2);
  return `cryptochat:${Buffer.concat([head, check]).toString('base64url')}@${at}`;
}

function bad(name: string, input: string, expect: Expectation = 'malformed'): Vector {
  return { name, input, expect };
}

function good(name: string, input: string, at = address): Vector {
  return { name, input, expect: 'ok', means: { ...meant, address: at } };
}

const addresses = [
  '192.0.2.7:1',
  '[2001:db8::7]:65535',
  'a.onion:80',
  `${'a'.repeat(61)}.${'b'.repeat(60)}:8080`,
];
const placed = 'https://[2001:db8::7]:8443/chat';
const notAddresses = [
  '',
  'alice.example',
  'alice.example:0',
  'alice.example:08080',
  'alice.example:65536',
  'http://alice.example:8080',
  'alice.example:8080/x',
  '2001:db8::7:8080',
  'bob@alice.example:8080',
  '127.1:8080',
  `${'a'.repeat(61)}.${'b'.repeat(61)}:65535`,
];

/** Ids of boxes. */
const boxes = [0, 1].map((n) => sha256(`vectors box ${n}`).subarray(0, 16).toString('base64url'));

/** Places that only a link of version 2 can have. */
const places = [
  'https://alice.example:443',
  placed,
  'alice.example:8080/x',
  `alice.example:8080/${'-_aZ0'.repeat(6)}xy`,
  `alice.example:8080/b/${boxes[0]}`,
  `https://alice.example:443/chat/b/${boxes[1]}`,
];
const notPlaces = [
  '',
  'https://alice.example',
  'https://alice.example:443/',
  'https://a.onion:443',
  'https://A.ONION:443/x',
  'HTTPS://alice.example:443',
  'http://alice.example:80',
  'https://bob@alice.example:443',
  'https:alice.example:443',
  'alice.example:8080/x/y',
  'alice.example:8080//x',
  'alice.example:8080/.x',
  'alice.example:8080/%41',
  'alice.example:8080/x?y',
  'alice.example:8080/x#y',
  'alice.example:8080/message',
  'alice.example:8080/messages',
  'alice.example:8080/invite',
  'alice.example:8080/box',
  'alice.example:8080/b',
  'alice.example:8080/b/',
  `alice.example:8080/b/${boxes[0]}A`,
  `alice.example:8080/b/${boxes[0]?.slice(0, 21)}`,
  `alice.example:8080/b/${'A'.repeat(21)}B`,
  `alice.example:8080/b/${boxes[0]}/`,
  `alice.example:8080/b/${boxes[0]}/x`,
  `alice.example:8080/b/b/${boxes[0]}`,
  `alice.example:8080/x/y/b/${boxes[0]}`,
  `alice.example:8080/c/${boxes[0]}`,
  `alice.example:8080/${'a'.repeat(33)}`,
  'a.example:80 b.example:80',
];

/** Invite links. */
export function links(): VectorFile {
  const whole = link();
  const [body = ''] = whole.slice('cryptochat:'.length).split('@');
  return {
    format: 'link',
    about: 'PROTOCOL.md §3; inputs are text',
    given: {},
    parts: {},
    vectors: [
      good('a link', whole),
      good('white space around it', ` \t${whole}\r\n`),
      good('the scheme in capitals', whole.replace('cryptochat', 'CRYPTOCHAT')),
      {
        name: 'a card',
        input: link({ head: 0x11 }),
        expect: 'ok',
        means: { ...meant, address, card: true },
      },
      ...addresses.map((at) => good(`address ${at}`, link({ address: at }), at)),
      ...notAddresses.map((at) => bad(`address ${JSON.stringify(at)}`, link({ address: at }))),
      ...places.map((at) => good(`place ${at}`, link({ head: 2, address: at }), at)),
      ...notPlaces.map((at) => bad(`place ${JSON.stringify(at)}`, link({ head: 2, address: at }))),
      { name: 'a card at a place', input: link({ head: 0x12, address: placed }), expect: 'ok', means: { ...meant, address: placed, card: true } },
      bad('version 2 with a plain address', link({ head: 2 })),
      bad('the word of a place was changed', link({ head: 2, address: placed }).replace('/chat', '/chap'), 'changed'),
      bad('the TLS of a place was taken away', link({ head: 2, address: placed }).replace('https://', ''), 'changed'),
      bad('a place that is cut', link({ head: 2, address: placed }).slice(0, -1)),
      bad('nothing', ''),
      bad('another scheme', whole.replace('cryptochat', 'https')),
      bad('no scheme', whole.slice('cryptochat:'.length)),
      bad('no address', whole.slice(0, whole.indexOf('@'))),
      bad('no body', `cryptochat:@${address}`),
      bad('the address was changed', whole.replace('alice.example', 'mallory.example'), 'changed'),
      bad('the port was changed', whole.replace('8080', '8081'), 'changed'),
      bad('the port of a card was changed', link({ head: 0x11 }).replace('8080', '8081'), 'changed'),
      bad('the address in capitals', whole.replace('alice.example', 'ALICE.example'), 'changed'),
      bad('one letter was mistyped', mistyped(whole, body), 'changed'),
      bad('cut at the front', whole.replace(body, body.slice(4))),
      bad('cut at the end of the body', whole.replace(body, body.slice(0, -4))),
      bad('cut at the end', whole.slice(0, -1)),
      bad('three bytes more', whole.replace(body, `${body}AAAA`)),
      bad('base64 with padding', whole.replace(body, `${body}==`)),
      bad('base64 with a leftover bit', whole.replace(body, `${body}B`)),
      bad('white space inside', whole.replace(body, `${body.slice(0, 30)} ${body.slice(30)}`)),
      bad('the alphabet of plain base64', base64Link()),
      bad('the check is another', link({ check: Buffer.of(0, 0) }), 'changed'),
      bad('the check of a link without its address', link({ check: withoutAddress() }), 'changed'),
      ...Object.entries(badKeys)
        .filter(([name]) => name !== 'another type byte')
        .map(([name, key]) => bad(`identity: ${name}`, link({ u: Buffer.from(key, 'hex').subarray(1) }))),
      ...[0, 3, 15].map((head) => bad(`version ${head}`, link({ head }), 'version')),
      ...[0x21, 0x41, 0x81, 0x31].map((head) => bad(`flag ${head >> 4}`, link({ head }), 'version')),
      bad('another version with a longer body', longer(0x03), 'version'),
      bad('this version with a longer body', longer(0x01)),
      bad('another version with a longer body, mistyped', longer(0x03).replace('@', 'A@')),
      bad('nothing but a check', bare(Buffer.alloc(0))),
      bad('another version, mistyped', link({ head: 3, check: Buffer.of(0, 0) })),
    ],
  };
}

function mistyped(whole: string, body: string): string {
  const letter = body[20] === 'A' ? 'B' : 'A';
  return whole.replace(body, body.slice(0, 20) + letter + body.slice(21));
}

/** A link of any bytes, with a check that fits. */
function bare(body: Buffer): string {
  const check = sha256('cryptochat/1 link', body, address).subarray(0, 2);
  return `cryptochat:${Buffer.concat([body, check]).toString('base64url')}@${address}`;
}

function longer(head: number): string {
  return bare(Buffer.concat([Buffer.of(head), Buffer.alloc(60, 7)]));
}

/** A link with a `+` where base64url has a `-`. */
function base64Link(): string {
  const plain = link({ secret: Buffer.alloc(16, 0xfb) });
  const [body = ''] = plain.slice('cryptochat:'.length).split('@');
  return plain.replace(body, body.replaceAll('-', '+').replaceAll('_', '/'));
}

function withoutAddress(): Buffer {
  return sha256('cryptochat/1 link', Buffer.of(1), alice.u, secret).subarray(0, 2);
}
