import { describe, expect, test } from 'vitest';
import type { ContactView, State } from '../../source/core/types.ts';
import { ChatError } from '../../source/core/errors.ts';
import { until } from '../support/until.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type Mounted, type MountOptions } from './support/mount.ts';
import { contactOf, noon, sampleClient, sampleNumber, sampleState, type Sample } from './support/samples.ts';

const hour = 3_600_000;
const ctrlG = '\u0007';
const escape = '\u001b[27u';

const sizes: ReadonlyArray<readonly [string, MountOptions]> = [
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
];

/** The sample's people, with bob as `given`. */
function bobIs(given: Partial<ContactView>): State {
  const state = sampleState();
  const [bob, ...rest] = state.contacts;
  return { ...state, contacts: [{ ...(bob ?? contactOf(1, 'bob')), ...given }, ...rest] };
}

const asks = { state: 'requested', request: 'received', reach: { kind: 'unknown' } } as const;
const twoAsk = sampleState({
  contacts: [
    ...sampleState().contacts,
    contactOf(8, 'erin', { ...asks, lastActivityAt: noon - 3 * hour }),
    contactOf(9, 'frank', { ...asks, lastActivityAt: noon - 26 * hour }),
  ],
});

async function shown(client: Sample, size: MountOptions = {}): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) }, size);
  await mounted.sees('on my way');
  return mounted;
}

describe.each(sizes)('%s', (name, size) => {
  const states = ['not-compared', 'changed-signed', 'conflict', 'revoked', 'blocked'] as const;
  test.each(states)('a conversation with somebody who is %s', async (state) => {
    await expectFrame(await shown(sampleClient(bobIs({ state })), size), `state-${state}-${name}`);
  });

  test('a conversation with somebody who was asked', async () => {
    const facts = bobIs({ state: 'requested', request: 'sent', keyChangedAt: null });
    await expectFrame(await shown(sampleClient(facts), size), `state-asked-${name}`);
  });

  test('people who ask to be let in', async () => {
    const mounted = await shown(sampleClient(twoAsk), size);
    mounted.type('/requests\r');
    await mounted.sees('erin');
    await expectFrame(mounted, `requests-${name}`);
  });

  test('comparing: the number, then digits that differ, then the right ones', async () => {
    const mounted = await shown(sampleClient(bobIs({ state: 'not-compared' })), size);
    mounted.type(ctrlG);
    await mounted.sees('12345 67890');
    await expectFrame(mounted, `verify-${name}`);
    mounted.type(`\u001b[200~${sampleNumber.slice(31)}1\u001b[201~`);
    await mounted.sees('NO MATCH');
    await expectFrame(mounted, `verify-differ-${name}`);
    mounted.type(`\u0015\u001b[200~${sampleNumber.slice(30).replaceAll(/(.{5})/gu, '$1 ')}\u001b[201~`);
    await mounted.sees('MATCH. You are');
    await expectFrame(mounted, `verify-same-${name}`);
  });

  test.each(['changed-signed', 'conflict', 'revoked'] as const)('the key of somebody %s', async (state) => {
    const mounted = await shown(sampleClient(bobIs({ state })), size);
    mounted.type(ctrlG);
    await mounted.sees('The key of bob');
    await mounted.sees('9F3A');
    await expectFrame(mounted, `identity-${state}-${name}`);
  });

  test('before a contact is forgotten', async () => {
    const mounted = await shown(sampleClient(), size);
    mounted.type('/forget carol\r');
    await mounted.sees('Forget carol?');
    await expectFrame(mounted, `forget-${name}`);
  });
});

