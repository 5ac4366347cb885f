import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import type { Door } from '../../source/core/door.ts';
import type { WindowPlace } from '../../source/core/types.ts';
import {
  contactOf,
  messageOf,
  noon,
  sampleClient,
  sampleState,
  wholeOf,
  type Sample,
} from './support/samples.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type Mounted, type MountOptions } from './support/mount.ts';
import { until } from '../support/until.ts';

function ready(client: Sample = sampleClient()): Door {
  return { kind: 'ready', open: () => Promise.resolve(client) };
}

const sizes: ReadonlyArray<readonly [string, MountOptions]> = [
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
];

async function conversation(options: MountOptions = {}, client = sampleClient()): Promise<Mounted> {
  const mounted = mountScreen(ready(client), options);
  await mounted.sees('on my way');
  return mounted;
}

describe.each(sizes)('%s', (name, size) => {
  test('conversation', async () => {
    await expectFrame(await conversation(size), `conversation-${name}`);
  });

  test('nobody yet', async () => {
    const empty = sampleClient(sampleState({ contacts: [], conversations: new Map(), queued: 0 }));
    const mounted = mountScreen(ready(empty), size);
    await mounted.sees('/invite');
    await expectFrame(mounted, `nobody-${name}`);
  });

  const dialogs: ReadonlyArray<readonly [string, string, string]> = [
    ['help', '\u001bOP', 'Help'],
    ['palette', '\u000b', 'Go to'],
    ['keys', '\u000f', 'PUBLIC KEY'],
    ['rotate', '\u0012', 'Rotate your key?'],
    ['invite', '/invite\r', 'one person'],
    ['lend', '/lend\r', 'one person'],
    ['boxes', '/box\r', 'mail.example.org'],
    ['join', '/join\r', 'Paste the link'],
  ];
  test.each(dialogs)('%s', async (dialog, keys, text) => {
    const mounted = await conversation(size);
    mounted.type(keys);
    await mounted.sees(text);
    await expectFrame(mounted, `${dialog}-${name}`);
  });

  test('first run', async () => {
    const defaults = { name: 'alice', passphrase: null, listen: '0.0.0.0:8080', keepListening: true };
    const door: Door = {
      kind: 'first-run',
      defaults: { ...defaults, address: '192.168.1.20:8080' },
      setUp: () => Promise.resolve(sampleClient()),
    };
    const mounted = mountScreen(door, size);
    await mounted.sees('Receive while');
    await expectFrame(mounted, `first-run-${name}`);
  });

  test('unlock, with a wrong passphrase first', async () => {
    const door: Door = {
      kind: 'locked',
      unlock: (passphrase) =>
        passphrase === 'right'
          ? Promise.resolve(sampleClient())
          : Promise.reject(new ChatError('passphrase-wrong')),
    };
    const mounted = mountScreen(door, size);
    await mounted.sees('Passphrase');
    mounted.type('wrong\r');
    await mounted.sees('error: wrong passphrase');
    await expectFrame(mounted, `unlock-${name}`);
    expect(mounted.raw()).not.toContain('wrong\u001b');
    mounted.type('right\r');
    await mounted.sees('on my way');
    expect(mounted.raw()).not.toContain('right');
  });
});

test('the cursor stands at the caret, also behind wide characters', async () => {
  const mounted = await conversation();
  mounted.type('東京 👩‍👩‍👧 x');
  await mounted.sees('東京');
  await until('the caret', () => mounted.cursor().x === 3 + 4 + 1 + 2 + 1 + 1);
  expect(mounted.cursor().y).toBe(22);
});

test('a key, another, and Enter in one read are sent', async () => {
  const client = sampleClient();
  const mounted = await conversation({}, client);
  mounted.type('hi\r');
  await mounted.sees(/12:00 *\n.*┊ hi/);
  expect(client.asked).toContainEqual(['send', { contact: '1', text: 'hi' }]);
  await mounted.sees('write to bob');
});

