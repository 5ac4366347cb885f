import { describe, expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import type { WireReport } from '../../source/core/wire.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type MountOptions, type Mounted } from './support/mount.ts';
import {
  bobsMessages,
  wholeOf,
  sampleClient,
  sampleState,
  sampleWire,
  sampleWireIn,
} from './support/samples.ts';

const tab = '\t';
const shiftTab = '\u001b[Z';
const down = '\u001b[6~';
const up = '\u001b[A';
const escape = '\u001b[27u';

const sizes: ReadonlyArray<readonly [string, MountOptions]> = [
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
];

/** The wire sheet over `report`. */
async function opened(report: WireReport = sampleWire, size: MountOptions = {}): Promise<Mounted> {
  const client = sampleClient(sampleState(), { wire: () => Promise.resolve(report) });
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) }, size);
  await mounted.sees('on my way');
  mounted.type('/wire\r');
  await mounted.sees('On the wire');
  return mounted;
}

describe.each(sizes)('%s', (name, size) => {
  test('the request, the letters and the bytes of a message of mine', async () => {
    const mounted = await opened(sampleWire, size);
    await mounted.sees('4096 bytes on the wire');
    await expectFrame(mounted, `wire-request-${name}`);
    mounted.type(tab);
    await mounted.sees('❯ Letters');
    await expectFrame(mounted, `wire-letters-${name}`);
    mounted.type(tab);
    await mounted.sees('❯ Bytes');
    await expectFrame(mounted, `wire-bytes-${name}`);
  });

  test('of a message that came', async () => {
    await expectFrame(await opened(sampleWireIn, size), `wire-in-${name}`);
  });
});

test('the newest message of the conversation is asked for', async () => {
  const client = sampleClient();
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
  await mounted.sees('on my way');
  mounted.type('/wire\r');
  await mounted.sees('On the wire');
  expect(client.asked).toContainEqual(['wire', { id: '42'.padStart(32, '0'), row: 66 }]);
});

test('the parts go round and round, and each begins at its top', async () => {
  const mounted = await opened();
  mounted.type(shiftTab);
  await mounted.sees('❯ Bytes');
  await mounted.sees('00000000: ');
  mounted.type(down.repeat(30));
  await mounted.sees('00000ff0: ');
  expect(mounted.screen()).toMatch(/00000ff0: .* tag/u);
  mounted.type(tab);
  await mounted.sees('❯ Request');
  mounted.type(shiftTab);
  await mounted.sees('00000000: ');
});

test('shows the facts of a message whose bytes are no longer kept, and says so', async () => {
  const mounted = await opened({ ...sampleWire, kept: 'facts', envelope: null, parts: [], head: null });
  await mounted.sees('The request is gone');
  mounted.type(tab);
  await mounted.sees('❯ Letters');
  expect(mounted.screen()).toContain('Its bytes are gone');
  expect(mounted.screen()).toContain('English');
  expect(mounted.screen()).not.toContain('noise');
  mounted.type(tab);
  await mounted.sees('❯ Bytes');
  await mounted.sees('Its bytes are gone');
});

test('shows the tries of a message that waits', async () => {
  const waiting = {
    kept: 'waiting',
    state: 'queued',
    acceptedAt: null,
    deliveredAt: null,
    head: null,
  } as const;
  const mounted = await opened({
    ...sampleWire,
    ...waiting,
    status: null,
    tries: 4,
    failure: 'nothing listens there',
  });
  await mounted.sees('Tried 4 times: nothing listens there');
  expect(mounted.screen()).not.toContain('accepted');
});

test('says when a message has no envelope', async () => {
  const none = { kept: 'nothing', envelope: null, wireBytes: null, ratchet: null, acceptedAt: null } as const;
  const mounted = await opened({ ...sampleWire, ...none, head: null, status: null, tries: null, parts: [] });
  await mounted.sees('Nothing is known about it on the wire.');
});

test('shows a failure on the sheet, and opens nothing where there is no message', async () => {
  const failing = sampleClient(sampleState(), {
    wire: () => Promise.reject(new ChatError('message-unknown', 'x')),
  });
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(failing) });
  await mounted.sees('on my way');
  mounted.type('/wire\r');
  await mounted.sees('there is no message x');
  const empty = sampleClient(sampleState({ conversations: new Map() }));
  const other = mountScreen({ kind: 'ready', open: () => Promise.resolve(empty) });
  await other.sees('bob');
  other.type('/wire\r');
  await other.sees('there is no message here');
});

test('takes no other message for the newest one when that is not in memory', async () => {
  const conversations = new Map([[1, { ...wholeOf(bobsMessages(), 66), latest: false }]]);
  const client = sampleClient(sampleState({ conversations }));
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
  await mounted.sees('on my way');
  mounted.type('/wire\r');
  await mounted.sees('the newest message is not in memory');
  expect(client.asked.map(([name]) => name)).not.toContain('wire');
});

test('w shows the selected message’s view, and closing returns to the message; a line of the program has none', async () => {
  const client = sampleClient();
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
  await mounted.sees('on my way');
  mounted.type(up + up);
  await mounted.sees(/❯[┊┃] /u);
  mounted.type('w');
  await mounted.sees('On the wire');
  expect(client.asked).toContainEqual(['wire', { id: '41'.padStart(32, '0'), row: 65 }]);
  mounted.type(escape);
  await mounted.sees(/❯[┊┃] /u);
  mounted.type(up + up);
  await mounted.sees('❯ —');
  mounted.type('w');
  await mounted.sees('this line was never sent: cryptochat wrote it');
});
