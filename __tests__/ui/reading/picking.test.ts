import { describe, expect, test } from 'vitest';
import type { ScreenCalls } from '../../../source/core/calls.ts';
import type { Door } from '../../../source/core/door.ts';
import type { MessageView } from '../../../source/core/types.ts';
import type { WireReport } from '../../../source/core/wire.ts';
import { until } from '../../support/until.ts';
import { expectFrame } from '../support/golden.ts';
import { mountScreen, type Mounted, type MountOptions } from '../support/mount.ts';
import {
  bobsMessages,
  messageOf,
  noon,
  sampleClient,
  sampleState,
  wholeOf,
  type Sample,
} from '../support/samples.ts';

const up = '\u001b[A';
const down = '\u001b[B';
const escape = '\u001b[27u';

const sizes: ReadonlyArray<readonly [string, MountOptions]> = [
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
];

const wholeText = [
  'Read this before the meeting: https://example.org/agenda?day=monday#second-part',
  ...Array.from({ length: 260 }, (_, at) => `point ${at + 1}`),
].join('\n');

/** The stored data of a message of the samples. */
function reportOf(message: MessageView, text: string): WireReport {
  return {
    id: message.id,
    contact: 'bob',
    direction: message.direction,
    state: message.state,
    text,
    textBytes: 10,
    wireBytes: 4096,
    ratchet: 'later',
    kept: 'facts',
    envelope: null,
    parts: [],
    head: null,
    status: 202,
    proof: null,
    tries: 1,
    failure: null,
    file: null,
    queuedAt: message.sentAt,
    acceptedAt: message.sentAt + 1000,
    storedAt: message.receivedAt,
    deliveredAt: message.state === 'delivered' ? message.sentAt + 61_000 : null,
  };
}

function clientWith(messages: readonly MessageView[], given: Partial<ScreenCalls> = {}): Sample {
  const wire: ScreenCalls['wire'] = ({ id }) => {
    const message = messages.find((one) => one.id === id);
    if (!message) throw new Error('no such message');
    return Promise.resolve(reportOf(message, message.row === 70 ? wholeText : message.text));
  };
  const conversations = new Map([[1, wholeOf(messages, 200)]]);
  return sampleClient(sampleState({ conversations }), { wire, ...given });
}

async function shown(client: Sample, size: MountOptions = {}): Promise<Mounted> {
  const door: Door = { kind: 'ready', open: () => Promise.resolve(client) };
  const mounted = mountScreen(door, size);
  await mounted.sees('write to bob');
  await mounted.sees('┃');
  return mounted;
}

function picked(mounted: Mounted): string {
  return mounted.rows().find((row) => /❯(?:\d\d:\d\d|[┃┊]| —)/u.test(row)) ?? '';
}

async function picks(mounted: Mounted, text: string): Promise<void> {
  await until(`${text} is selected`, () => picked(mounted).includes(text)).catch((error: unknown) => {
    throw new Error(`${String(error)}; the screen was:\n${mounted.screen()}`, { cause: error });
  });
}

const long = messageOf(70, wholeText, { sentAt: noon - 60_000, receivedAt: noon - 59_000 });

describe.each(sizes)('%s', (name, size) => {
  test('a selected message', async () => {
    const mounted = await shown(clientWith(bobsMessages()), size);
    mounted.type(up);
    await picks(mounted, 'I will be');
    mounted.type(up + up);
    await picks(mounted, 'Then let us');
    await expectFrame(mounted, `selected-${name}`);
  });

  test('the question before one is deleted', async () => {
    const mounted = await shown(clientWith(bobsMessages()), size);
    mounted.type(`${up}d`);
    await mounted.sees('Delete this message here?');
    await expectFrame(mounted, `erase-${name}`);
  });

  test('all of one', async () => {
    const mounted = await shown(clientWith([...bobsMessages(), long]), size);
    mounted.type(up);
    await picks(mounted, 'Read this');
    mounted.type('o');
    await mounted.sees('Opened');
    await mounted.sees('Arrived');
    await expectFrame(mounted, `message-${name}`);
  });
});

describe('selecting', () => {
  test('goes up and down, and ends below the newest or with Escape', async () => {
    const mounted = await shown(clientWith(bobsMessages()));
    mounted.type(up + up);
    await picks(mounted, 'on my way');
    await mounted.sees('r reply');
    mounted.type(down);
    await picks(mounted, 'I will be');
    mounted.type(down);
    await mounted.sees('Enter send');
    expect(picked(mounted)).toBe('');
    mounted.type(up);
    await picks(mounted, 'I will be');
    mounted.type(escape);
    await mounted.sees('Enter send');
  });

  test('a line of the program can be selected, too', async () => {
    const mounted = await shown(clientWith(bobsMessages()));
    mounted.type(up.repeat(4));
    await picks(mounted, 'new key, signed');
  });

  test('the selected message stays on the screen: as the selection moves, in another size, and when more comes', async () => {
    const messages = Array.from({ length: 100 }, (_, at) =>
      messageOf(at + 1, `line ${at + 1} ${'word '.repeat((at * 7) % 40)}`, { sentAt: noon - 5000 }),
    );
    const client = clientWith(messages);
    const mounted = await shown(client);
    for (let line = 100; line > 60; line -= 1) {
      mounted.type(up);
      await picks(mounted, `line ${line}`);
    }
    const before = mounted.rows();
    client.state.update((state) => ({
      ...state,
      conversations: new Map([[1, wholeOf([...messages, messageOf(101, 'and one more')], 200)]]),
    }));
    mounted.resize(50, 12);
    await picks(mounted, 'line 61');
    mounted.resize(80, 24);
    await until('the same rows', () => mounted.rows().slice(2, 10).join() === before.slice(2, 10).join());
    mounted.type('\u001b[6~\u001b[5~\u001b[H');
    await picks(mounted, 'line 1');
    mounted.type('\u001b[F');
    await picks(mounted, 'and one more');
  });

  test('any other letter begins a draft', async () => {
    const mounted = await shown(clientWith(bobsMessages()));
    mounted.type(up);
    await mounted.sees('r reply');
    mounted.type('hello');
    await mounted.sees('❯ hello');
    expect(picked(mounted)).toBe('');
    await mounted.sees('Enter send');
  });

  test('↑ moves within a draft; Ctrl+↑ recalls earlier texts', async () => {
    const client = clientWith(bobsMessages());
    const mounted = await shown(client);
    mounted.type('first\r');
    await mounted.sees('┊ first');
    mounted.type('second\r');
    await mounted.sees('┊ second');
    mounted.type('\u001b[1;5A');
    await mounted.sees('❯ second');
    mounted.type(up);
    await mounted.sees('❯ first');
    mounted.type('\u001b[1;5B\u001b[1;5B');
    await mounted.sees('❯ write to bob');
    expect(picked(mounted)).toBe('');
  });
});

