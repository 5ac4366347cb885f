import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { setUpPerson } from '../support/command-line.ts';
import type { InTerminal } from '../support/pty.ts';
import { runHere } from '../support/run-here.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

/** The modes that the screen switches on, each with the sequence that switches it off. */
const modes = ['?1049', '?2004', '?1004', '?1000', '?1006'] as const;

function isBack(screen: InTerminal): void {
  const raw = screen.raw();
  for (const mode of modes)
    expect([mode, raw.lastIndexOf(`${mode}h`) < raw.lastIndexOf(`${mode}l`)]).toEqual([mode, true]);
  expect(raw.lastIndexOf('\u001b[?25l')).toBeLessThan(raw.lastIndexOf('\u001b[?25h'));
  expect(raw.lastIndexOf('\u001b[?7l')).toBeLessThan(raw.lastIndexOf('\u001b[?7h'));
}

const ending = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR2', 'SIGALRM', 'SIGXCPU'] as const;

test.each(ending)('%s gives the terminal back, and the home in order', async (signal) => {
  const { home } = await setUpPerson('Alice');
  const screen = startInTerminal(['--home', home]);
  await screen.sees('Alice');
  await screen.sees('● listening on', 60_000);
  screen.kill(signal);
  expect(await screen.exited).toBe(128 + constants.signals[signal]);
  isBack(screen);
  expect((await runHere(['status', '--home', home])).code).toBe(0);
});

test.each(['SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)(
  '%s while the first paint is on the screen gives the terminal back',
  async (signal) => {
    const { home } = await setUpPerson('Alice');
    const screen = startInTerminal(['--home', home]);
    await until('the first paint', () => screen.raw().includes('\u001b[?1049h'), 60_000, 0);
    screen.kill(signal);
    await screen.exited;
    isBack(screen);
  },
);
