import { readFileSync } from 'node:fs';
import { readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { messageName } from '../../source/core/message-name.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { receiveSlice } from '../../source/session/receiving/receive.ts';
import { waitingFor } from '../../source/store/outbox.ts';
import { expectPromise, inPlay } from '../support/crash-play.ts';
import type { Play } from '../support/crash-play.ts';
import type { MortalClient } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';

// Makes each state in the table "What a crash leaves" of ARCHITECTURE.md, then continues. Bob sends, alice reads.

function filesOf(play: Play, folder: 'tmp' | 'new'): Promise<readonly string[]> {
  return readdir(inboxFolder(play.inboxOf(0), folder));
}

async function reopened(play: Play, who: 0 | 1): Promise<MortalClient> {
  play.drop(who);
  return play.open(who);
}

/** Bob's waiting envelopes, oldest first. */
async function waitingAtBob(play: Play): Promise<readonly Uint8Array[]> {
  const { database } = (await play.open(1)).context;
  return waitingFor(database, 1, { after: 0, most: 9 }).map(({ envelope }) => envelope);
}

/** Stops right after the commit of the slice; counts how many statements that takes. */
async function readAndDieAfterCommit(play: Play): Promise<void> {
  for (let statements = 1; ; statements += 1) {
    await play.dieAt(0, { statements, lastIsDone: true }, () => play.receive(0));
    const isStored = (await play.open(0)).history().some(({ text }) => text === 'a text');
    if (isStored) return;
  }
}

const states: Readonly<Record<string, (play: Play) => Promise<void>>> = {
  async I1(play) {
    const [envelope] = await waitingAtBob(play);
    const slotId = '00112233445566ff';
    for (const [counter, bytes] of [new Uint8Array(), envelope!.subarray(0, 2000), envelope!].entries()) {
      const name = messageName({ time: 1, processId: 1, counter, slotId, bytes: 4096 });
      await writeFile(join(inboxFolder(play.inboxOf(0), 'tmp'), name), bytes);
    }
    await reopened(play, 0);
    await play.talk();
    const parts = await filesOf(play, 'tmp');
    expect(parts).toHaveLength(3);
    const old = (Date.now() - limits.partFileLifeMs) / 1000 - 60;
    for (const name of parts) await utimes(join(inboxFolder(play.inboxOf(0), 'tmp'), name), old, old);
    await reopened(play, 0);
    expect(await filesOf(play, 'tmp')).toEqual([]);
  },
  async I2(play) {
    await play.carryFrom(1);
    expect((await reopened(play, 0)).conversation()).toEqual([]);
    expect(await filesOf(play, 'new')).toHaveLength(1);
  },
  async I3(play) {
    await play.carryFrom(1);
    await readAndDieAfterCommit(play);
    expect(await filesOf(play, 'new')).toHaveLength(1);
    await play.receive(0);
    expect(await filesOf(play, 'new')).toEqual([]);
  },
  async I4(play) {
    await play.carryFrom(1);
    await play.receive(0);
    expect((await reopened(play, 0)).conversation()).toHaveLength(1);
    expect(await filesOf(play, 'new')).toEqual([]);
  },
  async O1(play) {
    const before = await waitingAtBob(play);
    await reopened(play, 1);
    expect(await waitingAtBob(play)).toEqual(before);
    await play.carryFrom(1);
    const [name = ''] = await filesOf(play, 'new');
    const file = await readFile(join(inboxFolder(play.inboxOf(0), 'new'), name));
    expect(file.equals(before[0]!)).toBe(true);
  },
  async O2(play) {
    // Three reads find the envelope; the fourth statement would begin to settle it.
    expect(await play.dieAt(1, { statements: 4, lastIsDone: false }, () => play.carryFrom(1))).toBe(true);
    expect(await filesOf(play, 'new')).toHaveLength(1);
    await play.carryFrom(1);
    expect(await filesOf(play, 'new')).toHaveLength(2);
    await play.receive(0);
    expect(await filesOf(play, 'new')).toEqual([]);
  },
  async O3(play) {
    await play.carryFrom(1);
    const bob = await reopened(play, 1);
    expect(await waitingAtBob(play)).toEqual([]);
    expect(bob.conversation().map(({ state }) => state)).toEqual(['sent']);
  },
};

describe('after a crash in the state', () => {
  test.each(Object.entries(states))('%s a text arrives once', async (_, reach) => {
    const folder = await tempFolder();
    await inPlay(folder, await makeFriends(folder), async (play) => {
      await play.send(1, 'a text');
      await reach(play);
      await play.talk();
      await play.send(1, 'another');
      await play.talk();
      await expectPromise(play);
      const read = (await play.open(0)).conversation();
      expect(read.map(({ text }) => text)).toEqual(['a text', 'another']);
    });
  });

  test('covers every row of the table', () => {
    const rows = readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| ([IO]\d) /gmu);
    expect([...rows].map(([, name]) => name)).toEqual(Object.keys(states));
  });
});

test('ends a slice of the inbox when its time is over, and continues in the next', async () => {
  const folder = await tempFolder();
  await inPlay(folder, await makeFriends(folder), async (play) => {
    for (let n = 0; n < 9; n += 1) await play.send(1, `text ${n}`);
    await play.carryFrom(1);
    const alice = await play.open(0);
    let now = 0;
    // Time for eight looks at the clock.
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += limits.sliceLastsMs / 8));
    try {
      const handled = await receiveSlice(alice.context, await alice.inbox());
      expect(handled).toBeGreaterThan(0);
      expect(handled).toBeLessThan(9);
    } finally {
      clock.mockRestore();
    }
    await play.talk();
    await expectPromise(play);
  });
});
