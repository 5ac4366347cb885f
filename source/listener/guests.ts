import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { limits } from '../core/limits.ts';

/** The server's memory of a socket. */
export type Guest = {
  readonly address: string;
  requests: number;
  busy: boolean;
  admitted: boolean;
  /** True while the owner of a box waits for mail: such a socket has its own place. */
  waiting: boolean;
  /** Cuts the socket when it has not sent its request in time. */
  deadline: NodeJS.Timeout | undefined;
};

/** Lets a new socket in and, when there are too many, closes the oldest: refusing the newest would serve the slow ones. */
export function welcome(guests: Map<Duplex, Guest>, socket: Socket): void {
  const address = networkOf(socket.remoteAddress ?? '');
  const guest: Guest = {
    address,
    requests: 0,
    busy: false,
    admitted: false,
    waiting: false,
    deadline: undefined,
  };
  guests.set(socket, guest);
  giveTime(socket, guest, limits.listenerHeadersTimeoutMs);
  socket.on('close', () => {
    clearTimeout(guest.deadline);
    guests.delete(socket);
  });
  socket.on('error', () => socket.destroy());
  // All callers through an onion service connect from this address.
  const isOwn = address === '127.0.0.1' || address === '::1';
  const counted = [...guests].filter(([, one]) => !one.waiting);
  const neighbours = counted.filter(([, one]) => one.address === address);
  if (!isOwn && neighbours.length > limits.listenerSocketsPerAddress) putOut(guests, neighbours);
  if (counted.length > limits.listenerSockets) putOut(guests, counted);
}

/**
 * Limits the time (ms) in which a socket must send its next request, however slowly it sends; returns the function that lifts the limit.
 */
export function giveTime(socket: Duplex, guest: Guest, ms: number): () => void {
  clearTimeout(guest.deadline);
  const deadline = setTimeout(() => socket.destroy(), ms);
  guest.deadline = deadline;
  return () => clearTimeout(deadline);
}

/** Closes the oldest socket, and one that has shown a slot key only when there is no other. */
function putOut(guests: Map<Duplex, Guest>, from: ReadonlyArray<readonly [Duplex, Guest]>): void {
  const [socket] = from.find(([, guest]) => !guest.admitted) ?? from[0] ?? [];
  if (!socket) return;
  guests.delete(socket);
  socket.destroy();
}

/** The address, or the first half of an IPv6 address: one person has the whole second half. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!plain.includes(':') || plain === '::1') return plain;
  const [head = '', tail = ''] = plain.split('::');
  const [left, right] = [head.split(':'), tail.split(':')];
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
