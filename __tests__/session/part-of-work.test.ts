import { expect, test } from 'vitest';
import { joinPart, partOf, turn } from '../../source/session/work/work.ts';
import { mortalPair } from '../support/mortal-pair.ts';

const offered = { name: 'card', blob: new Uint8Array(1), card: true };

test('the effects of a part are its own until it is joined, and then those of the work', async () => {
  const { alice } = await mortalPair();
  await turn(alice.context, (work) => {
    work.touched.add(1);
    work.after.slots = true;
    const [kept, dropped] = [partOf(work), partOf(work)];
    for (const part of [kept, dropped]) {
      expect(part.touched.size).toBe(0);
      expect(part.after).toEqual({ slots: false, publicKey: false, boxes: false, offered: [] });
    }
    dropped.touched.add(3);
    dropped.after.publicKey = true;
    dropped.after.offered.push({ ...offered, name: 'taken back' });
    for (const name of ['touched', 'owed', 'heard', 'recalled'] as const) kept[name].add(2);
    kept.withdrawn.add('link');
    kept.after.offered.push(offered);
    joinPart(work, kept);
    expect([...work.touched]).toEqual([1, 2]);
    for (const name of ['owed', 'heard', 'recalled'] as const) expect([...work[name]]).toEqual([2]);
    expect([...work.withdrawn]).toEqual(['link']);
    expect(work.after).toEqual({ slots: true, publicKey: false, boxes: false, offered: [offered] });
    // None of this has to run: the test has no such contact.
    for (const name of ['touched', 'owed', 'heard', 'recalled'] as const) work[name].clear();
    work.withdrawn.clear();
    Object.assign(work.after, { slots: false, offered: [] });
  });
});
