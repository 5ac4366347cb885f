// The owners of the boxes that this home keeps: a contact's own claim is not enough.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boxIdOf, boxSlotKey, publicKeyOf } from '../../../source/core/box.ts';
import { slotId } from '../../../source/core/request.ts';
import { createBoxes } from '../../../source/inbox/boxes.ts';
import { writeSlots } from '../../../source/inbox/slots.ts';
import { keptFor } from '../../../source/session/people/kept-for.ts';
import { newVoucher } from '../../support/box-owner.ts';
import { tempInbox } from '../../support/temp-home.ts';

const address = '192.168.1.20:8080 https://chat.example.org:443/cc';

/** A box whose owner lets the holders of these slots in. */
async function boxWith(inbox: string, ...slots: readonly Uint8Array[]): Promise<string> {
  const owner = publicKeyOf(randomBytes(32));
  const agreement = new Uint8Array(randomBytes(32));
  agreement[31]! &= 0x7f;
  await createBoxes(inbox).claim({ voucher: newVoucher(), asked: { owner, agreement } });
  const box = boxIdOf(owner);
  const keys = slots.map((slot) => boxSlotKey(slot, box));
  const written = keys.map((key) => ({ id: slotId(key), key, files: 1, bytes: 4096 }));
  await writeSlots(join(inbox, 'boxes', box), written);
  return box;
}

const newSlotKey = (): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(32));

test('a box belongs to the contact whose address names it, when its owner knows the slot by which this home writes', async () => {
  const inbox = await tempInbox();
  const [bobs, carols] = [newSlotKey(), newSlotKey()];
  const [one, two] = [await boxWith(inbox, newSlotKey(), bobs), await boxWith(inbox, carols)];
  const bob = { address: `198.51.100.7:80 192.168.1.20:8080/b/${one}`, theirSlot: bobs };
  const carol = { address: `https://chat.example.org:443/cc/b/${two}`, theirSlot: carols };
  const elsewhere = { address: `198.51.100.7:80/b/${one}`, theirSlot: bobs };
  expect(await keptFor({ inbox, address }, [bob, carol, elsewhere])).toEqual(
    new Map([
      [one, bob],
      [two, carol],
    ]),
  );
});

test('a contact who names another owner’s box has none, and takes none from its owner', async () => {
  const inbox = await tempInbox();
  const [bobs, mallorys] = [newSlotKey(), newSlotKey()];
  const box = await boxWith(inbox, bobs);
  const place = `192.168.1.20:8080/b/${box}`;
  const mallory = { address: place, theirSlot: mallorys };
  expect(await keptFor({ inbox, address }, [mallory])).toEqual(new Map());
  // Even with the slot that its owner gave out: where two name it, it is nobody's.
  const bob = { address: place, theirSlot: bobs };
  expect(await keptFor({ inbox, address }, [bob, { ...mallory, theirSlot: bobs }])).toEqual(new Map());
});
