import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../source/core/settings.ts';
import { until } from '../support/until.ts';
import { mountScreen, type Mounted, type MountOptions } from './support/mount.ts';
import { messageOf, noon, sampleClient, sampleState, wholeOf, type Sample } from './support/samples.ts';

async function opened(client: Sample = sampleClient(), options: MountOptions = {}): Promise<Mounted> {
  const screen = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) }, options);
  await screen.sees('write to bob');
  return screen;
}

/** Clicks the first letter of the first `text` on the screen, or a letter further on. */
function click(screen: Mounted, text: string, further = 0): void {
  const y = screen.rows().findIndex((row) => row.includes(text));
  expect(screen.screen()).toContain(text);
  clickAt(screen, (screen.rows()[y] ?? '').indexOf(text) + further, y);
}

function clickAt(screen: Mounted, x: number, y: number): void {
  screen.type(`\u001b[<0;${x + 1};${y + 1}M\u001b[<0;${x + 1};${y + 1}m`);
}

const on = '\u001b[?1000h';
const off = '\u001b[?1000l';

/** Waits until the mouse is reported, or is not. */
async function reports(screen: Mounted, isOn: boolean): Promise<void> {
  const isSo = (): boolean => screen.raw().lastIndexOf(on) > screen.raw().lastIndexOf(off);
  await until(`reports are ${isOn ? 'on' : 'off'}`, () => isSo() === isOn, 4000);
}

describe('a click', () => {
  test('on a person opens the conversation', async () => {
    const screen = await opened();
    click(screen, 'carol');
    await screen.sees('write to carol');
  });

  test('on a person removes an older note', async () => {
    const screen = await opened();
    screen.type('/mute\r');
    await screen.sees('bob is muted');
    click(screen, 'carol');
    await screen.sees('write to carol');
    expect(screen.screen()).not.toContain('bob is muted');
  });

  test('does nothing while keys wait that were typed before it', async () => {
    const client = sampleClient(sampleState({ phase: 'opening' }));
    const screen = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
    await screen.sees('carol');
    screen.type('/query bob\r');
    await screen.sees('still opening');
    for (const keys of ['hello', '\r']) screen.type(keys);
    click(screen, 'carol');
    client.state.update((state) => ({ ...state, phase: 'ready' }));
    await until('it is sent', () => client.asked.some(([name]) => name === 'send'));
    expect(client.asked.find(([name]) => name === 'send')?.[1]).toEqual({ contact: '1', text: 'hello' });
  });

  test('on a message selects it; a click elsewhere does nothing', async () => {
    const screen = await opened();
    click(screen, 'second line of the same');
    await screen.sees('r reply');
    clickAt(screen, 5, 0);
    clickAt(screen, 400, 400);
    screen.type('y');
    await screen.sees('clipboard');
  });

  test('on a link opens the sheet that shows where it leads', async () => {
    const text = 'see https://example.org/page now';
    const long = [messageOf(1, text, { sentAt: noon - 5000 })];
    const client = sampleClient(sampleState({ conversations: new Map([[1, wholeOf(long, 1)]]) }));
    const screen = await opened(client);
    await screen.sees('https://example.org/page');
    click(screen, 'https://example.org/page', 9);
    await screen.sees('From bob');
  });

  test('into the draft puts the cursor there, and keeps what is written', async () => {
    const screen = await opened();
    screen.type('one two three');
    await screen.sees('❯ one two three');
    click(screen, 'two three');
    screen.type('X');
    await screen.sees('❯ one Xtwo three');
  });

  test('on a completion takes it', async () => {
    const screen = await opened();
    screen.type('/re');
    await screen.sees('Commands');
    click(screen, '/retry');
    await screen.sees('❯ /retry');
  });

  test('on an entry of the palette goes there', async () => {
    const screen = await opened();
    screen.type('\u000b');
    await screen.sees('Go to');
    await screen.sees(/│ {3}dave/u);
    const y = screen.rows().findIndex((row) => /│ {3}dave/u.test(row));
    clickAt(screen, screen.rows()[y]?.lastIndexOf('dave') ?? 0, y);
    await screen.sees('write to dave');
  });

  test('chooses a setting, and a second one changes it', async () => {
    const saved: unknown[] = [];
    const screen = await opened(sampleClient(), {
      saveSetting: (path, value) => {
        saved.push([path, value]);
        return Promise.reject(new Error('not asked again'));
      },
    });
    screen.type('/settings\r');
    await screen.sees('❯ listen');
    click(screen, 'emoji');
    await screen.sees('❯ emoji');
    expect(saved).toEqual([]);
  });

  test('shows a theme, and a second one keeps it', async () => {
    const saved: unknown[] = [];
    const screen = await opened(sampleClient(), {
      saveSetting: (path, value) => {
        saved.push([...path, value]);
        return Promise.resolve({ ...defaultSettings, theme: 'high-contrast' });
      },
    });
    screen.type('/theme\r');
    await screen.sees('─ Themes ─');
    click(screen, 'high-contrast');
    await screen.sees('❯ high-contrast');
    expect(saved).toEqual([]);
    click(screen, 'high-contrast');
    await screen.sees('theme: high-contrast');
    expect(saved).toEqual([['theme', 'high-contrast']]);
  });

  test('chooses which messages notify', async () => {
    const client = sampleClient();
    const screen = await opened(client);
    screen.type('/notify\r');
    await screen.sees('none for 8 hours');
    click(screen, 'none for 8 hours');
    await until('it is asked for', () => client.asked.some(([name]) => name === 'mute' || name === 'notify'));
    expect(client.asked.find(([name]) => name === 'mute' || name === 'notify')?.[1]).toMatchObject({
      contact: '1',
      forMs: 8 * 3600_000,
    });
  });

  test('in vim mode leaves the cursor on a letter', async () => {
    const screen = await opened(sampleClient(), { settings: { editing: 'vim' } });
    screen.type('abc\u001b');
    await screen.sees('NORMAL');
    clickAt(screen, 70, 22);
    screen.type('x');
    await screen.sees(/❯ ab$/mu);
  });
});

