import { expect, test } from 'vitest';
import { expectPromise, goOn, inPlay, knowsSomebody, mostPoints } from '../support/crash-play.ts';
import type { Play, Who } from '../support/crash-play.ts';
import type { Life } from '../support/mortal-client.ts';
import { tempFolder } from '../support/temp-home.ts';
import { makeFriends, makeStrangers } from '../support/two-homes.ts';

// Each piece of work is stopped before and after each of its SQL statements, in order, one play per point. Then the home is opened
// again, both talk to the end, and the promise must hold.

/** A piece of work: what comes before it, who does it, and how it continues after a crash. */
type Scene = {
  readonly who: Who;
  readonly before: (play: Play) => Promise<string | void>;
  readonly act: (play: Play, link: string) => Promise<unknown>;
  /** The actions that people repeat when the crash left them without an answer. */
  readonly after?: (play: Play, link: string) => Promise<void>;
  readonly strangers?: true;
  /** How many envelopes end in quarantine because no key is left for them. */
  readonly putAway?: number;
};

/** Bob lost his session, and a message of alice's waits that he cannot read. */
async function loseSession(play: Play): Promise<void> {
  (await play.open(1)).context.database.run('DELETE FROM sessions');
  await play.send(0, 'nobody can read that');
  await play.carryFrom(0);
}

/** Continues until they are contacts. */
async function meet(play: Play, link: string): Promise<void> {
  if (!(await knowsSomebody(play, 1))) await play.joinWith(link);
}

const scenes: Readonly<Record<string, Scene>> = {
  'sending a text': {
    who: 0,
    before: (play) => play.send(0, 'the first'),
    act: (play) => play.send(0, 'the second'),
  },
  'receiving texts': {
    who: 0,
    async before(play) {
      for (const text of ['one', 'two']) await play.send(1, text);
      await play.carryFrom(1);
    },
    act: (play) => play.receive(0),
  },
  'receiving texts that came together': {
    who: 0,
    async before(play) {
      for (const text of ['one', 'two', 'three']) await play.send(1, text);
      expect(await play.carryTogether(1)).toBe(3);
    },
    act: (play) => play.receive(0),
  },
  'receiving a receipt': {
    who: 0,
    async before(play) {
      await play.send(0, 'a text');
      await play.carryFrom(0);
      await play.receive(1);
      await play.carryFrom(1);
    },
    act: (play) => play.receive(0),
  },
  'settling a 202': {
    who: 0,
    before: (play) => play.send(0, 'a text'),
    act: (play) => play.carryFrom(0),
  },
  'changing the key': {
    who: 0,
    async before(play) {
      await play.send(0, 'under way');
      await play.send(1, 'the other way');
      await play.carryFrom(1);
    },
    act: async (play) => (await play.open(0)).rotate(),
  },
  'following a key change': {
    who: 1,
    async before(play) {
      await play.send(0, 'with the old key');
      await (await play.open(0)).rotate();
      await play.send(0, 'after the change');
      await play.carryFrom(0);
      await play.send(1, 'to the old key');
    },
    act: (play) => play.receive(1),
  },
  'asking for what could not be read': {
    who: 1,
    before: loseSession,
    act: (play) => play.receive(1),
    putAway: 1,
  },
  'answering a reset': {
    who: 0,
    async before(play) {
      await loseSession(play);
      await play.receive(1);
      await play.carryFrom(1);
    },
    act: (play) => play.receive(0),
    putAway: 1,
  },
  'making a link': {
    who: 0,
    strangers: true,
    before: async () => undefined,
    act: (play) => play.makeLink(),
    async after(play) {
      await play.joinWith(await play.makeLink());
    },
  },
  'joining with a link': {
    who: 1,
    strangers: true,
    before: (play) => play.makeLink(),
    act: (play, link) => play.joinWith(link),
    after: meet,
  },
  'accepting a hello': {
    who: 0,
    strangers: true,
    async before(play) {
      await play.joinWith(await play.makeLink());
      await play.send(1, 'right behind the hello');
      await play.carryFrom(1);
    },
    act: (play) => play.receive(0),
  },
};

/** The points before and after each statement; or this many per part, and around each COMMIT, which matters most. */
function pointsOf(ran: readonly string[]): readonly Life[] {
  const all = ran.flatMap((sql, n) =>
    [false, true].map((lastIsDone) => ({ sql, life: { statements: n + 1, lastIsDone } })),
  );
  expect(all.length).toBeGreaterThan(6);
  // A step that shares no factor with 2 picks points of both kinds.
  const step = Math.ceil(all.length / mostPoints) | 1;
  return all.filter(({ sql }, n) => n % step === 0 || sql === 'COMMIT').map(({ life }) => life);
}

test.each(Object.entries(scenes))(
  '%s may stop at any statement',
  { timeout: 3_600_000 },
  async (_, scene) => {
    const folder = await tempFolder();
    const homes = await (scene.strangers ? makeStrangers : makeFriends)(folder);
    const ran: string[] = [];
    await inPlay(folder, homes, async (play) => {
      const link = (await scene.before(play)) ?? '';
      const client = await play.open(scene.who);
      const from = client.statements().length;
      await scene.act(play, link);
      ran.push(...client.statements().slice(from));
    });
    const points = pointsOf(ran);
    let crashes = 0;
    for (const life of points) {
      await inPlay(folder, homes, async (play) => {
        const link = (await scene.before(play)) ?? '';
        if (await play.dieAt(scene.who, life, () => scene.act(play, link))) crashes += 1;
        await scene.after?.(play, link);
        await goOn(play, scene.who);
        await expectPromise(play, scene.putAway);
      });
    }
    expect(crashes).toBeGreaterThan(points.length / 2);
  },
);
