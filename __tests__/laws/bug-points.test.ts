import { readdir } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { inboxFolder } from '../../source/inbox/maildir.ts';
import { turn } from '../../source/session/work/work.ts';
import { askWhereDue } from '../../source/session/recovery/ask-where-due.ts';
import { expectPromise, goOn, inPlay, mostPoints, type Play } from '../support/crash-play.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends } from '../support/two-homes.ts';

// Each play makes one statement throw an unexpected error while mail is read, and the plays cover every statement.

/** Three texts wait for alice. */
async function threeWait(play: Play): Promise<void> {
  for (const text of ['one', 'two', 'three']) await play.send(1, text);
  await play.carryFrom(1);
}

/** Some hours in which both write now and then, and missing messages are asked for. */
async function letHoursPass(play: Play): Promise<void> {
  for (let hour = 0; hour < 3; hour += 1) {
    await goOn(play);
    vi.setSystemTime(Date.now() + limits.resetEveryMs + 1000);
    for (const who of [0, 1] as const) await turn((await play.open(who)).context, askWhereDue);
  }
  await goOn(play);
}

test('a bug at any statement costs one file at most, which comes again', { timeout: 3_600_000 }, async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const folder = await tempFolder();
  const homes = await makeFriends(folder);
  let length = 0;
  await inPlay(folder, homes, async (play) => {
    await threeWait(play);
    const { statements } = await play.open(0);
    const from = statements().length;
    await play.receive(0);
    length = statements().length - from;
  });
  let lost = 0;
  for (let at = 1; at <= length; at += Math.ceil(length / mostPoints) | 1) {
    await inPlay(folder, homes, async (play) => {
      await threeWait(play);
      const alice = await play.open(0);
      alice.stumble(at);
      await play.receive(0).catch(() => play.receive(0));
      alice.stumble(Infinity);
      const came = alice.conversation().filter(({ kind }) => kind === 'text').length;
      const putAway = await readdir(inboxFolder(play.inboxOf(0), 'bad'));
      expect(putAway.length, 'nothing is left of what was put away').toBe(3 - came);
      expect(came).toBeGreaterThanOrEqual(2);
      lost += 3 - came;
      await letHoursPass(play);
      await expectPromise(play, 1);
    });
  }
  expect(lost).toBeGreaterThan(0);
});
