import { describe, expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import type { ScreenCalls } from '../../source/core/calls.ts';
import type { Door } from '../../source/core/door.ts';
import { fold } from '../../source/core/fold.ts';
import type { Conversation, MessageView } from '../../source/core/types.ts';
import { until } from '../support/until.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type Mounted, type MountOptions } from './support/mount.ts';
import { messageOf, noon, sampleClient, sampleState, wholeOf, type Sample } from './support/samples.ts';

const find = '\u0006';
const escape = '\u001b[27u';

const sizes: ReadonlyArray<readonly [string, MountOptions]> = [
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
];

const hour = 3_600_000;

function said(contactId: number, row: number, text: string): MessageView {
  return messageOf(row, text, { contactId, sentAt: noon - (60 - row) * 4 * hour });
}

/** Sixty messages with bob, every tenth of which is about the lighthouse, and one with carol. */
const withBob = Array.from({ length: 60 }, (_, at) => {
  const row = at + 1;
  const text = row % 10 === 0 ? `we meet at the Lighthouse, number ${row}` : `something else ${row}`;
  return {
    ...said(1, row, text),
    ...(row % 20 === 0 && { direction: 'out' as const, state: 'delivered' as const }),
  };
});
const withCarol = [said(2, 101, 'the lighthouse is closed, says the man who keeps it')];

/** A client whose windows hold no more than `size` messages, as a real one's do. */
function clientWith(size = 600, given: Partial<ScreenCalls> = {}): Sample {
  const all = new Map<number, readonly MessageView[]>([
    [1, withBob],
    [2, withCarol],
    [3, []],
  ]);
  const windowOf = (contact: number, at: number): Conversation => {
    const messages = all.get(contact) ?? [];
    const from = Math.max(0, Math.min(at - Math.floor(size / 2), messages.length - size));
    const part = messages.slice(from, from + size);
    return wholeOf(part, 200, {
      at: from + size >= messages.length ? 'newest' : (part[Math.floor(size / 2)]?.row ?? 0),
      complete: from === 0,
      latest: from + size >= messages.length,
    });
  };
  const show = (contact: number, at: number): void =>
    client.state.update((now) => ({
      ...now,
      conversations: new Map(now.conversations).set(contact, windowOf(contact, at)),
    }));
  const client: Sample = sampleClient(sampleState({ conversations: new Map([[1, windowOf(1, 60)]]) }), {
    openConversation(contact) {
      show(contact, all.get(contact)?.length ?? 0);
      return Promise.resolve();
    },
    showAt(contact, at) {
      const messages = all.get(contact) ?? [];
      const index =
        typeof at === 'number' ? messages.findIndex(({ row }) => row === at) : at === 'oldest' ? 0 : 1e6;
      show(contact, index);
      client.asked.push(['showAt', [contact, at]]);
      return Promise.resolve();
    },
    search(ask) {
      client.asked.push(['search', ask]);
      const found = [...all.values()].flat().filter(({ contactId, text }) => {
        return (
          (ask.contact ?? String(contactId)) === String(contactId) && fold(text).includes(fold(ask.text))
        );
      });
      return Promise.resolve(found.slice(-(ask.last ?? 1000)));
    },
    ...given,
  });
  return client;
}

async function shown(client: Sample, size: MountOptions = {}): Promise<Mounted> {
  const door: Door = { kind: 'ready', open: () => Promise.resolve(client) };
  const mounted = mountScreen(door, size);
  await mounted.sees('write to bob');
  await mounted.sees('number 60');
  return mounted;
}

function picked(mounted: Mounted): string {
  return mounted.rows().find((row) => /❯(?:\d\d:\d\d|[┃┊])/u.test(row)) ?? '';
}

async function picks(mounted: Mounted, text: string): Promise<void> {
  await until(`${text} is selected`, () => picked(mounted).includes(text)).catch((error: unknown) => {
    throw new Error(`${String(error)}; the screen was:\n${mounted.screen()}`, { cause: error });
  });
}

describe.each(sizes)('%s', (name, size) => {
  test('hits', async () => {
    const mounted = await shown(clientWith(), size);
    mounted.type(`${find}lightHOUSE`);
    await mounted.sees('6 messages');
    await expectFrame(mounted, `search-${name}`);
  });

  test('no hits', async () => {
    const mounted = await shown(clientWith(), size);
    mounted.type(`${find}nowhere`);
    await mounted.sees('No messages found');
    await expectFrame(mounted, `search-nothing-${name}`);
  });

  test('a hit in its conversation', async () => {
    const mounted = await shown(clientWith(), size);
    mounted.type(`${find}lighthouse`);
    await mounted.sees('6 messages');
    mounted.type('\u001b[B\u001b[B\r');
    await picks(mounted, 'Lighthouse');
    await expectFrame(mounted, `hit-${name}`);
  });
});

describe('the search', () => {
  test('searches while typing, in this conversation first, and with Tab in all', async () => {
    const client = clientWith();
    const mounted = await shown(client);
    mounted.type(find);
    await mounted.sees('Three letters');
    mounted.type('li');
    await mounted.sees('❯  li');
    expect(client.asked.some(([name]) => name === 'search')).toBe(false);
    mounted.type('g');
    await mounted.sees('6 messages');
    expect(client.asked).toContainEqual(['search', { text: 'lig', contact: '1', last: 200 }]);
    mounted.type('\t');
    await mounted.sees('Find everywhere');
    await mounted.sees('7 messages');
    await mounted.sees(/carol +/u);
    mounted.type('\t');
    await mounted.sees('6 messages');
    mounted.type('\u007f');
    await mounted.sees('Three letters');
  });

  test('waits for Enter when there are fewer letters', async () => {
    const client = clientWith();
    const mounted = await shown(client);
    mounted.type(`${find}li`);
    await mounted.sees('Three letters');
    mounted.type('\r');
    await mounted.sees('6 messages');
    mounted.type('\r');
    await picks(mounted, 'number 60');
  });

  test('asks once while an answer is awaited, and then for the text typed by then', async () => {
    const answers: Array<PromiseWithResolvers<readonly []>> = [];
    const asked: string[] = [];
    const search: ScreenCalls['search'] = (ask) => {
      asked.push(ask.text);
      const answer = Promise.withResolvers<readonly []>();
      answers.push(answer);
      return answer.promise;
    };
    const mounted = await shown(clientWith(600, { search }));
    mounted.type(`${find}lighthouse`);
    await until('it is asked', () => asked.length === 1);
    answers[0]?.resolve([]);
    await until('it is asked again', () => asked.length === 2);
    expect(asked).toEqual(['lig', 'lighthouse']);
    answers[1]?.resolve([]);
    await mounted.sees('No messages found');
  });

  test('says which texts it cannot search for', async () => {
    const search = (): Promise<never> => Promise.reject(new ChatError('search-long', '200'));
    const mounted = await shown(clientWith(600, { search }));
    mounted.type(`${find}something long`);
    await mounted.sees('error:');
    mounted.type(escape);
    await mounted.sees('Enter send');
  });

  test('/find TEXT opens it with the text', async () => {
    const mounted = await shown(clientWith());
    mounted.type('/find lighthouse\r');
    await mounted.sees('6 messages');
    mounted.type(escape);
    await mounted.sees('❯ write to bob');
  });
});

describe('a hit', () => {
  test('far away is shown and marked, with its window; n and N go on, Escape ends', async () => {
    const client = clientWith(20);
    const mounted = await shown(client, { columns: 80, rows: 14 });
    mounted.type(`${find}lighthouse`);
    await mounted.sees('6 messages');
    mounted.type('\u001b[B\u001b[B\u001b[B\u001b[B\u001b[B\r');
    await picks(mounted, 'number 10');
    expect(client.asked).toContainEqual(['showAt', [1, 10]]);
    await mounted.sees('n next');
    mounted.type('n');
    await mounted.sees('no older hit');
    mounted.type('N');
    await picks(mounted, 'number 20');
    mounted.type('\u0010');
    await picks(mounted, 'number 30');
    mounted.type('\u000e');
    await picks(mounted, 'number 20');
    mounted.type('\u001bOR');
    await picks(mounted, 'number 10');
    mounted.type(escape);
    await mounted.sees('Enter send');
    expect(picked(mounted)).toBe('');
    await mounted.sees('newer below');
    await mounted.sees('number 10');
  });

  test('in another conversation opens that conversation', async () => {
    const mounted = await shown(clientWith());
    mounted.type(`${find}lighthouse\t`);
    await mounted.sees('7 messages');
    mounted.type('\r');
    await mounted.sees('write to carol');
    await picks(mounted, 'the lighthouse is closed');
    mounted.type('n');
    await picks(mounted, 'number 60');
    await mounted.sees('write to bob');
  });

  test('stands out everywhere on the screen until the search ends', async () => {
    const mounted = await shown(clientWith());
    mounted.type(`${find}lighthouse`);
    await mounted.sees('6 messages');
    const before = mounted.raw().length;
    mounted.type('\r');
    await picks(mounted, 'number 60');
    await until('it is marked', () => /\u001b\[1mLighthouse/u.test(mounted.raw().slice(before)));
    const after = mounted.raw().length;
    mounted.type('hello');
    await mounted.sees('❯ hello');
    expect(mounted.raw().slice(after)).not.toMatch(/\u001b\[[17]mLighthouse/u);
  });

  test('is reported as gone when it was deleted meanwhile', async () => {
    const client = clientWith(20, { showAt: () => Promise.resolve() });
    const mounted = await shown(client, { columns: 80, rows: 14 });
    mounted.type(`${find}lighthouse`);
    await mounted.sees('6 messages');
    mounted.type('\u001b[B\u001b[B\u001b[B\u001b[B\u001b[B\r');
    await mounted.sees('this message is gone');
  });
});