test('a paste of several lines is one text', async () => {
  const client = sampleClient();
  const mounted = await conversation({}, client);
  mounted.type('\u001b[200~one\r\ntwo\u001b[201~');
  await mounted.sees(/❯ one\n {3}two/);
  mounted.type('\r');
  await until('it is sent', () => client.asked.some(([name]) => name === 'send'));
  expect(client.asked).toContainEqual(['send', { contact: '1', text: 'one\ntwo' }]);
});

test('a message that cannot be sent comes back as the draft', async () => {
  const client = sampleClient(sampleState(), {
    send: () => Promise.reject(new ChatError('text-long', '70000')),
  });
  const mounted = await conversation({}, client);
  mounted.type('too long\r');
  await mounted.sees('error: this message is 70000 bytes long');
  await mounted.sees('hint: send it in parts');
  await mounted.sees('❯ too long');
  await expectFrame(mounted, 'send-failed-80x24');
});

test('a long draft grows to six rows and scrolls', async () => {
  const mounted = await conversation();
  for (let row = 1; row <= 9; row++) mounted.type(`row ${row}\n`);
  mounted.type('the end');
  await mounted.sees('the end');
  await expectFrame(mounted, 'long-draft-80x24');
  mounted.type('\u001b[1;5H\u001b[A\u001b[A\u001b[A\u001b[A\u001b[A\u001b[A');
  await mounted.sees(/ {3}row 4/);
  expect(mounted.beyond()).toBe('');
});

test('drafts belong to their conversations', async () => {
  const mounted = await conversation();
  mounted.type('for bob');
  await mounted.sees('❯ for bob');
  mounted.type('\u000e');
  await mounted.sees('write to carol');
  mounted.type('for carol\u0010');
  await mounted.sees('❯ for bob');
  mounted.type('\u001b2');
  await mounted.sees('❯ for carol');
});

test('a conversation that was forgotten closes with its draft, and another one opens', async () => {
  const client = sampleClient();
  const mounted = await conversation({}, client);
  mounted.type('for bob');
  await mounted.sees('❯ for bob');
  client.state.update((state) => ({
    ...state,
    contacts: state.contacts.filter(({ id }) => id !== 1),
    conversations: new Map(),
  }));
  await mounted.sees('write to carol');
  expect(mounted.screen()).not.toContain('bob');
  mounted.type('still here');
  await mounted.sees('❯ still here');
  client.state.update((state) => ({ ...state, contacts: [] }));
  await mounted.sees('/invite');
  expect(mounted.screen()).not.toContain('still here');
  mounted.type('to nobody\r');
  await mounted.sees('nobody to send this to');
});

test('an unknown command is an error with the nearest name, and stays', async () => {
  const client = sampleClient();
  const mounted = await conversation({}, client);
  mounted.type('/jion x\r');
  await mounted.sees('error: there is no command /jion');
  await mounted.sees('the nearest is /join');
  await mounted.sees('❯ /jion x');
  expect(client.asked.some(([name]) => name === 'send')).toBe(false);
});

test('two slashes send one', async () => {
  const client = sampleClient();
  const mounted = await conversation({}, client);
  mounted.type('//shrug\r');
  await mounted.sees(/12:00 *\n.*┊ \/shrug/);
});

test('text typed while it opens stays as the draft', async () => {
  const opened = Promise.withResolvers<Sample>();
  const mounted = mountScreen({ kind: 'ready', open: () => opened.promise });
  await mounted.sees('opening');
  mounted.type('early words');
  await mounted.sees('❯ early words');
  await expectFrame(mounted, 'opening-80x24');
  opened.resolve(sampleClient());
  await mounted.sees('on my way');
  await mounted.sees('❯ early words');
});

test('a join shows the conversation, and says that the number is not verified', async () => {
  const client = sampleClient();
  const mounted = await conversation({}, client);
  mounted.type('/join\r');
  await mounted.sees('Paste the link');
  mounted.type('\u001b[200~cryptochat:abc\r\n  def@host:1\u001b[201~\r');
  await mounted.sees('carol is added');
  expect(client.asked).toContainEqual(['join', { link: 'cryptochat:abcdef@host:1' }]);
  await mounted.sees('verify the safety number when you can: Ctrl+G');
  await mounted.sees('write to carol');
  await expectFrame(mounted, 'joined-80x24');
});

