import {
  createCipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  sign,
} from 'node:crypto';
import { hex, int, sha256, type Vector, type VectorFile } from './shape.ts';

// Written from PROTOCOL.md §16. Every file is about one kind of body, inside its seal.

const id = (name: string): string => hex(sha256(`vectors ${name}`).subarray(0, 8));
const name = (time: number, slot: string, size: string): string =>
  `${int(time, 6)}-00002a-${int(time, 3)}-${slot}-${size}`;
const name8 = (text: string): string => `${int(text.length, 1)} ${hex(Buffer.from(text))}`;

const slot = id('slot at a box');
const first = name(1, slot, '01');
const second = name(2, slot, '04');
const pair = name(3, slot, '01x02');
const badNames = {
  'in capitals': name(10, slot, '01').toUpperCase(),
  'of another size': name(1, slot, '02'),
  'with a path': '../slots.json',
  'of nothing': '',
  'that says one envelope twice': name(1, slot, '01x01'),
  'of 65 envelopes': name(1, slot, '01x41'),
  'one letter longer': `${first}0`,
};

function good(title: string, input: string, means: unknown): Vector {
  return { name: title, input, expect: 'ok', means };
}

function bad(title: string, input: string): Vector {
  return { name: title, input, expect: null };
}

function file(format: string, vectors: readonly Vector[], parts: Record<string, string> = {}): VectorFile {
  return { format, about: 'PROTOCOL.md §16, inside its seal', given: {}, parts, vectors };
}

/** The body of an owner's collect. */
export function boxCollects(): VectorFile {
  return file('box collect', [
    good('nothing', '00 00 32', { stored: [], full: [], wait: 50 }),
    good('two files', `02 ${name8(second)} ${name8(first)} 00 01`, { stored: [second, first], full: [], wait: 1 }),
    good('a file of two, and a full slot', `01 ${name8(pair)} 01 ${slot} 32`, { stored: [pair], full: [slot], wait: 50 }),
    good('64 full slots', `00 40 ${slot}*64 32`, { stored: [], full: Array.from({ length: 64 }, () => slot), wait: 50 }),
    bad('65 files', `41 ${`${name8(first)} `.repeat(65)}00 32`),
    bad('65 full slots', `00 41 ${slot}*65 32`),
    bad('no word of full slots', `01 ${name8(first)} 32`),
    bad('no word of how long', '00 00'),
    bad('no time to wait', '00 00 00'),
    bad('more than 50 seconds', '00 00 33'),
    bad('bytes behind the end', '00 00 32 00'),
    bad('a count beyond the end', `02 ${name8(first)} 00 32`),
    ...Object.entries(badNames).map(([title, text]) => bad(`a name ${title}`, `01 ${name8(text)} 00 32`)),
  ]);
}

const key = `${hex(sha256('vectors gate').subarray(0, 16))}${hex(sha256('vectors own').subarray(0, 16))}`;
const gateless = `${'00'.repeat(16)}${hex(sha256('vectors own').subarray(0, 16))}`;
const link = hex(sha256('vectors pickup'));
const plainSlot = `${key} ${int(2000, 4)} ${int(33_554_432, 8)} ${int(0, 4)} 00`;
const linkSlot = `${gateless} ${int(64, 4)} ${int(1 << 20, 8)} ${int(4096, 4)} 01 ${link}`;
const slotMeans = { key, files: 2000, bytes: 33_554_432 };
const linkMeans = { key: gateless, files: 64, bytes: 1 << 20, largest: 4096, link };

/** A table with slots of so many gates. */
function ofGates(count: number): string {
  const slots = Array.from({ length: count }, (_, n) => plainSlot.replace(/^.{32}/, int(n, 16)));
  return `01 40 ${int(count, 2)} ${slots.join(' ')} 0000 0000`;
}

function voucherOf(secret: string, boxes: number): string {
  return `${secret} ${int(128, 4)} ${int(1 << 20, 8)} ${int(boxes, 2)} ${int(30, 2)}`;
}

