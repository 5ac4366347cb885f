import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import { tableOf } from '../../source/inbox/slots.ts';
import { admit, type RequestFacts } from '../../source/listener/admit.ts';
import { newSlot, signedHeaders } from '../support/signed-post.ts';

const made = vi.hoisted(() => ({ macs: 0 }));

vi.mock('node:crypto', async (load) => {
  const real = await load<typeof import('node:crypto')>();
  const createHmac: typeof real.createHmac = (...about) => {
    made.macs += 1;
    return real.createHmac(...about);
  };
  return { ...real, createHmac };
});

const body = randomBytes(4096);
const room = { files: 0, bytes: 0, diskBytes: 1e9, slots: new Map<string, never>() };

function request(key: Uint8Array): RequestFacts {
  const headers = Object.entries({ host: 'x', ...signedHeaders({ key }, body) });
  const values = headers.map(([name, value]) => [name, [String(value)]] as const);
  return {
    method: 'POST',
    path: '/message',
    httpVersion: '1.1',
    headers: Object.fromEntries(values),
    headerCount: values.length,
  };
}

beforeEach(() => {
  made.macs = 0;
});

test.each([1, 10, 1000])('a stranger costs as many MACs with %i contacts as with one', (contacts) => {
  // A contact's slots share the home's gate, an open invite's have that of all invites.
  const invites = Array.from({ length: 100 }, () => ({
    ...newSlot(),
    key: Buffer.concat([Buffer.alloc(16), randomBytes(16)]),
  }));
  const slots = Array.from({ length: contacts }, () => newSlot());
  const table = tableOf([...slots, ...invites]);
  const strangers = [randomBytes(32), newSlot().key, Buffer.concat([Buffer.alloc(16), randomBytes(16)])];
  for (const stranger of strangers) {
    const asked = request(stranger);
    made.macs = 0;
    expect(admit(asked, table, room)).toEqual({ kind: 'refuse', status: 404 });
    expect(made.macs).toBe(3);
  }
  for (const { key, id } of [slots.at(-1)!, invites.at(-1)!]) {
    const asked = request(key);
    made.macs = 0;
    expect(admit(asked, table, room)).toMatchObject({ kind: 'store', slotId: id });
    expect(made.macs).toBe(4);
  }
});
