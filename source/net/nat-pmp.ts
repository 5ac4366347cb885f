import { randomBytes } from 'node:crypto';
import { askByUdp } from './ask-udp.ts';
import type { Gateway, Mapped } from './gateway.ts';

// Port mapping by PCP (RFC 6887) and its predecessor NAT-PMP (RFC 6886). Both are a few bytes over UDP.

const [pcpVersion, mapOpcode, tcp] = [2, 1, 6];
const [pmpVersion, addressOpcode, mapTcpOpcode, answerBit] = [0, 0, 2, 128];
/** Lengths of a PCP header, and of the part that MAP adds. */
const [pcpHeadBytes, pcpBytes, nonceBytes] = [24, 60, 12];

/** Asks a router by PCP for a port to this one, for `lifeS` seconds; 0 ends it. Null when it does not know PCP, or refuses. */
export async function mapByPcp(gateway: Gateway, port: number, lifeS: number): Promise<Mapped | null> {
  const nonce = gateway.nonce;
  let askedAt = Infinity;
  const found = await askByUdp({
    ...gateway,
    waitsMs: gateway.patience.asks,
    question(own) {
      askedAt = Math.min(askedAt, performance.now());
      return pcpQuestion({ own, nonce, port, lifeS });
    },
    read(bytes) {
      const answer = readPcp(bytes, nonce, port);
      // Anybody on the local network can send it in the router's name, faster than the router.
      const isEarly = performance.now() - askedAt < (gateway.patience.asks[0] ?? 0);
      if (answer === 'unproven refusal') return isEarly ? null : 'refused';
      return answer;
    },
  });
  return found && found !== 'refused' ? { ...found, by: 'PCP' } : null;
}

function pcpQuestion({
  own,
  nonce,
  port,
  lifeS,
}: {
  readonly own: string;
  readonly nonce: Uint8Array;
  readonly port: number;
  readonly lifeS: number;
}): Uint8Array {
  const bytes = Buffer.alloc(pcpBytes);
  bytes.writeUInt8(pcpVersion, 0);
  bytes.writeUInt8(mapOpcode, 1);
  bytes.writeUInt32BE(lifeS, 4);
  asMapped(own).copy(bytes, 8);
  bytes.set(nonce, pcpHeadBytes);
  bytes.writeUInt8(tcp, pcpHeadBytes + nonceBytes);
  bytes.writeUInt16BE(port, 40);
  bytes.writeUInt16BE(port, 42);
  asMapped('0.0.0.0').copy(bytes, 44);
  return bytes;
}

/** An IPv4 address as IPv6 writes it. RFC 4291 §2.5.5.2. */
function asMapped(address: string): Buffer {
  return Buffer.from([...Array.from({ length: 10 }, () => 0), 255, 255, ...address.split('.').map(Number)]);
}

type Answer = Pick<Mapped, 'host' | 'port' | 'lifeS'> | 'refused';

/**
 * Null for a datagram that answers another question. The nonce, which a router copies, proves a refusal; a router without PCP copies
 * nothing.
 */
function readPcp(bytes: Buffer, nonce: Uint8Array, port: number): Answer | 'unproven refusal' | null {
  // A router that knows only NAT-PMP says that it does not know this version.
  if (bytes.length >= 8 && bytes.readUInt8(0) === pmpVersion) return 'unproven refusal';
  if (bytes.length < pcpHeadBytes || bytes.readUInt8(1) !== (mapOpcode | answerBit)) return null;
  const isProven = bytes.length >= pcpBytes && isOf(bytes, nonce, port);
  if (bytes.readUInt8(0) !== pcpVersion || bytes.readUInt8(3) !== 0)
    return isProven ? 'refused' : 'unproven refusal';
  return isProven ? readPlace(bytes) : null;
}

function isOf(bytes: Buffer, nonce: Uint8Array, port: number): boolean {
  const isSame = bytes.subarray(pcpHeadBytes, pcpHeadBytes + nonceBytes).equals(nonce);
  return isSame && bytes.readUInt8(36) === tcp && bytes.readUInt16BE(40) === port;
}

function readPlace(bytes: Buffer): Answer {
  const external = bytes.subarray(44, 60);
  if (!external.subarray(0, 12).equals(asMapped('0.0.0.0').subarray(0, 12))) return 'refused';
  return {
    host: external.subarray(12).join('.'),
    port: bytes.readUInt16BE(42),
    lifeS: bytes.readUInt32BE(4),
  };
}

/** Does the same by NAT-PMP. */
export async function mapByPmp(gateway: Gateway, port: number, lifeS: number): Promise<Mapped | null> {
  const place = await askByUdp({
    ...gateway,
    waitsMs: gateway.patience.asks,
    question: () => Buffer.of(pmpVersion, addressOpcode),
    read: readPmpAddress,
  });
  if (!place || place === 'refused') return null;
  const { host } = place;
  const found = await askByUdp({
    ...gateway,
    waitsMs: gateway.patience.asks,
    question: () => pmpQuestion(port, lifeS),
    read: (bytes) => readPmp(bytes, port),
  });
  if (!found || found === 'refused') return null;
  return { ...found, host, by: 'NAT-PMP' };
}

function pmpQuestion(port: number, lifeS: number): Uint8Array {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(mapTcpOpcode, 1);
  bytes.writeUInt16BE(port, 4);
  bytes.writeUInt16BE(lifeS === 0 ? 0 : port, 6);
  bytes.writeUInt32BE(lifeS, 8);
  return bytes;
}

function readPmpAddress(bytes: Buffer): { readonly host: string } | 'refused' | null {
  if (!isPmp(bytes, addressOpcode)) return null;
  return bytes.length < 12 || bytes.readUInt16BE(2) !== 0
    ? 'refused'
    : { host: bytes.subarray(8, 12).join('.') };
}

function readPmp(
  bytes: Buffer,
  port: number,
): { readonly port: number; readonly lifeS: number } | 'refused' | null {
  if (!isPmp(bytes, mapTcpOpcode)) return null;
  if (bytes.length < 16 || bytes.readUInt16BE(2) !== 0) return 'refused';
  if (bytes.readUInt16BE(8) !== port) return null;
  return { port: bytes.readUInt16BE(10), lifeS: bytes.readUInt32BE(12) };
}

function isPmp(bytes: Buffer, opcode: number): boolean {
  return (
    bytes.length >= 8 && bytes.readUInt8(0) === pmpVersion && bytes.readUInt8(1) === (opcode | answerBit)
  );
}

/** The nonce of PCP mappings, new in each process. */
export function newNonce(): Uint8Array {
  return randomBytes(nonceBytes);
}
