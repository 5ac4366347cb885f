import { freePort } from '../../source/session/home/own-address.ts';

/** Below the range that the system hands out by itself. The workers of one run never share a place, those of two runs hardly ever. */
const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % 4;
const firstPort = 10_000 + worker * 5_000 + (process.pid % 50) * 100;
let next = firstPort;

/** A TCP port on loopback that is free, and that no other test gets. */
export async function takePort(): Promise<number> {
  const port = await freePort('127.0.0.1', next, next + 99);
  if (port === null) throw new Error('no free port');
  next = port + 1;
  return port;
}