describe('comparing', () => {
  test('digits in the command are compared at once, blanks and dashes do not matter', async () => {
    const client = sampleClient();
    const mounted = await shown(client);
    mounted.type(`/verify carol ${sampleNumber.replaceAll(/(.{10})/gu, '$1-')}\r`);
    await mounted.sees('MATCH. You are talking to the key of carol');
    await mounted.sees('it counts only if carol read it to you');
    expect(client.asked.filter(([name]) => name === 'verify')).toHaveLength(2);
    mounted.type(escape);
    await mounted.sees('write to bob');
  });

  test('too few digits are counted, and refused in words', async () => {
    const client = sampleClient(sampleState(), {
      verify: (ask) =>
        ask.digits === undefined
          ? sampleClient().calls.verify(ask)
          : Promise.reject(new ChatError('digits-bad', 'these are 3 digits; a contact reads out 30')),
    });
    const mounted = await shown(client);
    mounted.type(`${ctrlG}123`);
    await mounted.sees('3 of 30 digits');
    mounted.type('\r');
    await mounted.sees('error: these are 3 digits');
    mounted.type('4');
    await mounted.sees('4 of 30 digits');
  });

  test('the number on the screen cannot be pasted back as theirs', async () => {
    const own = (ask: { readonly digits?: string }): boolean => ask.digits === sampleNumber.slice(0, 30);
    const client = sampleClient(sampleState(), {
      verify: (ask) =>
        own(ask)
          ? Promise.reject(new ChatError('digits-own', 'bob'))
          : sampleClient().calls.verify({ contact: ask.contact }),
    });
    const mounted = await shown(client);
    mounted.type(ctrlG);
    await mounted.sees('12345 67890 12345 67890 12345 67890');
    expect(mounted.screen()).not.toContain(sampleNumber.slice(30, 35));
    mounted.type(`\u001b[200~${sampleNumber.slice(0, 30)}\u001b[201~`);
    await mounted.sees('error: these are your own digits, not those of bob');
    expect(mounted.screen()).not.toContain('MATCH');
  });

  test('an edit takes the result away', async () => {
    const mounted = await shown(sampleClient());
    mounted.type(`${ctrlG}\u001b[200~${'1'.repeat(60)}\u001b[201~`);
    await mounted.sees('NO MATCH');
    mounted.type('\u007f');
    await mounted.sees('59 of 60 digits');
    expect(mounted.screen()).not.toContain('NO MATCH');
  });

  test('offers after a key change: c compares, i makes a link, b blocks, Escape changes nothing', async () => {
    const client = sampleClient(bobIs({ state: 'conflict' }));
    const mounted = await shown(client);
    mounted.type(ctrlG);
    await mounted.sees('Two keys');
    mounted.type('c');
    await mounted.sees('Verify bob');
    mounted.type(`${escape}${ctrlG}`);
    await mounted.sees('Two keys');
    mounted.type('i');
    await mounted.sees('one person');
    mounted.type(escape);
    await mounted.sees('sending to bob is stopped');
    expect(client.asked.some(([name]) => name === 'block')).toBe(false);
    mounted.type(ctrlG);
    await mounted.sees('Two keys');
    mounted.type('b');
    await mounted.sees('bob is blocked');
    expect(client.asked).toContainEqual(['block', { contact: '1' }]);
  });
});

describe('writing', () => {
  const stopped = ['conflict', 'revoked', 'blocked'] as const;
  test.each(stopped)('sends nothing to a contact who is %s, and keeps the draft', async (state) => {
    const client = sampleClient(bobIs({ state }));
    const mounted = await shown(client);
    mounted.type('words\r');
    await mounted.sees(/error: not sent: .*bob/u);
    await mounted.sees('✗ words');
    expect(client.asked.some(([name]) => name === 'send')).toBe(false);
  });

  test('waits while a contact has not accepted yet', async () => {
    const client = sampleClient(bobIs({ state: 'requested', request: 'sent' }));
    const mounted = await shown(client);
    await mounted.sees('your messages are queued until they accept');
    mounted.type('words\r');
    await until('it is sent', () => client.asked.some(([name]) => name === 'send'));
  });

  test('Enter on an empty line to a person who asks shows who that is', async () => {
    const mounted = await shown(sampleClient(twoAsk));
    mounted.type('/query frank\r');
    await mounted.sees('Enter shows the request');
    mounted.type('\r');
    await mounted.sees(/❯ frank {3}asked yesterday/u);
  });
});

