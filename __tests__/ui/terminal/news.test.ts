import { describe, expect, test } from 'vitest';
import type { ContactView, Message } from '../../../source/core/types.ts';
import { printableLine } from '../../../source/core/printable.ts';
import { hostileStrings } from '../../support/hostile-strings.ts';
import { until } from '../../support/until.ts';
import { mountScreen, type Mounted, type MountOptions } from '../support/mount.ts';
import { contactOf, messageOf, noon, sampleClient, sampleState, type Sample } from '../support/samples.ts';

type Watched = {
  readonly mounted: Mounted;
  readonly client: Sample;
  /** Bob has so many unread messages now. */
  readonly arrive: (unread: number, given?: Partial<ContactView>) => void;
  readonly pass: (ms: number) => void;
};

const away = '\u001b[O';
const back = '\u001b[I';
const note = '\u001b]9;bob: new message\u0007';

function textOf(row: number, text: string, given: Partial<Omit<Message, 'text'>> = {}): Message {
  return { ...messageOf(row, '', given), text };
}

async function watched(
  options: MountOptions = {},
  messages: readonly Message[] | Promise<readonly Message[]> = [],
): Promise<Watched> {
  let now = noon;
  const client = sampleClient(sampleState(), { read: () => Promise.resolve(messages) });
  const env = { TERM_PROGRAM: 'WezTerm' };
  const door = { kind: 'ready', open: () => Promise.resolve(client) } as const;
  const mounted = mountScreen(door, { env, now: () => now, ...options });
  await mounted.sees('on my way');
  return {
    mounted,
    client,
    arrive(unread, given = {}) {
      client.state.update((state) => ({
        ...state,
        contacts: [contactOf(1, 'bob', { unread, state: 'compared', ...given }), ...state.contacts.slice(1)],
      }));
    },
    pass: (ms) => void (now += ms),
  };
}

function notes(mounted: Mounted): readonly string[] {
  return mounted.raw().match(/\u001b\](?:9|777|99);[^\u0007]*\u0007/gu) ?? [];
}

/** Waits until what came is on the screen: a notification of it would have been written by then. */
async function drawn(mounted: Mounted, unread: number): Promise<void> {
  await mounted.sees(`${unread + 2} unread`);
}

test('announces messages that come without the focus, once in a few seconds', async () => {
  const { mounted, arrive, pass } = await watched();
  mounted.type(away);
  arrive(1);
  await until('a note', () => notes(mounted).length === 1);
  arrive(2);
  await drawn(mounted, 2);
  expect(notes(mounted)).toEqual([note]);
  pass(5000);
  arrive(3);
  await until('a second note', () => notes(mounted).length === 2);
  expect(mounted.raw()).not.toContain('\u0007\u0007');
});

test('announces nothing with the focus, or before the terminal has reported it', async () => {
  const { mounted, client } = await watched();
  const carol = (unread: number): void =>
    client.state.update((state) => ({
      ...state,
      contacts: state.contacts.map((one) => (one.id === 2 ? { ...one, unread } : one)),
    }));
  carol(3);
  await mounted.sees('3 unread');
  mounted.type(`${away}${back}`);
  carol(4);
  await mounted.sees('4 unread');
  expect(notes(mounted)).toEqual([]);
});

test.each([
  ['off', { settings: { notifications: 'off' } }, {}],
  ['of a stranger', {}, { state: 'requested', request: 'received' }],
] as const)('announces nothing: %s', async (_why, options, given) => {
  const { mounted, arrive } = await watched(options);
  mounted.type(away);
  arrive(1, given);
  await drawn(mounted, 1);
  expect(notes(mounted)).toEqual([]);
  expect(mounted.raw().replaceAll(/\u001b\]2;[^\u0007]*\u0007/gu, '')).not.toContain('\u0007');
});

