// Taking back a loan ends the voucher first, then the box.

import { randomBytes } from 'node:crypto';
import { readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boxIdOf, publicKeyOf } from '../../../source/core/box.ts';
import { slotId } from '../../../source/core/request.ts';
import { createBoxes } from '../../../source/inbox/boxes.ts';
import type { Voucher } from '../../../source/inbox/vouchers.ts';
import { endLentBy, lentBy, type Lender } from '../../../source/session/home/lent.ts';
import { keptFor } from '../../../source/session/people/kept-for.ts';
import { newVoucher } from '../../support/box-owner.ts';
import { tempInbox } from '../../support/temp-home.ts';

/** A home that has lent these vouchers. */
function lenderOf(inbox: string, ...lent: readonly Voucher[]): Lender & { readonly left: Voucher[] } {
  const left = [...lent];
  return {
    inbox,
    left,
    vouchers: () => Promise.resolve([...left]),
    takeBack(voucher) {
      left.splice(left.indexOf(voucher), 1);
      return Promise.resolve();
    },
  };
}

async function claimed(inbox: string, voucher: Voucher): Promise<string> {
  const owner = publicKeyOf(randomBytes(32));
  const agreement = new Uint8Array(randomBytes(32));
  agreement[31]! &= 0x7f;
  await createBoxes(inbox).claim({ voucher, asked: { owner, agreement } });
  return boxIdOf(owner);
}

test('a crash after the voucher was removed leaves a box that the same id ends', async () => {
  const inbox = await tempInbox();
  const voucher = newVoucher();
  const lender = lenderOf(inbox, voucher);
  const box = await claimed(inbox, voucher);
  const dies = (): Promise<never> => {
    lender.left.length = 0;
    return Promise.reject(new Error('power cut'));
  };
  await expect(endLentBy({ ...lender, takeBack: dies }, box)).rejects.toThrow('power cut');
  expect(await lentBy(lender)).toMatchObject([{ kind: 'box', id: box }]);
  expect(await endLentBy(lender, box)).toEqual({ kind: 'box', again: false });
  expect(await lentBy(lender)).toEqual([]);
});

test('a file where a box would be keeps nothing else out of the list', async () => {
  const inbox = await tempInbox();
  const voucher = newVoucher();
  const lender = lenderOf(inbox, voucher);
  const box = await claimed(inbox, voucher);
  await writeFile(join(inbox, 'boxes', 'A'.repeat(22)), 'planted');
  expect((await lentBy(lender)).map(({ id }) => id)).toContain(box);
});

test('lists a link for several boxes with how many, and none once one of its boxes is ended', async () => {
  const inbox = await tempInbox();
  const voucher = newVoucher({ boxes: 3 });
  const lender = lenderOf(inbox, voucher);
  const [one, two] = [await claimed(inbox, voucher), await claimed(inbox, voucher)];
  expect(await lentBy(lender)).toMatchObject([
    { kind: 'link', id: slotId(voucher.key), boxes: 1 },
    ...[one, two].toSorted().map((id) => ({ kind: 'box', id })),
  ]);
  await endLentBy(lender, one);
  expect(await lentBy(lender)).toMatchObject([{ kind: 'box', id: two }]);
});

test('does not list the voucher of an open link as lent; it stays, and the output says that it makes the box again', async () => {
  const inbox = await tempInbox();
  const voucher = { ...newVoucher(), link: true };
  const lender = lenderOf(inbox, voucher);
  const box = await claimed(inbox, voucher);
  expect(await lentBy(lender)).toMatchObject([{ kind: 'box', id: box }]);
  await expect(endLentBy(lender, slotId(voucher.key))).rejects.toMatchObject({ code: 'lent-unknown' });
  expect(await endLentBy(lender, box)).toEqual({ kind: 'box', again: true });
  expect(lender.left).toEqual([voucher]);
});

test.each(['', '.', '..', '../new', 'A'.repeat(22), `${'A'.repeat(21)}/`, '0'.repeat(16)])(
  'ends nothing by %j, which is not an id here',
  async (id) => {
    const inbox = await tempInbox();
    const before = await readdir(inbox);
    await expect(endLentBy(lenderOf(inbox), id)).rejects.toMatchObject({ code: 'lent-unknown' });
    expect(await readdir(inbox)).toEqual(before);
  },
);

test('boxes behind a planted link, as from a listener that was taken over, belong to nobody and end nothing', async () => {
  const inbox = await tempInbox();
  const voucher = newVoucher();
  const box = await claimed(inbox, voucher);
  await rename(join(inbox, 'boxes'), join(inbox, 'elsewhere'));
  await symlink(join(inbox, 'elsewhere'), join(inbox, 'boxes'));
  const named = { address: `192.168.1.20:80/b/${box}`, theirSlot: new Uint8Array(randomBytes(32)) };
  expect(await keptFor({ inbox, address: '192.168.1.20:80' }, [named])).toEqual(new Map());
  await expect(endLentBy(lenderOf(inbox, voucher), box)).rejects.toMatchObject({ code: 'disk-failed' });
  expect(await readdir(join(inbox, 'elsewhere', box))).toContain('owner');
});