/** Tables. */
export function boxTables(): VectorFile {
  const blob = 'ab*4096';
  const [once, card] = [`00 ${link} ${blob}`, `01 ${hex(sha256('vectors card'))} ${blob}`];
  const [mine, cards] = [voucherOf(gateless, 1), voucherOf(gateless.replace(/.{2}$/u, '00'), 100)];
  const whole = `01 40 0002 ${plainSlot} ${linkSlot} 0002 ${once} ${card} 0002 ${mine} ${cards}`;
  return file('box table', [
    good('no slots', '01 01 0000 0000 0000', { batch: 1, slots: [], links: [], vouchers: [] }),
    good('slots, a link, a card and their vouchers', whole, {
      batch: 64,
      slots: [slotMeans, linkMeans],
      links: [
        { card: false, name: link, blob: 'ab'.repeat(4096) },
        { card: true, name: hex(sha256('vectors card')), blob: 'ab'.repeat(4096) },
      ],
      vouchers: [
        { key: gateless, files: 128, bytes: 1 << 20, boxes: 1, days: 30 },
        { key: gateless.replace(/.{2}$/u, '00'), files: 128, bytes: 1 << 20, boxes: 100, days: 30 },
      ],
    }),
    good('64 gates', ofGates(64), { batch: 64 }),
    bad('65 gates', ofGates(65)),
    bad('version 2', whole.replace('01 40', '02 40')),
    bad('no batch', '01 00 0000 0000 0000'),
    bad('a batch of 65', '01 41 0000 0000 0000'),
    bad('a slot twice', `01 40 0002 ${plainSlot} ${plainSlot} 0000 0000`),
    bad('a link twice', `01 40 0000 0002 ${once} ${once} 0000`),
    bad('a link of another kind', `01 40 0000 0001 02 ${link} ${blob} 0000`),
    bad('a slot with another mark for its link', `01 40 0001 ${plainSlot.slice(0, -2)}02 ${link} 0000 0000`),
    bad('a quota above 2^53', `01 40 0001 ${key} ${int(1, 4)} 0020000000000000 ${int(0, 4)} 00 0000 0000`),
    bad('251 links', `01 40 0000 00fb`),
    bad('10,001 slots', `01 40 2711 ${plainSlot} 0000 0000`),
    bad('a short blob', `01 40 0000 0001 00 ${link} ab*4095 0000`),
    bad('a voucher twice', `01 40 0000 0000 0002 ${mine} ${mine}`),
    bad('a short voucher', `01 40 0000 0000 0001 ${mine.slice(0, -2)}`),
    bad('a voucher of more bytes than a number has', `01 40 0000 0000 0001 ${gateless} ${int(1, 4)} ff*8 0001 0001`),
    bad('251 vouchers', '01 40 0000 0000 00fb'),
    bad('no word of vouchers', '01 40 0000 0000'),
    bad('bytes behind the end', `${whole} 00`),
    bad('nothing', ''),
  ]);
}

/** Batches. */
export function boxBatches(): VectorFile {
  const taken = `01 ${link} ${id('joiner')}${id('joiner again')}`;
  const tried = `02 ${link} 00*16`;
  const one = `${name8(first)} 11*4096`;
  const nothing = { takenOver: false, more: false, news: [], files: [] };
  return file('box batch', [
    good('nothing', '00 00 00', nothing),
    good('taken over', '02 00 00', { ...nothing, takenOver: true }),
    good('flags of a later version', 'fc 00 00', nothing),
    good('two files, and more waits', `01 00 02 ${one} ${name8(second)} 22*16384`, {
      ...nothing,
      more: true,
      files: [
        { name: first, envelopes: '11'.repeat(4096) },
        { name: second, envelopes: '22'.repeat(16_384) },
      ],
    }),
    good('a file of two envelopes', `00 00 01 ${name8(pair)} 11*8192`, {
      ...nothing,
      files: [{ name: pair, envelopes: '11'.repeat(8192) }],
    }),
    good('news of links', `00 02 ${taken} ${tried} 00`, {
      ...nothing,
      news: [
        { name: link, takenBy: id('joiner') + id('joiner again') },
        { name: link, takenBy: null },
      ],
    }),
    bad('names that fall', `00 00 02 ${name8(second)} 22*16384 ${one}`),
    bad('a name twice', `00 00 02 ${one} ${one}`),
    bad('an envelope that is too short', `00 00 01 ${name8(first)} 11*4095`),
    bad('an envelope that is too long', `00 00 01 ${name8(first)} 11*4097`),
    bad('one envelope where there should be two', `00 00 01 ${name8(pair)} 11*4096`),
    bad('65 files', '00 00 41'),
    bad('129 news', '00 81'),
    bad('news of another kind', `00 01 03 ${link} 00*16 00`),
    bad('a joiner who only tried', `00 01 02 ${link} 01*16 00`),
    bad('a size beyond what is read', `00 00 09 ${Array.from({ length: 9 }, (_, n) => `${name8(name(n, slot, '10'))} 11*65536`).join(' ')}`),
    bad('bytes behind the end', `00 00 01 ${one} 00`),
    bad('no files', '00 00'),
    ...Object.entries(badNames).map(([title, text]) => bad(`a name ${title}`, `00 00 01 ${name8(text)} 11*4096`)),
  ]);
}

