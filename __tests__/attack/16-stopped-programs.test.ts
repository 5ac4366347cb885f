import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { laterBy } from '../support/clock.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { attack, figure, pair, slow } from './adapter.ts';
import { cameTo, numbered, statesAt } from './inbox-files.ts';

test(
  'A24 refuses a second screen on one home in one sentence, and opens it at once when the first is dead',
  attack(async (newHome) => {
    const alice = await newHome('alice');
    const first = await alice.tui();
    const refused = async (sentence: RegExp): Promise<void> => {
      const screen = startInTerminal(['--home', alice.home], { cols: 120 });
      expect(await screen.exited).toBe(75);
      await until('it says why', () => sentence.test(screen.screen()));
    };
    await refused(
      /^cryptochat: error: another cryptochat screen is open on this home\ncryptochat: hint: use that one, .*$/mu,
    );
    first.kill('SIGSTOP');
    await refused(
      /^cryptochat: error: another cryptochat has this home open and does not answer\ncryptochat: hint: .*$/mu,
    );
    expect((await alice.tries('status')).code).toBe(75);
    await alice.crash();
    await (await alice.tui()).sees('● listening on');
  }),
);

test(
  'A25 loses, repeats and reorders nothing while one side’s client or listener is stopped',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    const { pid: listener } = await alice.listen();
    const [screen, bobs] = [await alice.tui(), await bob.tui()];
    const texts = numbered(figure(600, 25));
    const [early, late] = [texts.slice(0, -figure(100, 5)), texts.slice(-figure(100, 5))];

    screen.kill('SIGSTOP');
    await bob.say(alice, early);
    await until(
      'all is on her disk',
      async () => [...(await statesAt(bob, alice))].join() === 'sent',
      60_000,
      100,
    );
    if (slow) await pause(60_000);
    screen.kill('SIGCONT');
    await screen.sees(early.at(-1)!, 60_000);

    process.kill(listener, 'SIGSTOP');
    await bob.say(alice, late);
    await bobs.sees(`${late.length} queued`);
    if (slow) await pause(60_000);
    expect(await cameTo(alice, bob)).toEqual(early);
    process.kill(listener, 'SIGCONT');
    await screen.sees(late.at(-1)!, 120_000);
    await until(
      'she has said so',
      async () => [...(await statesAt(bob, alice))].join() === 'delivered',
      60_000,
      100,
    );
    await until('his screen says so too', () => !bobs.screen().includes('queued'));
    expect(await cameTo(alice, bob)).toEqual(texts);
  }),
);

const hour = 3600 * 1000;

test(
  'A28 mail for a contact who is off for an hour shows as queued, and arrives once and in order',
  attack(async (newHome) => {
    const [alice, bob] = [await newHome('alice'), await newHome('bob')];
    await pair(alice, bob);
    await bob.stopListening();
    const sent = numbered(20);
    await alice.say(bob, sent);
    expect(await alice.status()).toMatchObject({ queued: 20 });
    const screen = await alice.tui();
    await screen.sees('20 queued');
    await screen.sees('away, next try');
    await alice.quit();

    const anHourLater = { NODE_OPTIONS: laterBy(hour) };
    await alice.tick(undefined, anHourLater);
    expect(await statesAt(alice, bob)).toEqual(new Set(['queued']));
    await bob.listen();
    for (const peer of [alice, bob, alice]) await peer.tick(undefined, anHourLater);
    expect(await cameTo(bob, alice)).toEqual(sent);
    expect(await statesAt(alice, bob)).toEqual(new Set(['delivered']));
    expect(await alice.status()).toMatchObject({ queued: 0 });
  }),
);