test('messages that were unread before the messenger was opened are not news', async () => {
  const client = sampleClient();
  const opened = Promise.withResolvers<Sample>();
  const mounted = mountScreen({ kind: 'ready', open: () => opened.promise }, { env: { TERM: 'foot' } });
  mounted.type(away);
  await mounted.sees('opening');
  opened.resolve(client);
  await mounted.sees('2 unread');
  expect(notes(mounted)).toEqual([]);
});

test('a preview is the first line with words, cut', async () => {
  const messages = [
    textOf(70, '\n  \nhello ; there\nsecond line'),
    textOf(71, 'mine', { direction: 'out' }),
    textOf(72, 'of carol', { contactId: 2 }),
    textOf(73, 'a notice', { kind: 'notice' }),
  ];
  const { mounted, arrive } = await watched({ settings: { notifications: 'preview' } }, messages);
  mounted.type(away);
  arrive(1);
  await until('a note', () => notes(mounted).length > 0);
  expect(notes(mounted)).toEqual(['\u001b]9;bob: hello , there\u0007']);
});

test('a name that has a colon is in quotes: it cannot pass for somebody else’s text', async () => {
  const { mounted, arrive } = await watched();
  mounted.type(away);
  arrive(1, { label: printableLine('Alice: hey') });
  await until('a note', () => notes(mounted).length > 0);
  expect(notes(mounted)).toEqual(['\u001b]9;"Alice: hey": new message\u0007']);
});

test('a message that is read only when the messenger is locked is not shown', async () => {
  const read = Promise.withResolvers<readonly Message[]>();
  const { mounted, arrive } = await watched({ settings: { notifications: 'preview' } }, read.promise);
  mounted.type(away);
  arrive(1);
  await drawn(mounted, 1);
  mounted.type('\u001bl');
  await mounted.sees('Unlock cryptochat');
  read.resolve([textOf(70, 'not for everybody')]);
  mounted.type('x');
  await mounted.sees('•');
  expect(notes(mounted)).toEqual([]);
});

test.each(hostileStrings)('a preview of %j is one plain line of at most 80 cells', async (text) => {
  const { mounted, arrive } = await watched({ settings: { notifications: 'preview' } }, [textOf(70, text)]);
  mounted.type(away);
  arrive(1);
  await until('a note', () => notes(mounted).length > 0);
  const [told = ''] = notes(mounted);
  expect(told.slice(4, -1)).toMatch(/^bob: [^\p{Cc}]{0,80}$/u);
});

test('the title of the window has my name and the unread count, and the old title comes back', async () => {
  const { mounted, arrive } = await watched();
  const titles = (): readonly string[] => mounted.raw().match(/(?<=\u001b\]2;)[^\u0007]*(?=\u0007)/gu) ?? [];
  expect(titles()).toEqual(['cryptochat', '(2) cryptochat — alice']);
  mounted.type(away);
  arrive(1);
  await until('the title', () => titles().at(-1) === '(3) cryptochat — alice');
  mounted.type('\u0011');
  await mounted.ended;
  expect(mounted.raw().split('\u001b[22;2t')).toHaveLength(2);
  expect(mounted.raw().split('\u001b[23;2t')).toHaveLength(2);
  expect(mounted.raw().indexOf('\u001b[23;2t')).toBeGreaterThan(mounted.raw().lastIndexOf('\u001b]2;'));
});

test('the title never contains a peer’s name', async () => {
  const { mounted, arrive } = await watched();
  mounted.type(away);
  arrive(1);
  await drawn(mounted, 1);
  for (const [, title] of mounted.raw().matchAll(/\u001b\]2;([^\u0007]*)\u0007/gu)) {
    expect(title).not.toMatch(/bob|carol|dave/u);
  }
});

const word = { notifyWord: 'lunch' };

test('announces only messages with the chosen word, by the name alone', async () => {
  const messages = [textOf(70, 'lunch at noon?'), textOf(71, 'about lunchtimes')];
  const { mounted, arrive, pass } = await watched({}, messages);
  mounted.type(away);
  arrive(1, word);
  await drawn(mounted, 1);
  pass(5000);
  arrive(3, word);
  await until('a note', () => notes(mounted).length > 0);
  // The first arrival was row 71 alone, which has no such word.
  expect(notes(mounted)).toEqual([note]);
});

