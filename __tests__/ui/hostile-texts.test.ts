import { expect, test } from 'vitest';
import { printable } from '../../source/core/printable.ts';
import type { Message } from '../../source/core/types.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { scanTerminal } from '../support/scan-terminal.ts';
import { until } from '../support/until.ts';
import { mountScreen } from './support/mount.ts';
import { messageOf, noon, sampleClient, sampleState, sampleWireIn, wholeOf } from './support/samples.ts';

/** The sequences that the renderer and the screen write themselves: colours, cursor, erasing, modes, links and the title of the window. */
const own =
  /\u001b\[[\d;:]*[ABCDEGHJKm]|\u001b\[>4;1m|\u001b\[\?(?:7|25|1000|1004|1006|1049|2004|2026)[hl]|\u001b\]2;(?:\(\d+\) )?cryptochat(?: — \P{Cc}*)?\u0007|\u001b\]8;[^\u0007\u001b]*(?:\u0007|\u001b\\)|\r/gu;

const strings = [...new Set(hostileStrings)];
const together = Array.from({ length: 8 }, (_, part) => strings.filter((__, at) => at % 8 === part));

/** Raw texts that a contact may have written, each on a line of one of a few messages. */
const raw: Message[] = together.map((lines, at) => {
  const view = messageOf(at + 1, 'x', { sentAt: noon - 5000 });
  return { ...view, text: lines.map((line) => `lighthouse ${line}`).join('\n') };
});

test('a text cannot steer the terminal from the hits, the whole message, the question, or a reply', async () => {
  const messages = raw.map((one) => ({ ...one, text: printable(one.text) }));
  const state = sampleState({ conversations: new Map([[1, wholeOf(messages, 9999)]]) });
  const client = sampleClient(state, {
    search: () => Promise.resolve(raw),
    wire: ({ row }) => Promise.resolve({ ...sampleWireIn, text: raw[(row ?? 1) - 1]?.text ?? '' }),
  });
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
  await mounted.sees('write to bob');
  let from = mounted.raw().lastIndexOf('\u001b[c') + 3;
  const harmless = (place: string): void => {
    expect([place, scanTerminal(mounted.raw().slice(from).replaceAll(own, ''))]).toEqual([place, []]);
    expect(mounted.beyond()).toBe('');
    from = mounted.raw().length;
  };
  mounted.type('\u0006lighthouse');
  await mounted.sees('messages, the newest first');
  for (let hit = 1; hit < raw.length; hit += 1) mounted.type('\u001b[B');
  await until('the oldest hit is chosen', () => /❯ bob/u.test(mounted.screen()));
  harmless('hits');
  mounted.type('\r');
  await mounted.sees('n next');
  for (let hit = 1; hit < raw.length; hit += 1) {
    mounted.type('N');
    mounted.type('o');
    await mounted.sees('Opened');
    for (let page = 0; page < 20; page += 1) mounted.type('\u001b[6~');
    await until('its end', () => !mounted.screen().includes('↓ more'));
    mounted.type('\u001b[27u');
    await mounted.sees('n next');
    mounted.type('d');
    await mounted.sees('Delete this message here?');
    mounted.type('\u001b[27u');
    await until('it is closed', () => !mounted.screen().includes('Delete this message'));
    harmless(`message ${hit}`);
  }
  mounted.type('r');
  await mounted.sees('> lighthouse');
  harmless('a reply');
});