describe('a key on a selected message', () => {
  test('r quotes its first lines, with the cursor below', async () => {
    const mounted = await shown(clientWith([...bobsMessages(), long]));
    mounted.type(`${up}r`);
    await mounted.sees(/❯ > Read this before the meeting:/u);
    await mounted.sees(/ {3}> point 2\n {3}> …\n/u);
    mounted.type('yes');
    await mounted.sees(/ {3}> …\n {3}yes/u);
  });

  test('e puts a message of mine into the draft as it was written; not one of theirs', async () => {
    const mine = messageOf(71, 'a\tb', { direction: 'out', state: 'sent' });
    const client = clientWith([...bobsMessages(), mine]);
    const mounted = await shown(client);
    mounted.type(`${up}e`);
    await mounted.sees('❯ a');
    mounted.type('\u0003');
    await mounted.sees('write to bob');
    mounted.type(up.repeat(4));
    await picks(mounted, 'Then let us');
    mounted.type('e');
    await mounted.sees('you can write only your own messages again');
  });

  test('y copies all of the text', async () => {
    const mounted = await shown(clientWith([...bobsMessages(), long]));
    mounted.type(`${up}y`);
    await mounted.sees('clipboard');
    const sent = `\u001b]52;c;${Buffer.from(wholeText).toString('base64')}\u0007`;
    expect(mounted.raw()).toContain(sent);
  });

  test('o shows every line and every link, and c copies it', async () => {
    const mounted = await shown(clientWith([...bobsMessages(), long]));
    mounted.type(`${up}o`);
    await mounted.sees('Arrived');
    for (let page = 0; page < 20; page += 1) mounted.type('\u001b[6~');
    await mounted.sees('point 260');
    await mounted.sees(/Links\n https:\/\/example\.org\/agenda\?day=monday#second-part/u);
    mounted.type('c');
    await until('it is copied', () => mounted.raw().includes(Buffer.from(wholeText).toString('base64')));
  });

  test('t tries waiting mail, and says when there is none', async () => {
    const client = clientWith(bobsMessages());
    const mounted = await shown(client);
    mounted.type(`${up}t`);
    await mounted.sees('sending everything that is queued');
    expect(client.asked).toContainEqual(['retry', {}]);
    mounted.type(`${up}t`);
    await mounted.sees('this message is not queued');
  });

  test('d and y delete it here; then its neighbour is selected', async () => {
    const messages = bobsMessages();
    const client: Sample = clientWith(messages, {
      erase(ask) {
        client.asked.push(['erase', ask]);
        const rest = messages.filter(({ row }) => row !== ask.row);
        client.state.update((state) => ({ ...state, conversations: new Map([[1, wholeOf(rest, 200)]]) }));
        return Promise.resolve({ erased: false });
      },
    });
    const mounted = await shown(client);
    mounted.type(`${up}${up}d`);
    await mounted.sees('not opened yet');
    expect(client.asked.some(([name]) => name === 'erase')).toBe(false);
    mounted.type('y');
    await mounted.sees('deleted from this disk');
    await mounted.sees('cleared at the next start');
    expect(client.asked).toContainEqual(['erase', { row: 65 }]);
    await picks(mounted, 'I will be');
    expect(mounted.screen()).not.toContain('on my way');
  });

  test('d asks in words that fit the message', async () => {
    const mounted = await shown(clientWith(bobsMessages()));
    mounted.type(`${up}d`);
    await mounted.sees('It is still queued for bob');
    mounted.type(`${escape}${up}${up}d`);
    await mounted.sees('bob is not told and keeps it');
    mounted.type(`${escape}${up}d`);
    await mounted.sees('never had it');
  });
});

test('a reply quotes no line of the program, and no fence of code', async () => {
  const notice = messageOf(66, 'new key, signed', { kind: 'notice', state: 'received' });
  const mounted = await shown(clientWith([messageOf(65, '```sh\nls -l\n```'), notice]));
  mounted.type(`${up}r`);
  await mounted.sees('nobody wrote this line');
  mounted.type(`${up}r`);
  await mounted.sees('❯ > ls -l');
  expect(mounted.screen()).not.toContain('> ```');
});