/** Grants. */
export function boxGrants(): VectorFile {
  const agreement = hex(sha256('vectors agreement'));
  return file('box grant', [
    good('a grant', `${agreement} ${int(4000, 4)} ${int(67_108_864, 8)} ${int(180, 2)}`, {
      agreement,
      files: 4000,
      bytes: 67_108_864,
      days: 180,
    }),
    bad('a byte more', `${agreement} ${int(4000, 4)} ${int(67_108_864, 8)} ${int(180, 2)} 00`),
    bad('a byte less', `${agreement} ${int(4000, 4)} ${int(67_108_864, 8)} 00`),
    bad('more bytes than a number has', `${agreement} ${int(4000, 4)} ff*8 ${int(180, 2)}`),
  ]);
}

const lentPlace = 'mail.example:8080/cc';
const lent = sha256('vectors lent').subarray(0, 16);

function boxLink(parts: { head?: number; place?: string; check?: Uint8Array; more?: Uint8Array } = {}): string {
  const { head = 1, place = lentPlace, more = Buffer.alloc(0) } = parts;
  const bytes = Buffer.concat([Buffer.of(head), lent, more]);
  const check = parts.check ?? sha256('cryptochat/1 box link', bytes, place).subarray(0, 2);
  return `cryptochat-box:${Buffer.concat([bytes, check]).toString('base64url')}@${place}`;
}

/** Box links; inputs are text. */
export function boxLinks(): VectorFile {
  const whole = boxLink();
  return file('box link', [
    good('a box link', whole, { secret: hex(lent), place: lentPlace }),
    good('white space around it', ` ${whole}\n`, { secret: hex(lent), place: lentPlace }),
    good('over TLS', boxLink({ place: 'https://mail.example:443' }), { place: 'https://mail.example:443' }),
    { name: 'version 2', input: boxLink({ head: 2 }), expect: 'version' },
    { name: 'a longer one of version 2', input: boxLink({ head: 2, more: Buffer.alloc(9) }), expect: 'version' },
    { name: 'this version, longer', input: boxLink({ more: Buffer.alloc(9) }), expect: 'malformed' },
    { name: 'another place', input: whole.replace('mail', 'post'), expect: 'changed' },
    { name: 'another check', input: boxLink({ check: Buffer.of(0, 0) }), expect: 'changed' },
    { name: 'cut', input: whole.slice(0, -1), expect: 'malformed' },
    { name: 'no place', input: boxLink({ place: '' }), expect: 'malformed' },
    { name: 'a box as its place', input: boxLink({ place: `a.example:80/b/${'A'.repeat(22)}` }), expect: 'malformed' },
    { name: 'two places', input: boxLink({ place: 'a.example:80 b.example:80' }), expect: 'malformed' },
    { name: 'an invite link', input: whole.replace('cryptochat-box:', 'cryptochat:'), expect: 'malformed' },
    { name: 'nothing', input: '', expect: 'malformed' },
  ]);
}

