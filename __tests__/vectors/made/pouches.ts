import { createHmac } from 'node:crypto';
import { expand } from '../notation.ts';
import { hex, int, sha256 } from './shape.ts';
import type { Expectation, Vector, VectorFile } from './shape.ts';

const slotKey = Buffer.concat([sha256('vectors gate').subarray(0, 16), sha256('vectors own').subarray(0, 16)]);
const nonce = sha256('vectors pouch nonce').subarray(0, 16);
const line = hex(Buffer.from('cryptochat pouch 1\n'));

/** The first 16 bytes of an HMAC of a text. */
function mac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest().subarray(0, 16);
}

/** Nonce, tag and mac in front of a body, as PROTOCOL.md §§8 and 14 say. */
function authOf(body: string, key = slotKey): string {
  const digest = `sha-256=:${sha256(expand(body)).toString('base64')}:`;
  const said = nonce.toString('base64url');
  const id = sha256('cryptochat/1 slot', key).subarray(0, 8);
  const mask = mac(key.subarray(0, 16), `slot|${said}`);
  const tag = id.map((byte, at) => byte ^ (mask[at] ?? 0));
  return `${hex(nonce)} ${hex(tag)} ${hex(mac(key, `POST|/pouch|${said}|${digest}`))}`;
}

function letters(name: string, expect: Expectation, body: string): Vector {
  return { name, input: `${line} 01 ${authOf(body)} ${body}`, expect };
}

function good(name: string, lengths: readonly number[]): Vector {
  const filled = lengths.map((length, at) => `${int(length / 4096, 1)} ${int(at + 1, 1)}*${length}`);
  const vector = letters(name, 'ok', `${int(lengths.length, 2)} ${filled.join(' ')}`);
  return { ...vector, means: { kind: 'envelopes', lengths } };
}

const one = '0001 01 5a*4096';

/** Pouches; the reader has one slot. */
export function pouches(): VectorFile {
  const whole = letters('an envelope', 'ok', one);
  const changed = (from: string, to: string): string => whole.input.replace(from, to);
  return {
    format: 'pouch',
    about: 'PROTOCOL.md §14',
    given: { slotKey: hex(slotKey) },
    parts: {},
    vectors: [
      whole,
      good('of every size', [4096, 16_384, 65_536]),
      good('several of one size, then another', [4096, 4096, 16_384, 4096]),
      { name: 'the blob of a link', input: `${line} 02 b1*4096`, expect: 'ok', means: { kind: 'link' } },
      { name: 'the blob of a link, cut', input: `${line} 02 b1*4095`, expect: 'no pouch' },
      { name: 'the blob of a link with a byte more', input: `${line} 02 b1*4097`, expect: 'no pouch' },
      letters('no envelope', 'no pouch', '0000'),
      letters('2001 envelopes', 'no pouch', '07d1 01 5a*4096'),
      letters('fewer than it says', 'no pouch', '0002 01 5a*4096'),
      letters('more than it says', 'no pouch', '0001 01 5a*4096 01 5b*4096'),
      letters('a byte more', 'no pouch', `${one} 00`),
      letters('a byte less', 'no pouch', '0001 01 5a*4095'),
      letters('of size 0', 'no pouch', '0001 00'),
      letters('of size 2', 'no pouch', '0001 02 5a*8192'),
      letters('of size 64', 'no pouch', '0001 40 5a*4096'),
      letters('a count alone', 'no pouch', '0001'),
      letters('not even a count', 'no pouch', '00'),
      letters('more than 8 MiB', 'no pouch', `0081 ${'10 5a*65536 '.repeat(129).trim()}`),
      { name: 'another version', input: changed(line, hex(Buffer.from('cryptochat pouch 2\n'))), expect: 'no pouch' },
      { name: 'another kind', input: `${line} 03 ${authOf(one)} ${one}`, expect: 'no pouch' },
      { name: 'the line ends of Windows', input: `${hex(Buffer.from('cryptochat pouch 1\r\n'))} 02 b1*4096`, expect: 'no pouch' },
      { name: 'a first line and no more', input: line, expect: 'no pouch' },
      { name: 'no mac', input: `${line} 01 ${authOf(one).split(' ').slice(0, 2).join(' ')}`, expect: 'no pouch' },
      { name: 'nothing', input: '', expect: 'no pouch' },
      { name: 'another envelope', input: changed('5a*4096', '5b*4096'), expect: 'not for me' },
      { name: 'an envelope with one other byte', input: changed('5a*4096', '5a*4095 5b'), expect: 'not for me' },
      { name: 'another nonce', input: changed(hex(nonce), '00*16'), expect: 'not for me' },
      {
        name: 'for another slot of the same home',
        input: `${line} 01 ${authOf(one, Buffer.concat([slotKey.subarray(0, 16), Buffer.alloc(16, 9)]))} ${one}`,
        expect: 'not for me',
      },
      { name: 'for another home', input: `${line} 01 ${authOf(one, Buffer.alloc(32, 9))} ${one}`, expect: 'not for me' },
      { name: 'with the mac of a POST', input: `${line} 01 ${authOf(one).replace(/\w+$/, '00*16')} ${one}`, expect: 'not for me' },
    ],
  };
}