test('previews the message that has the chosen word', async () => {
  const messages = [textOf(70, 'LUNCH at noon?'), textOf(71, 'or later')];
  const { mounted, arrive } = await watched({ settings: { notifications: 'preview' } }, messages);
  mounted.type(away);
  arrive(2, word);
  await until('a note', () => notes(mounted).length > 0);
  expect(notes(mounted)).toEqual(['\u001b]9;bob: LUNCH at noon?\u0007']);
});

test('a mute that is over no longer mutes, whatever the state says', async () => {
  const { mounted, arrive, pass } = await watched();
  const muted = { muted: true, mutedUntil: noon + 3_600_000 };
  mounted.type(away);
  arrive(1, muted);
  await until('it is there', () => mounted.screen().includes('bob'));
  pass(3_599_999);
  arrive(2, muted);
  pass(1);
  arrive(3, muted);
  await until('a note', () => notes(mounted).length > 0);
  expect(notes(mounted)).toEqual([note]);
});

test('announces nothing in quiet hours, and does so afterwards', async () => {
  const { mounted, arrive, pass } = await watched({ settings: { quiet_hours: '11:30-12:30' } });
  mounted.type(away);
  arrive(1);
  await drawn(mounted, 1);
  expect(notes(mounted)).toEqual([]);
  pass(30 * 60_000);
  arrive(2);
  await until('a note', () => notes(mounted).length > 0);
  expect(notes(mounted)).toEqual([note]);
});

describe('the desktop', () => {
  const bells = (mounted: Mounted): number =>
    mounted
      .raw()
      .replaceAll(/\u001b\][^\u0007]*\u0007/gu, '')
      .split('\u0007').length - 1;
  const desktopOf = (isShown: boolean) => {
    const told: string[] = [];
    let ended = 0;
    return {
      told,
      ends: () => ended,
      show: (text: string) => Promise.resolve((told.push(text), isShown)),
      end: () => void (ended += 1),
    };
  };

  test.each([
    ['a plain terminal', {}, {}, true, 1, 0],
    ['a plain terminal whose desktop fails', {}, {}, false, 1, 1],
    ['a terminal that notifies itself', { TERM_PROGRAM: 'WezTerm' }, {}, true, 0, 0],
    ['a plain terminal that starts no program', {}, { notify_by: 'terminal' }, true, 0, 1],
    ['the bell alone', {}, { notify_by: 'bell' }, true, 0, 1],
    ['both', {}, { notify_by: 'both' }, true, 1, 1],
    ['both, of which one fails', {}, { notify_by: 'both' }, false, 1, 1],
    ['none', {}, { notifications: 'off' }, true, 0, 0],
  ] as const)('%s', async (_what, env, settings, isShown, notes9, rung) => {
    const desktop = desktopOf(isShown);
    const { mounted, arrive } = await watched({ env, settings, desktop });
    mounted.type(away);
    arrive(1);
    await drawn(mounted, 1);
    await until('it is told', () => desktop.told.length === notes9 && bells(mounted) === rung);
    expect(desktop.told).toEqual(notes9 === 0 ? [] : ['bob: new message']);
    mounted.type('\u0011');
    await mounted.ended;
    expect(desktop.ends()).toBe(1);
  });
});

test('announces the next message at once after the person has looked', async () => {
  const { mounted, arrive } = await watched();
  mounted.type(away);
  arrive(1);
  await until('a note', () => notes(mounted).length === 1);
  mounted.type(`${back}${away}`);
  // Both were handled once the question about the background, which the focus brings, was written.
  await until('it has the focus again', () => mounted.raw().split('\u001b]11;?').length === 3);
  arrive(2);
  await until('another note', () => notes(mounted).length === 2);
});