describe('requests', () => {
  test.each([
    ['a', 'accept', 'erin is a contact now'],
    ['d', 'decline', 'you declined erin'],
    ['b', 'block', 'erin is blocked'],
  ])('%s answers the chosen one: %s', async (key, call, note) => {
    const client = sampleClient(twoAsk);
    const mounted = await shown(client);
    mounted.type('/requests\r');
    await mounted.sees('❯ erin');
    mounted.type(key);
    await until('it is asked', () => client.asked.some(([name]) => name === call));
    expect(client.asked).toContainEqual([call, { contact: '8' }]);
    client.state.update((now) => ({ ...now, contacts: now.contacts.filter(({ id }) => id !== 8) }));
    await mounted.sees('❯ frank');
    mounted.type(escape);
    await until('it is closed', () => !mounted.screen().includes('Requests'));
    expect(note).toContain('erin');
  });

  test('the list closes with the last one, and an accepted one is shown and named', async () => {
    const erin = contactOf(8, 'erin', { ...asks });
    const { contacts } = sampleState();
    const client: Sample = sampleClient(sampleState({ contacts: [...contacts, erin] }), {
      accept() {
        client.state.update((now) => ({ ...now, contacts: [...contacts, contactOf(8, 'erin')] }));
        return Promise.resolve({} as never);
      },
    });
    const mounted = await shown(client);
    await mounted.sees('1 request');
    mounted.type('/requests\r');
    await mounted.sees('❯ erin');
    mounted.type('a');
    await mounted.sees('erin is a contact now');
    await mounted.sees('write to erin');
    expect(mounted.screen()).toContain('erin is a contact now');
    expect(client.asked).toContainEqual(['openConversation', 8]);
  });

  test('/accept NAME answers without the list; names somebody who has not sent a request', async () => {
    const client = sampleClient(twoAsk);
    const mounted = await shown(client);
    mounted.type('/accept frank\r');
    await mounted.sees('frank is a contact now');
    expect(client.asked).toContainEqual(['accept', { contact: '9' }]);
    mounted.type('/decline carol\r');
    await mounted.sees('carol has not sent a request');
  });
});

describe('block, unblock, forget', () => {
  test('an unknown name changes nobody, not even the contact on the screen', async () => {
    const client = sampleClient();
    const mounted = await shown(client);
    for (const command of ['/block 123', '/forget bob now', '/unblock x']) {
      mounted.type(`${command}\r`);
      await mounted.sees('you have no contact called');
      mounted.type('\u0003');
      await mounted.sees('write to bob');
    }
    expect(client.asked.some(([name]) => ['block', 'unblock', 'forget'].includes(name))).toBe(false);
  });

  test('act on the contact on the screen, or on the named one; forget asks first', async () => {
    const client = sampleClient();
    const mounted = await shown(client);
    mounted.type('/block\r');
    await mounted.sees('bob is blocked');
    mounted.type('/unblock carol\r');
    await mounted.sees('carol was not blocked');
    mounted.type('/forget\r');
    await mounted.sees('Forget bob?');
    expect(client.asked.some(([name]) => name === 'forget')).toBe(false);
    mounted.type('y');
    await mounted.sees('bob is forgotten');
    const asked = client.asked.filter(([name]) => ['block', 'unblock', 'forget'].includes(name));
    expect(asked.map(([name, ask]) => [name, (ask as { contact: string }).contact])).toEqual([
      ['block', '1'],
      ['unblock', '2'],
      ['forget', '1'],
    ]);
  });
});

test('sends a text to neither of two people whose names fit', async () => {
  const state = sampleState();
  const client = sampleClient({ ...state, contacts: [...state.contacts, contactOf(9, 'bob hi')] });
  const mounted = await shown(client);
  mounted.type('/msg bob hi meet me at 8\r');
  await mounted.sees('this can mean bob or bob hi');
  expect(client.asked.some(([name]) => name === 'send')).toBe(false);
});

test('says when a block is lifted', async () => {
  const mounted = await shown(sampleClient(bobIs({ state: 'blocked' })));
  mounted.type('/unblock\r');
  await mounted.sees('bob is no longer blocked');
});