test.each([
  ['asked', 'you asked carol; your messages are queued until they accept'],
  ['again', 'you had carol already; you are connected again'],
  ['settled', 'you had carol already; the link has the key that you know'],
] as const)('a join that was %s says so', async (joined, words) => {
  const client = sampleClient();
  const join = async (ask: { link: string }) => ({ ...(await client.calls.join(ask)), joined });
  const mounted = await conversation({}, sampleClient(client.state.get(), { join }));
  mounted.type('/join cryptochat:abc@host:1\r');
  await mounted.sees(words);
});

test('a rotation asks, then shows who has followed', async () => {
  const client = sampleClient();
  const mounted = await conversation({}, client);
  mounted.type('\u0012');
  await mounted.sees('Rotate your key?');
  expect(client.asked.some(([name]) => name === 'rotate')).toBe(false);
  mounted.type('y');
  await mounted.sees('You have a new key');
  await expectFrame(mounted, 'rotated-80x24');
});

test('the first run begins with one Enter, and shows its choices', async () => {
  const answers: unknown[] = [];
  const mounted = mountScreen({
    kind: 'first-run',
    defaults: { name: 'al', passphrase: null, listen: '0.0.0.0:1', address: 'h:1', keepListening: true },
    setUp(answer) {
      answers.push(answer);
      return Promise.resolve(sampleClient());
    },
  });
  await mounted.sees('Receive while');
  for (const said of ['Without a passphrase', 'Your address: h:1', 'closed: yes']) await mounted.sees(said);
  mounted.type('\r');
  await mounted.sees('on my way');
  expect(answers).toEqual([
    { name: 'al', passphrase: null, listen: '0.0.0.0:1', address: 'h:1', keepListening: true },
  ]);
  mounted.type('/settings\r');
  await mounted.sees(/address +h:1 /u);
  await mounted.sees(/listen +0\.0\.0\.0:1 /u);
});

test('an answer of onion alone makes a listener that nobody else reaches', async () => {
  const answers: unknown[] = [];
  const mounted = mountScreen({
    kind: 'first-run',
    defaults: { name: 'al', passphrase: null, listen: '[::]:1', address: 'h', keepListening: true },
    setUp(answer) {
      answers.push(answer);
      return Promise.resolve(sampleClient());
    },
  });
  await mounted.sees('Receive while');
  mounted.type('\u000f\x7fonion\r\r');
  await until('it is set up', () => answers.length === 1);
  expect(answers).toMatchObject([{ address: 'onion', listen: '127.0.0.1:1' }]);
});

test.each([
  ['a bad name', '-x\r', 'error: a name cannot start with -', 'Name'],
  ['a bad address', '\u000f!\r\r', 'error: h:1! is not an address', 'Address'],
  ['a bad place to listen on', '\u000f\t!\r', 'error: 0.0.0.0:1! is not an address', 'Listen on'],
  ['two passphrases', '\u0010one\rtwo\r', 'error: the two passphrases differ', 'Passphrase'],
])('%s is refused before anything is made, with the cursor on it', async (_what, keys, error, label) => {
  const answers: unknown[] = [];
  const defaults = { name: '', passphrase: null, listen: '0.0.0.0:1', address: 'h:1', keepListening: true };
  const mounted = mountScreen({
    kind: 'first-run',
    defaults: { ...defaults, name: keys.startsWith('-') ? '' : 'al' },
    setUp(answer) {
      answers.push(answer);
      return Promise.resolve(sampleClient());
    },
  });
  await mounted.sees('Receive while');
  mounted.type(keys);
  await mounted.sees(error);
  await until('the cursor', () => mounted.rows()[mounted.cursor().y]?.includes(`│ ${label} `) ?? false);
  expect(mounted.screen()).not.toContain('•');
  expect(answers).toEqual([]);
});