/** The values that follow from the keys of a box. */
export function boxDerivations() {
  const seed = sha256('vectors box seed');
  const publicKey = publicOf(keyFrom('302e020100300506032b657004220420', seed));
  const salt = sha256('cryptochat/1 box', publicKey).subarray(0, 16);
  const box = salt.toString('base64url');
  const derive = (secret: Uint8Array, use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, salt, `cryptochat/1 box ${use}`, 32));
  const slotKey = sha256('vectors slot');
  const boxSlotKey = Buffer.concat([
    derive(slotKey.subarray(0, 16), 'gate').subarray(0, 16),
    derive(slotKey, 'slot').subarray(0, 16),
  ]);
  const voucherKey = Buffer.concat([
    Buffer.alloc(16),
    Buffer.from(hkdfSync('sha256', lent, '', 'cryptochat/1 lend', 32)).subarray(0, 16),
  ]);
  const hostSecret = sha256('vectors host secret');
  const [owner, host] = [derive(seed, 'agreement'), derive(hostSecret, 'agreement')].map((secret) =>
    keyFrom('302e020100300506032b656e04220420', secret),
  ) as [ReturnType<typeof keyFrom>, ReturnType<typeof keyFrom>];
  const shared = diffieHellman({ privateKey: owner, publicKey: createPublicKey(host) });
  const sealKey = derive(Buffer.concat([shared, voucherKey]), 'seal');

  const ticketKey = sha256('vectors ticket key');
  const numbers = Buffer.from(int(123_456, 6) + int(7, 6), 'hex');
  const ticketMac = createHmac('sha256', ticketKey).update(salt).update(numbers).digest().subarray(0, 12);
  const ticket = Buffer.concat([numbers, ticketMac]).toString('base64url');
  const digest = `sha-256=:${sha256('vectors body').toString('base64')}:`;
  const asked = Object.fromEntries(
    ['collect', 'table', 'leave'].map((verb) => {
      const text = `cryptochat/1 ${verb}|${box}|${ticket}|${digest}`;
      const signature = sign(null, Buffer.from(text), keyFrom('302e020100300506032b657004220420', seed));
      const done = mark(sealKey, `202|${verb}|${box}|${ticket}|${digest}`);
      return [verb, { owner: `v1.${ticket}.${signature.toString('base64url')}`, done }];
    }),
  );
  const nonce = sha256('vectors nonce').subarray(0, 12);
  return {
    seed: hex(seed),
    publicKey: hex(publicKey),
    box,
    slotKey: hex(slotKey),
    boxSlotKey: hex(boxSlotKey),
    lentSecret: hex(lent),
    voucherKey: hex(voucherKey),
    voucherAt: hex(Buffer.concat([Buffer.alloc(16), derive(voucherKey, 'voucher').subarray(0, 16)])),
    hostSecret: hex(hostSecret),
    ownerAgreement: hex(publicOf(owner)),
    hostAgreement: hex(publicOf(host)),
    sealKey: hex(sealKey),
    ticketKey: hex(ticketKey),
    ticket,
    digest,
    asked,
    grantProof: mark(voucherKey, `201|${'A'.repeat(22)}|${digest}`),
    sealed: {
      nonce: hex(nonce),
      plain: '0000',
      body: hex(seal(sealKey, nonce, { about: `cryptochat/1 collect|${box}|${ticket}`, plain: Buffer.alloc(2) })),
    },
  };
}

function seal(secret: Buffer, nonce: Buffer, { about, plain }: { about: string; plain: Buffer }): Buffer {
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  cipher.setAAD(Buffer.from(about));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function mark(secret: Uint8Array, text: string): string {
  return createHmac('sha256', secret).update(text).digest().subarray(0, 16).toString('base64url');
}

function keyFrom(prefix: string, secret: Uint8Array): ReturnType<typeof createPrivateKey> {
  const der = Buffer.concat([Buffer.from(prefix, 'hex'), secret]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function publicOf(privateKey: ReturnType<typeof createPrivateKey>): Buffer {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
}
