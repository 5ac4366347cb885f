import { describe, expect, test } from 'vitest';
import { slashCommands } from '../../source/core/slash-commands.ts';
import { commands } from '../../source/ui/commands/commands.ts';
import { keymap } from '../../source/ui/keymap.ts';
import { commandPlays, type Case } from './support/command-plays.ts';
import { sampleClient } from './support/samples.ts';
import { stageFor, type Stage } from './support/stage.ts';

const cases = Object.entries(commandPlays).flatMap(([name, each]) =>
  each.map((one) => ({
    name,
    one,
    line: `/${name} ${one.rest}`.trim(),
    where: one.isClosed ? 'nobody' : 'bob',
  })),
);

test('every command of the screen has a play, and every play a command', () => {
  expect(Object.keys(commandPlays).toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
});

/** Calls that the client must not get from a useless line. */
const deeds = [
  'send',
  'block',
  'unblock',
  'forget',
  'mute',
  'accept',
  'decline',
  'rename',
  'exportTo',
  'packTo',
  'unpack',
  'wire',
];

async function check(at: Stage, line: string, one: Case): Promise<void> {
  if (one.ends) return at.ends();
  await at.shows(one.shows);
  if (one.asks) await at.asked(...one.asks);
  if (one.copies !== undefined) await at.copied(one.copies);
  if (one.saves) await at.saved(...one.saves);
  if (one.isRefused) {
    await at.shows(`❯ ${line}`);
    expect(deeds.filter((call) => at.timesAsked(call) > 0)).toEqual([]);
  } else await at.until('the line is gone', () => !at.screen().includes(`❯ ${line}`));
}

describe('every command does what the help says', () => {
  test.each(cases)('$line, with $where on the screen', async ({ name, one, line }) => {
    const at = stageFor('enter');
    await at.conversation(one.client?.() ?? sampleClient());
    if (one.isClosed) {
      at.type('/close\r');
      // Typed right behind the Enter, what follows would be the next line of a paste.
      await at.shows('goes to a conversation');
    }
    at.type(`/${name}`);
    await at.shows('─ Commands');
    await at.shows(`/${name}`);
    at.type(line.slice(name.length + 1));
    at.press();
    await check(at, line, one);
  });
});

test('the help lists every command, and every key of its places', async () => {
  const at = stageFor('pagedown');
  await at.conversation();
  at.type('/help\r');
  await at.shows('Help · cryptochat');
  let all = '';
  for (;;) {
    const page = at.screen();
    all += `${page}\n`;
    if (page.includes('muted: no notifications')) break;
    at.press();
    await at.until('the next page', () => at.screen() !== page);
  }
  for (const { name } of commands) {
    expect(all).toMatch(new RegExp(`^ /${name}\\b`, 'mu'));
    expect(all).toContain(slashCommands[name as keyof typeof slashCommands].help.slice(0, 40));
  }
  const places = ['conversation', 'completion', 'selecting', 'finding', 'text', 'everywhere'];
  for (const { where, help } of keymap) if (places.includes(where)) expect(all).toContain(help.slice(0, 40));
});

test('the popup lists every command with its help', async () => {
  const at = stageFor('down');
  await at.conversation();
  at.type('/');
  await at.shows('─ Commands');
  for (const { name, help } of commands) {
    at.press();
    await at.until(`/${name} is chosen`, () =>
      new RegExp(`❯ /${name}\\b.*${help.slice(0, 20)}`, 'u').test(at.screen()),
    );
  }
});