test('says which answer is wrong even on a small screen', async () => {
  const defaults = { name: 'al', passphrase: null, listen: '0.0.0.0:1', address: 'h:1', keepListening: true };
  const door: Door = { kind: 'first-run', defaults, setUp: () => Promise.resolve(sampleClient()) };
  const mounted = mountScreen(door, { columns: 40, rows: 12 });
  await mounted.sees('Receive while');
  mounted.type('\u000f!\r\r');
  await mounted.sees('error: h:1! is not an address');
});

test('the palette goes to a person', async () => {
  const mounted = await conversation();
  mounted.type('\u000bcrl');
  await mounted.sees(/❯ carol/);
  mounted.type('\r');
  await mounted.sees('write to carol');
});

test('a question mark in an empty line is help, a second one is typed', async () => {
  const mounted = await conversation();
  mounted.type('?');
  await mounted.sees('Help');
  mounted.type('?');
  await mounted.sees('❯ ?');
});

function isAsked({ asked }: Sample, at: WindowPlace): boolean {
  return asked.some(([name, ask]) => name === 'showAt' && JSON.stringify(ask) === JSON.stringify([1, at]));
}

describe('reading', () => {
  const long = Array.from({ length: 200 }, (_, at) =>
    messageOf(at + 1, `line ${at + 1}`, { sentAt: noon - 5000 }),
  );
  const state = sampleState({
    conversations: new Map([[1, wholeOf(long, 200, { complete: false })]]),
  });

  test('scrolls, keeps its place in a resize, fetches older messages, comes back', async () => {
    const client = sampleClient(state);
    const mounted = mountScreen(ready(client));
    await mounted.sees('line 200');
    mounted.type('\u001b[5~\u001b[5~');
    await mounted.sees('newer below');
    const top = (): string => /line \d+/.exec(mounted.screen())?.[0] ?? '';
    const before = await until('a first row', top);
    mounted.resize(60, 16);
    await until('the same first row', () => top() === before);
    mounted.resize(100, 30);
    await until('the same first row', () => top() === before);
    expect(mounted.beyond()).toBe('');
    mounted.type('\u001b[1;5H');
    await until('the oldest are asked for', () => isAsked(client, 'oldest'));
    mounted.type('\u001b[1;5F');
    await mounted.sees('line 200');
  });

  test('the wheel scrolls', async () => {
    const mounted = mountScreen(ready(sampleClient(state)));
    await mounted.sees('line 200');
    mounted.type('\u001b[<64;30;10M');
    await mounted.sees('newer below');
    mounted.type('\u001b[<65;30;10M');
    await mounted.sees('line 200');
  });

  test('unread messages are marked where the reading had stopped', async () => {
    const messages = [messageOf(1, 'old', { contactId: 2 }), messageOf(2, 'new', { contactId: 2 })];
    const client = sampleClient(sampleState({ conversations: new Map([[2, wholeOf(messages, 1)]]) }));
    const mounted = mountScreen(ready(client));
    await mounted.sees('carol');
    mounted.type('\u001ba');
    await mounted.sees(/old\n[^\n]*\n[^\n]*new messages/);
    await expectFrame(mounted, 'unread-80x24');
  });

  test('messages that come while the window has no focus stay unread', async () => {
    const client = sampleClient();
    const mounted = await conversation({}, client);
    mounted.type('\u001b[O');
    const unread = contactOf(1, 'bob', { unread: 1, state: 'compared' });
    client.state.update((now) => ({ ...now, contacts: [unread] }));
    await mounted.sees('1 unread');
    expect(client.asked.some(([name]) => name === 'markRead')).toBe(false);
    mounted.type('\u001b[I');
    await until('it is read', () => !mounted.screen().includes('unread'));
  });
});

describe('resizing', () => {
  test('any size is filled, none overflows, a tiny one says so', async () => {
    const mounted = await conversation();
    for (const [columns, rows] of [
      [120, 40],
      [59, 20],
      [40, 12],
      [24, 7],
      [20, 5],
      [80, 24],
    ] as const) {
      mounted.resize(columns, rows);
      const text = columns < 24 ? 'window too small' : 'bob';
      await until(`${columns}×${rows}`, () => mounted.beyond() === '' && mounted.screen().includes(text));
      expect(mounted.rows()).toHaveLength(rows);
    }
    await expectFrame(mounted, 'conversation-80x24');
  });
});

