import { readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageName } from '../../source/core/message-name.ts';
import { clientMaker } from '../support/open-client.ts';
import { tempFolder } from '../support/temp-home.ts';

const slotId = '00112233445566ff';
const nameOf = (counter: number): string =>
  messageName({ time: 1, processId: 1, counter, slotId, bytes: 4096 });

async function aliceAlone() {
  const folder = await tempFolder();
  const client = await (await clientMaker('alice', folder))('none');
  const inbox = join(folder, 'alice', 'inbox');
  const arrives = (counter: number): void =>
    writeFileSync(join(inbox, 'new', nameOf(counter)), new Uint8Array(4096));
  return { client, arrives, inNew: () => readdirSync(join(inbox, 'new')) };
}

test('a client is idle when it has received what is in the inbox, also before the system reports it', async () => {
  const { client, arrives, inNew } = await aliceAlone();
  await client.idle();
  for (let counter = 0; counter < 20; counter += 1) {
    arrives(counter);
    await client.idle();
    expect(inNew()).toEqual([]);
  }
  expect(client.state.get().quarantined).toBe(20);
});

test('a client that closes is idle, whatever comes meanwhile', async () => {
  const { client, arrives, inNew } = await aliceAlone();
  await client.close();
  arrives(1);
  let isOver = false;
  const idle = client.idle().then(() => (isOver = true));
  await Promise.race([idle, after(5_000)]);
  expect([isOver, inNew()]).toEqual([true, [nameOf(1)]]);
});