describe('the wheel', () => {
  test('over the popup chooses, over the messages scrolls', async () => {
    const screen = await opened();
    screen.type('/re');
    await screen.sees('Commands');
    const y = screen.rows().findIndex((row) => row.includes('/retry'));
    screen.type(`\u001b[<65;30;${y + 1}M`);
    await screen.sees(/❯ \/re\w+ /u);
  });
});

describe('the mouse is reported', () => {
  test('in the conversation and over lists of choices, and left to the terminal elsewhere', async () => {
    const screen = await opened();
    await reports(screen, true);
    screen.type('?');
    await screen.sees('Help');
    await reports(screen, false);
    screen.type('\u001b[27u');
    await reports(screen, true);
    screen.type('\u000b');
    await screen.sees('Go to');
    await reports(screen, true);
    // Nothing can be clicked where a number is compared.
    screen.type('\u001b[27u\u0007');
    await reports(screen, false);
  });

  test('never with mouse = false, and reports that come all the same do nothing', async () => {
    const screen = await opened(sampleClient(), { settings: { mouse: false } });
    click(screen, 'carol');
    screen.type('zzz');
    await screen.sees('❯ zzz');
    expect(screen.screen()).toContain('bob');
    expect(screen.raw()).not.toContain(on);
  });

  test('not at a door', async () => {
    const screen = mountScreen({
      kind: 'locked',
      unlock: () => Promise.reject(new Error('nobody asks')),
    });
    await screen.sees(/passphrase/iu);
    clickAt(screen, 3, 3);
    await screen.sees(/passphrase/iu);
    expect(screen.raw()).not.toContain(on);
  });

  test('no longer after the end', async () => {
    const screen = await opened();
    await reports(screen, true);
    screen.type('\u0011');
    await screen.ended;
    expect(screen.raw().lastIndexOf(off)).toBeGreaterThan(screen.raw().lastIndexOf(on));
  });
});