describe('leaving', () => {
  /** The title is given back, the modes are off, the primary screen and its cursor are there. */
  const restored = /\u001b\[23;2t[^]*\u001b\[\?1049l\u001b\[\?25h$/;

  test.each([
    ['Ctrl+Q', '\u0011'],
    ['Ctrl+D on an empty draft', '\u0004'],
    ['Ctrl+C twice', '\u0003\u0003'],
    ['/quit', '/quit\r'],
  ])('%s quits and restores the terminal', async (_name, keys) => {
    const mounted = await conversation();
    mounted.type(keys);
    await mounted.ended;
    expect(mounted.raw()).toMatch(
      /\u001b\[23;2t[^]*\u001b\[\?1000l[^]*\u001b\[\?2004l\u001b\[\?7h[^]*\u001b\[\?1049l\u001b\[\?25h$/,
    );
  });

  test('Ctrl+C clears a draft first', async () => {
    const mounted = await conversation();
    mounted.type('words');
    await mounted.sees('❯ words');
    mounted.type('\u0003');
    await mounted.sees('again to quit');
    await mounted.sees('write to bob');
    mounted.type('\u001f');
    await mounted.sees('❯ words');
    expect(mounted.screen()).not.toContain('again to quit');
  });

  test('Escape never quits', async () => {
    const mounted = await conversation();
    mounted.type('\u001b[27u\u001b[27u');
    mounted.type('words');
    await mounted.sees('❯ words');
  });

  test('a door that fails ends it with its error', async () => {
    const mounted = mountScreen({ kind: 'ready', open: () => Promise.reject(new ChatError('home-busy')) });
    await expect(mounted.ended).rejects.toThrow('another cryptochat command');
    expect(mounted.raw()).toMatch(restored);
  });

  test('a drawing that throws ends it with the bug, and the terminal is restored', async () => {
    const client = sampleClient();
    const mounted = await conversation({}, client);
    client.state.update((now) => ({ ...now, listener: null as never }));
    await expect(mounted.ended).rejects.toThrow(TypeError);
    expect(mounted.raw()).toMatch(restored);
    expect(mounted.raw().split('\u001b[?1049l')).toHaveLength(3);
    expect(mounted.raw()).not.toMatch(/\u001b\[\?1049l[^]*\u001b\[2J/);
  });

  test('a key that meets a bug ends it with the bug', async () => {
    const client = sampleClient(sampleState(), { keys: () => Promise.reject(new TypeError('a bug')) });
    const mounted = await conversation({}, client);
    mounted.type('\u000f');
    await expect(mounted.ended).rejects.toThrow('a bug');
    expect(mounted.raw()).toMatch(restored);
  });

  test('writes nothing while suspended, and draws everything again when resumed', async () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    onTestFinished(() => kill.mockRestore());
    const client = sampleClient();
    const [mounted, other] = [await conversation({}, client), await conversation({}, client)];
    mounted.type('\u001a');
    await until('it is stopped', () => kill.mock.calls.length > 0);
    expect(kill.mock.calls).toEqual([[0, 'SIGTSTP']]);
    expect(mounted.raw()).toMatch(restored);
    const written = mounted.raw();
    client.state.update((now) => ({ ...now, queued: 7 }));
    await other.sees('7 queued');
    expect(mounted.raw()).toBe(written);
    process.emit('SIGCONT');
    await mounted.sees('7 queued');
    expect(mounted.raw().slice(written.length)).toContain('\u001b[22;2t');
  });

  test('SIGTERM restores the terminal and sets the exit code', async () => {
    const mounted = await conversation();
    process.emit('SIGTERM');
    await mounted.ended;
    expect(process.exitCode).toBe(143);
    process.exitCode = undefined;
    expect(mounted.raw()).toMatch(restored);
  });
});

describe('a paste', () => {
  test('says how to end it when its end does not come, and sends none of it', async () => {
    const client = sampleClient();
    const mounted = await conversation({}, client);
    mounted.type('\u001b[200~one\rtwo\r');
    await mounted.sees('a paste began and has not ended; Ctrl+C ends it');
    mounted.type('\u0003');
    await mounted.sees(/❯ one\n {3}two/);
    await mounted.sees('Esc ends that');
    mounted.type('three\r');
    mounted.type('\r');
    await mounted.sees(/ {3}three\n/);
    mounted.type('\u001b[27u');
    await until('it is over', () => !mounted.screen().includes('Esc ends that'));
    expect(client.asked.some(([name]) => name === 'send')).toBe(false);
    mounted.type('\r');
    await until('it is sent', () => client.asked.some(([name]) => name === 'send'));
    expect(client.asked).toContainEqual(['send', { contact: '1', text: 'one\ntwo\nthree\n\n' }]);
  });

  test('is one draft even without marks, and Enter sends it', async () => {
    const client = sampleClient();
    const mounted = await conversation({}, client);
    mounted.type('one\rtwo\rthree');
    await mounted.sees(/❯ one\n {3}two\n {3}three/);
    expect(client.asked.some(([name]) => name === 'send')).toBe(false);
    const sendIt = (): boolean => {
      mounted.type('\r');
      return client.asked.some(([name]) => name === 'send');
    };
    // Text that comes right after it is more of it.
    await until('Enter sends', sendIt, 15_000, 400);
    expect(client.asked.find(([name]) => name === 'send')?.[1]).toMatchObject({
      text: expect.stringMatching(/^one\ntwo\nthree\n*$/u) as string,
    });
  });

  test('is one answer in a dialog, even without marks', async () => {
    const mounted = await conversation();
    mounted.type('/join\r');
    await mounted.sees('Paste the link');
    mounted.type('cryptochat:abc\rdef@example.org:1\r');
    await mounted.sees('cryptochat:abc def@example.org:1');
  });

  test('that is too long for a message stays in the draft, as large as it is', async () => {
    const client = sampleClient();
    const mounted = await conversation({}, client);
    const lines = Array.from({ length: 200_000 }, (_, at) => `line ${at}`);
    mounted.type(`\u001b[200~${lines.join('\r')}\u001b[201~`);
    await mounted.sees(`error: this text is ${lines.join('\n').length} bytes long`);
    await mounted.sees('Ctrl+X opens it in your editor');
    await mounted.sees(/ {3}line 199998\n {3}line 199999\n/);
    mounted.type('\r');
    mounted.type('\u001b[A\u001b[A\u001b[A\u001b[A\u001b[A\u001b[A');
    await mounted.sees(/ {3}line 199993\n/);
    expect(client.asked.some(([name]) => name === 'send')).toBe(false);
    mounted.type('/');
    await mounted.sees('line 199993/');
  });

  test('is left out when it is too long for a dialog, which says so', async () => {
    const mounted = await conversation();
    mounted.type('/join\r');
    await mounted.sees('Paste the link');
    mounted.type(`\u001b[200~${'x'.repeat(70_000)}\u001b[201~`);
    await mounted.sees('error: left out a paste of 70000 bytes');
  });
});

describe('text stays as it was pasted', () => {
  test.each([
    [
      'tabs',
      '\u001b[200~all:\r\tcc x.c\t# build\u001b[201~',
      'all:\n\tcc x.c\t# build',
      /❯ all:\n {7}cc x.c {4}# build/,
    ],
    ['tabs without marks', 'all:\r\tcc x.c', 'all:\n\tcc x.c', /❯ all:\n {7}cc x.c/],
    ['a tab in one line without marks', 'a\tb', 'a\tb', /❯ a {4}b/],
    [
      'blanks at the ends of lines',
      '\u001b[200~  one  \rtwo  \u001b[201~',
      '  one  \ntwo  ',
      /❯ {3}one\n {3}two/,
    ],
  ])('%s', async (_name, bytes, text, drawn) => {
    const client = sampleClient();
    const mounted = await conversation({}, client);
    mounted.type(bytes);
    await mounted.sees(drawn);
    const sendIt = (): boolean => {
      mounted.type('\r');
      return client.asked.some(([name]) => name === 'send');
    };
    await until('it is sent', sendIt, 15_000, 400);
    const sent = client.asked.find(([name]) => name === 'send')?.[1] as { readonly text: string };
    expect(sent.text.replace(/\n+$/u, '')).toBe(text);
  });

  test('reports the characters that are left out', async () => {
    const mounted = await conversation();
    mounted.type('\u001b[200~\u0007red \u001b[31m\u001b[201~');
    await mounted.sees('left out 2 control characters');
    await mounted.sees('❯ red [31m');
  });
});

describe('keys that come while it opens', () => {
  function opening(client: Sample): { readonly mounted: Mounted; readonly open: () => void } {
    const door = Promise.withResolvers<Sample>();
    const mounted = mountScreen({ kind: 'ready', open: () => door.promise });
    return { mounted, open: () => door.resolve(client) };
  }

  test('wait, and take effect later in their order', async () => {
    const client = sampleClient();
    const { mounted, open } = opening(client);
    await mounted.sees('write…');
    mounted.type('/query bob\r');
    await mounted.sees('still opening');
    for (const keys of ['hello', '\r', '/query carol\r', 'second', '\u001b[D', '!', '\r']) mounted.type(keys);
    open();
    await until('both are sent', () => client.asked.filter(([name]) => name === 'send').length === 2);
    const sent = client.asked.filter(([name]) => name === 'send').map(([, ask]) => ask);
    expect(sent).toEqual([
      { contact: '1', text: 'hello' },
      { contact: '2', text: 'secon!d' },
    ]);
  });

  test('open their dialogs after a command', async () => {
    const { mounted, open } = opening(sampleClient());
    await mounted.sees('write…');
    mounted.type('/keys\r');
    await mounted.sees('still opening');
    open();
    await mounted.sees('PUBLIC KEY');
  });

  test('are taken back by Ctrl+C', async () => {
    const client = sampleClient();
    const { mounted, open } = opening(client);
    await mounted.sees('write…');
    mounted.type('hello\r');
    await mounted.sees('still opening');
    mounted.type('\u0003');
    open();
    await mounted.sees('❯ hello');
    expect(client.asked.some(([name]) => name === 'send')).toBe(false);
  });

  test('end it at once: a quit with nothing before it, and a second quit', async () => {
    const first = opening(sampleClient());
    await first.mounted.sees('write…');
    first.mounted.type('\u0011');
    await first.mounted.ended;
    const second = opening(sampleClient());
    await second.mounted.sees('write…');
    second.mounted.type('hello\r');
    await second.mounted.sees('still opening');
    second.mounted.type('\u0011\u0011');
    await second.mounted.ended;
  });

  test('wait for the passphrase, and are forgotten after a wrong one', async () => {
    const client = sampleClient();
    const tried = [Promise.withResolvers<Sample>(), Promise.withResolvers<Sample>()];
    let at = 0;
    const unlock = (): Promise<Sample> => tried[at++]?.promise ?? Promise.reject(new Error('a third try'));
    const mounted = mountScreen({ kind: 'locked', unlock });
    await mounted.sees('Passphrase');
    mounted.type('wrong\rfor nobody\r');
    await mounted.sees('unlocking');
    tried[0]?.reject(new ChatError('passphrase-wrong'));
    await mounted.sees('error: wrong passphrase');
    mounted.type('right\r/query bob\rfor bob\r');
    await until('it is tried', () => at === 2);
    tried[1]?.resolve(client);
    await until('it is sent', () => client.asked.some(([name]) => name === 'send'));
    expect(client.asked.filter(([name]) => name === 'send')).toEqual([
      ['send', { contact: '1', text: 'for bob' }],
    ]);
  });
});

test.each([
  [{ TERM: 'xterm-256color' }, "sent to your terminal's clipboard"],
  [{ TERM: 'tmux-256color' }, 'tmux or screen may have blocked it'],
  [{ STY: '1.tty' }, 'tmux or screen may have blocked it'],
])('a copy says where it went, in %j', async (env, said) => {
  const mounted = await conversation({ env });
  mounted.type('/copy\r');
  await mounted.sees(said);
  expect(mounted.raw()).toContain('\u001b]52;c;');
});
