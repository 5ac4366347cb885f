// The real program in tmux, which measures and draws in its own way: what it shows is what it shows when drawn anew.

import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run, setUpPerson } from '../support/command-line.ts';
import { keyBytes } from '../support/key-bytes.ts';
import { pasteBytes, screenStep, type Step } from '../support/screen-steps.ts';
import { hasTmux, type InTmux, startInTmux } from '../support/tmux.ts';
import { until } from '../support/until.ts';

/** F12, as a terminal sends it. */
const unboundKey = '\u001b[24~';

const isSlow = process.env['SLOW'] === '1';
const plays = isSlow ? 60 : 4;

/** The screen once it stands still, on a busy machine too. */
async function still(screen: InTmux): Promise<string> {
  for (let before = '\0'; ;) {
    const now = screen.screen();
    if (now === before) return now;
    before = now;
    await pause(250);
  }
}

test.skipIf(!hasTmux)(
  'the frame stays whole in tmux, whatever is pressed, pasted, resized and received',
  async () => {
    const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
    await bob.does('join', (await alice.does('invite')).stdout.trim());
    await bob.does('send', 'alice', 'the first', '--wait', 'sent');
    const screen = startInTmux(['--home', alice.home], 80, 24);
    await until('the first message', () => screen.screen().includes('the first'));
    const take = async (step: Step): Promise<void> => {
      if (step.kind === 'keys') screen.type(step.bytes);
      if (step.kind === 'paste') screen.type(pasteBytes(step.text.slice(0, 2000)));
      if (step.kind === 'size') screen.resize(step.columns, step.rows);
      if (step.kind === 'arrival' && step.text !== '')
        await run(['send', 'alice', '--home', bob.home], step.text);
    };
    const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
    for (const steps of fc.sample(fc.array(screenStep, { minLength: 5, maxLength: 25 }), {
      numRuns: plays,
      seed,
    })) {
      for (const step of steps) await take(step);
      await still(screen);
      // Any key takes the "new messages" line away once they were read; this one does nothing else.
      screen.type(unboundKey);
      const drawn = await still(screen);
      screen.type(keyBytes('ctrl+l'));
      expect(await still(screen), `seed ${seed}`).toBe(drawn);
      expect(screen.scrolledOut(), `seed ${seed}`).toBe('0');
      screen.type(keyBytes('escape').repeat(3));
      screen.resize(80, 24);
    }
  },
  isSlow ? 3_600_000 : 180_000,
);

test.skipIf(!hasTmux)('copies a message and a link into the buffer of tmux, and says so', async () => {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await bob.does('send', 'alice', 'Grüße\n\tand a "tab"', '--wait', 'sent');
  const screen = startInTmux(['--home', alice.home], 100, 30);
  await until('the message', () => screen.screen().includes('and a "tab"'));
  screen.type('/copy\r');
  await until('that is said', () => screen.screen().includes('copied to a tmux buffer'));
  expect(screen.buffer()).toBe('Grüße\n\tand a "tab"');
  screen.type('/invite\r');
  await until('the link', () => screen.screen().includes('Send this link to one person'));
  screen.type('c');
  await until('that is said, too', () => screen.screen().includes('Copied to a tmux buffer'));
  expect(screen.buffer()).toMatch(/^cryptochat:/u);
});
