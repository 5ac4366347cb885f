import { createHmac } from 'node:crypto';
import { expand } from '../notation.ts';
import { hex, int, sha256, type Vector, type VectorFile } from './shape.ts';

// Written from PROTOCOL.md §17, with §8 for what a door holds.

const slotKey = Buffer.concat([sha256('vectors gate').subarray(0, 16), sha256('vectors own').subarray(0, 16)]);
const slot = hex(sha256('vectors slot here').subarray(0, 8));
const envelope = '5a*4096';
const place = 'a.example:8080';
const other = 'https://b.example:443/word';

function mac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest().subarray(0, 16);
}

function text8(text: string): string {
  return `${int(text.length, 1)} ${hex(Buffer.from(text))}`.trim();
}

/** Nonce, tag, mac and check of a door, and its proof. */
function papers(body: string, name: string): { nonce: string; tag: string; mac: string; kept: string } {
  const nonce = sha256(`vectors nonce ${name}`).subarray(0, 16);
  const said = nonce.toString('base64url');
  const digest = `sha-256=:${sha256(expand(body)).toString('base64')}:`;
  const mask = mac(slotKey.subarray(0, 16), `slot|${said}`);
  const id = sha256('cryptochat/1 slot', slotKey).subarray(0, 8);
  const tag = id.map((byte, at) => byte ^ (mask[at] ?? 0));
  return {
    nonce: hex(nonce),
    tag: hex(tag),
    mac: hex(mac(slotKey, `POST|/message|${said}|${digest}`)),
    kept: hex(mac(slotKey, `202|${said}|${digest}`)),
  };
}

function door(at: string, body = envelope): string {
  const { nonce, tag, mac: made, kept } = papers(body, at);
  return `${text8(at)} ${nonce} ${tag} ${made} ${hex(sha256(expand(kept)))}`;
}

function summed(input: string): string {
  return `${input} ${hex(sha256(expand(input)).subarray(0, 16))}`;
}

const head = (count = 1, notAfter = 0): string => `01 ${slot} ${int(notAfter, 8)} ${int(count, 1)}`;
const whole = `${head()} ${door(place)} 01 ${envelope}`;

function good(name: string, input: string, means: unknown): Vector {
  return { name, input: summed(input), expect: 'ok', means };
}

function bad(name: string, input: string): Vector {
  return { name, input: summed(input), expect: null };
}

function doorMeans(at: string, body = envelope): unknown {
  const { nonce, tag, mac: made, kept } = papers(body, at);
  return { place: at, nonce, tag, mac: made, check: hex(sha256(expand(kept))) };
}

/** Parcels. */
export function parcels(): VectorFile {
  const three = '5b*16384';
  return {
    format: 'parcel',
    about: 'PROTOCOL.md §17',
    given: { slotKey: hex(slotKey) },
    parts: {},
    vectors: [
      good('one place', whole, { slot, notAfter: 0, doors: [doorMeans(place)] }),
      good('two places, of 16 KiB, for three days', `${head(2, 1_700_000_000_000)} ${door(place, three)} ${door(other, three)} 04 ${three}`, {
        notAfter: 1_700_000_000_000,
        doors: [doorMeans(place, three), doorMeans(other, three)],
      }),
      bad('version 0', whole.replace('01', '00')),
      bad('version 2', whole.replace('01', '02')),
      bad('a time above 2^53', `01 ${slot} 0020000000000000 01 ${door(place)} 01 ${envelope}`),
      bad('no place', `${head(0)} 01 ${envelope}`),
      bad('five places', `${head(5)} ${[1, 2, 3, 4, 5].map((n) => door(`a.example:${n}`)).join(' ')} 01 ${envelope}`),
      bad('a place twice', `${head(2)} ${door(place)} ${door(place)} 01 ${envelope}`),
      bad('fewer places than it says', `${head(2)} ${door(place)} 01 ${envelope}`),
      bad('a place without a port', `${head()} ${door('a.example')} 01 ${envelope}`),
      bad('two places in one', `${head()} ${door(`${place} ${other}`)} 01 ${envelope}`),
      bad('a place of ours', `${head()} ${door(`${place}/message`)} 01 ${envelope}`),
      bad('no name of a place', `${head()} ${door('')} 01 ${envelope}`),
      bad('size 0', `${head()} ${door(place)} 00`),
      bad('size 2', `${head()} ${door(place)} 02 5a*8192`),
      bad('size 64', `${head()} ${door(place)} 40 5a*262144`),
      bad('another size than it says', `${head()} ${door(place)} 04 ${envelope}`),
      bad('a byte less', `${head()} ${door(place)} 01 5a*4095`),
      bad('a byte more', `${whole} 00`),
      { name: 'another sum', input: `${whole} 00*16`, expect: null },
      { name: 'no sum', input: whole, expect: null },
      { name: 'nothing', input: '', expect: null },
    ],
  };
}

const { nonce, kept } = papers(envelope, place);
const request = hex(Buffer.from('POST /message HTTP/1.1\r\nHost: a.example:8080\r\n\r\n'));
const bytes16 = (text: string): string => `${int(expand(text).length, 2)} ${text}`.trim();
const time = int(1_700_000_000_000, 8);
const note = `01 ${time} ${int(3, 4)} ${text8(place)} ${nonce} ${kept} ${bytes16(request)}`;

/** Notes that a parcel was taken. */
export function notes(): VectorFile {
  const said = (text: string): string => note.replace(bytes16(request), bytes16(text));
  return {
    format: 'parcel done',
    about: 'PROTOCOL.md §17',
    given: { slotKey: hex(slotKey) },
    parts: {},
    vectors: [
      good('taken at the third try', note, { at: 1_700_000_000_000, tries: 3, place, nonce, kept }),
      good('with the longest head', said('78*4096'), { head: 'x'.repeat(4096) }),
      good('without a head', said(''), { head: '' }),
      bad('version 2', note.replace('01', '02')),
      bad('no try', note.replace(int(3, 4), int(0, 4))),
      bad('a time above 2^53', note.replace(time, '0020000000000000')),
      bad('a place that is none', note.replace(text8(place), text8('a.example'))),
      bad('a longer head', said('78*4097')),
      bad('a head with an escape', said('1b5b324a')),
      bad('a head with a letter beyond ASCII', said('c3a9')),
      bad('a head with a tab', said('09')),
      bad('a byte more', `${note} 00`),
      bad('a byte less', note.slice(0, -2)),
      { name: 'another sum', input: `${note} 00*16`, expect: null },
      { name: 'no sum', input: note, expect: null },
      { name: 'nothing', input: '', expect: null },
    ],
  };
}
