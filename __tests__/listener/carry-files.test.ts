// How a listener handles the files in out/, and a disk that fails.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { writeCarry } from '../../source/inbox/parcels.ts';
import { readTrouble, writeTrouble } from '../../source/inbox/trouble.ts';
import { checkCarried } from '../../source/session/doctor/check-home.ts';
import { machineOf } from '../support/doctor-facts.ts';
import { addressee, carrying, leave, numbersIn, type Addressee } from '../support/left-parcels.ts';
import { headersOf, proofOf } from '../support/signed-post.ts';
import { tempInbox } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const fault = vi.hoisted(() => ({ listings: 0, thrown: null as Error | null }));

vi.mock('../../source/inbox/parcels.ts', async (actual) => {
  const parcels = await actual<typeof import('../../source/inbox/parcels.ts')>();
  const listParcels: typeof parcels.listParcels = (inbox) => {
    fault.listings += 1;
    return parcels.listParcels(inbox);
  };
  const readParcel: typeof parcels.readParcel = (...given) =>
    fault.thrown ? Promise.reject(fault.thrown) : parcels.readParcel(...given);
  return { ...parcels, listParcels, readParcel };
});

/** A recipient who takes everything, and an inbox that posts. */
async function takesAll(): Promise<{ readonly inbox: string; readonly whom: Addressee }> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const proof = proofOf(whom.slot.key, headersOf(request));
      response.writeHead(202, { 'content-length': 0, 'x-cc-kept': proof }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const whom = addressee(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  const inbox = await tempInbox();
  await writeCarry(inbox, { proxy: '', listen: '', address: '' });
  return { inbox, whom };
}

test('does not list the folder for each of its own notes', async () => {
  const { inbox, whom } = await takesAll();
  await leave(inbox, whom, { count: 300 });
  fault.listings = 0;
  const begun = performance.now();
  carrying(inbox);
  await until('all are taken', async () => (await numbersIn(inbox, 'done')).length === 300);
  const seconds = (performance.now() - begun) / 1000;
  expect(fault.listings).toBeLessThanOrEqual(2 + seconds);
});

test('reports a try that throws to doctor until one does not', async () => {
  const { inbox, whom } = await takesAll();
  await writeTrouble(inbox, 'of a listener before this one');
  await leave(inbox, whom);
  fault.thrown = new Error('\u001B[31mnobody knows why');
  const started = carrying(inbox);
  await until('it is said', async () => (await readTrouble(inbox)).includes('nobody knows why'));
  fault.thrown = null;
  started.moved();
  await until('it is taken', async () => (await numbersIn(inbox, 'done')).length === 1);
  await until('it is over', async () => (await readTrouble(inbox)) === '');
});

test.each(['out', 'tmp'])(
  'reports a disk that does not hand out %s to doctor while that lasts',
  async (folder) => {
    const { inbox, whom } = await takesAll();
    await leave(inbox, whom);
    const [path, aside] = [join(inbox, folder), join(inbox, 'aside')];
    await rename(path, aside);
    if (folder === 'out') await writeFile(path, '');
    const started = carrying(inbox);
    // A disk that takes no writes takes no report either.
    if (folder === 'out')
      await until('it is said', async () => (await readTrouble(inbox)).includes('ENOTDIR'));
    await rm(path, { force: true });
    await rename(aside, path);
    await until('it is taken', async () => (await numbersIn(inbox, 'done')).length === 1);
    await until('it is over', async () => (await readTrouble(inbox)) === '');
    await started.close();
  },
);

test('doctor says why nothing is carried, and treats the report as nothing but text', async () => {
  const { inbox } = await takesAll();
  await writeTrouble(inbox, 'x'.repeat(5000));
  expect(await readTrouble(inbox)).toBe('x'.repeat(200));
  const path = join(inbox, 'trouble.json');
  for (const junk of ['', '{', '[]', '{"version":2,"reason":"x"}', '{"version":1,"reason":7}']) {
    await writeFile(path, junk);
    expect(await readTrouble(inbox)).toBe('');
  }
  await writeTrouble(inbox, '');
  await expect(readFile(path)).rejects.toThrow('ENOENT');
  await mkdir(path);
  expect(await readTrouble(inbox)).toBe('');
  const facts = machineOf({ carried: 2, trouble: 'the disk is bad' });
  expect(checkCarried(facts)).toMatchObject([
    {
      state: 'problem',
      text: 'the listener holds 2 envelopes, and cannot send: the disk is bad',
    },
  ]);
  expect(checkCarried(machineOf({ carried: 0, trouble: 'the disk is bad' }))).toEqual([]);
});
