import { describe, expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import {
  defaultSettings,
  type Settings,
  settingNames,
  type SettingName,
} from '../../source/core/settings.ts';
import type { SaveSetting } from '../../source/ui/desk/desk.ts';
import { until } from '../support/until.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type MountOptions, type Mounted } from './support/mount.ts';
import { contactOf, noon, sampleClient, sampleState, type Sample } from './support/samples.ts';

type Saved = {
  readonly mounted: Mounted;
  readonly client: Sample;
  readonly saved: ReadonlyArray<readonly [string, unknown]>;
};

/** A screen whose settings are kept in memory; `fails` is what writing them ends with. */
async function withFile(options: MountOptions = {}, fails?: ChatError): Promise<Saved> {
  let now: Settings = { ...defaultSettings, ...options.settings };
  const saved: Array<readonly [string, unknown]> = [];
  const saveSetting: SaveSetting = ([name = '', action], value) => {
    if (fails) return Promise.reject(fails);
    saved.push([[name, ...(action === undefined ? [] : [action])].join('.'), value]);
    now = { ...now, [name]: action === undefined ? value : { ...now.keys, [action]: value } };
    return Promise.resolve(now);
  };
  const client = sampleClient();
  const door = { kind: 'ready', open: () => Promise.resolve(client) } as const;
  const mounted = mountScreen(door, { ...options, saveSetting });
  await mounted.sees('on my way');
  return { mounted, client, saved };
}

/** The keys that lead down to one setting from another, or from the first. */
const downTo = (name: SettingName, from?: SettingName): string =>
  '\u001b[B'.repeat(settingNames.indexOf(name) - (from ? settingNames.indexOf(from) : 0));

describe.each([
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
] as const)('%s', (name, size) => {
  test('the list of settings', async () => {
    const { mounted } = await withFile(size);
    mounted.type('/settings\r');
    await mounted.sees('Settings');
    mounted.type(downTo('theme'));
    await mounted.sees('❯ theme');
    await expectFrame(mounted, `settings-${name}`);
  });
});

test('/set writes a setting, which takes effect at once', async () => {
  const { mounted, saved } = await withFile();
  mounted.type('/set keep_listening no\r');
  await mounted.sees('keep_listening: false');
  mounted.type('/set listen [::]:9000\r');
  await mounted.sees('hint: it takes effect at the next start');
  mounted.type('/set lock_after never\r');
  await mounted.sees('lock_after: never');
  mounted.type('/set keys.open-palette ctrl+v, f5\r');
  await mounted.sees('Ctrl+V go to');
  mounted.type('\u001b[15~');
  await mounted.sees('Go to');
  expect(saved).toEqual([
    ['keep_listening', false],
    ['listen', '[::]:9000'],
    ['lock_after', ''],
    ['keys.open-palette', ['ctrl+v', 'f5']],
  ]);
});

test('/set alone opens the list', async () => {
  const { mounted } = await withFile();
  mounted.type('/set\r');
  await mounted.sees('─ Settings ─');
});

test.each([
  ['/set thme dark', 'there is no setting thme', 'the nearest is theme'],
  ['/set frobnicate 1', 'there is no setting frobnicate', '/set shows them all'],
  ['/set keys', 'which action?', 'for example /set keys.send ctrl+s'],
  [
    '/set keys.sned ctrl+s',
    'keys.sned is not an action, did you mean send',
    'docs/MANUAL.md lists the actions',
  ],
  ['/set keys.send', 'keys.send needs a key', 'docs/MANUAL.md lists the actions'],
  ['/set keys.send ctrl+k', 'keys.send has "ctrl+k", which open-palette has already', 'docs/MANUAL.md'],
])('%s is refused, and the draft stays', async (line, error, hint) => {
  const { mounted, saved } = await withFile();
  mounted.type(`${line}\r`);
  await mounted.sees(`error: ${error}`);
  await mounted.sees(`hint: ${hint}`);
  await mounted.sees(`❯ ${line}`);
  expect(saved).toEqual([]);
});

test('a setting that cannot be written is reported, and nothing changes', async () => {
  const { mounted } = await withFile({}, new ChatError('setting-bad', 'emoji must be one of auto, simple'));
  mounted.type('/set emoji large\r');
  await mounted.sees('error: emoji must be one of auto, simple');
  mounted.type(`/settings\r${downTo('onion')}\r`);
  await mounted.sees(/│ error: emoji must be one of/u);
  expect(mounted.screen()).toMatch(/emoji +auto/u);
});

test('/theme takes a name', async () => {
  const { mounted, saved } = await withFile();
  mounted.type('/theme none\r');
  await mounted.sees('theme: none');
  mounted.type('/set theme light\r');
  await mounted.sees('theme: light');
  expect(saved.map(([, value]) => value)).toEqual(['none', 'light']);
});

test('arrows in the list go round the values; a setting with free text goes into the draft', async () => {
  const { mounted, saved } = await withFile();
  mounted.type(`/settings\r${downTo('keep_listening')}\r`);
  await mounted.sees(/keep_listening +no/u);
  mounted.type(`${downTo('lock_after', 'keep_listening')}\u001b[C`);
  await mounted.sees(/lock_after +1m/u);
  mounted.type(`${downTo('theme', 'lock_after')}\u001b[D`);
  await mounted.sees(/theme +none/u);
  expect(saved).toEqual([
    ['keep_listening', false],
    ['lock_after', '1m'],
    ['theme', 'none'],
  ]);
  mounted.type(`${'\u001b[A'.repeat(settingNames.indexOf('theme'))}\r`);
  await mounted.sees('❯ /set listen [::]:8080');
});

test('neither the list nor the line about it shows the password of a proxy, and the draft does not repeat it', async () => {
  const settings = { ...defaultSettings, proxy: 'socks5://me:secret@127.0.0.1:9050' };
  const { mounted, saved } = await withFile({ settings });
  mounted.type(`/settings\r${downTo('proxy')}`);
  await mounted.sees(/❯ proxy +socks5:\/\/127\.0\.0\.1:9050/u);
  expect(mounted.screen()).not.toContain('secret');
  mounted.type('\r');
  await mounted.sees(/❯ \/set proxy *$/mu);
  mounted.type('http://you:hidden@proxy:3128\r');
  await mounted.sees('proxy: http://proxy:3128');
  await mounted.sees('it takes effect at the next start');
  expect(mounted.screen()).not.toMatch(/secret|hidden/u);
  mounted.type('/set proxy none\r');
  await mounted.sees('proxy: empty');
  expect(saved).toEqual([
    ['proxy', 'http://you:hidden@proxy:3128'],
    ['proxy', ''],
  ]);
});

test('a proxy without a password is in the draft to be changed', async () => {
  const { mounted } = await withFile({ settings: { ...defaultSettings, proxy: 'http://proxy:3128' } });
  mounted.type(`/settings\r${downTo('proxy')}\r`);
  await mounted.sees('❯ /set proxy http://proxy:3128');
});

test('the list of settings says what a change does not affect', async () => {
  const client = sampleClient(sampleState({ passphrase: false }));
  const saveSetting: SaveSetting = () => Promise.resolve({ ...defaultSettings, lock_after: '1m' });
  const door = { kind: 'ready', open: () => Promise.resolve(client) } as const;
  const mounted = mountScreen(door, { saveSetting, env: { NO_COLOR: '1' } });
  await mounted.sees('on my way');
  mounted.type(`/settings\r${downTo('lock_after')}\r`);
  await mounted.sees('this home has no passphrase to lock it with');
  mounted.type(`${downTo('theme', 'lock_after')}\r`);
  await mounted.sees('NO_COLOR is set');
});

test('/mute mutes and unmutes; a muted contact causes no notification and counts quietly', async () => {
  const { mounted, client } = await withFile({ env: { TERM: 'foot' } });
  mounted.type('/mute carol\r');
  await mounted.sees('carol is muted');
  expect(client.asked).toContainEqual(['mute', { contact: '2', muted: true }]);
  const carol = (unread: number): void =>
    client.state.update((state) => ({
      ...state,
      contacts: state.contacts.map((one) =>
        one.id === 2 ? contactOf(2, 'carol', { unread, muted: true }) : one,
      ),
    }));
  mounted.type('\u001b[O');
  carol(3);
  await mounted.sees(/carol [^\n]*\n +muted 3/u);
  expect(mounted.screen()).not.toContain('unread');
  expect(mounted.raw()).not.toContain('\u001b]777');
  await until('the title', () => mounted.raw().includes('\u001b]2;cryptochat — alice\u0007'));
  mounted.type('/mute carol\r');
  await mounted.sees('carol notifies you with every message');
  expect(client.asked).toContainEqual(['mute', { contact: '2', muted: false }]);
  mounted.type('\u001b2');
  await mounted.sees(/carol .*· muted/u);
});

test('a new rule for emoji applies to names at once', async () => {
  const { mounted, client } = await withFile({ columns: 120, rows: 24, settings: { emoji: 'full' } });
  client.state.update((now) => ({
    ...now,
    contacts: now.contacts.map((contact) =>
      contact.label === 'bob'
        ? contactOf(1, '👍🏽 bob', contact.reach ? { reach: contact.reach } : {})
        : contact,
    ),
  }));
  await until('the name is drawn twice', () => mounted.screen().split('👍🏽 bob').length > 2);
  mounted.type('/set emoji simple\r');
  await until('no name has the tone', () => !mounted.screen().includes('🏽'));
  expect(mounted.screen().split('👍 bob').length).toBeGreaterThan(2);
});

describe.each([
  ['80x24', { columns: 80, rows: 24 }],
  ['40x12', { columns: 40, rows: 12 }],
  ['120x40', { columns: 120, rows: 40 }],
] as const)('%s', (name, size) => {
  test('the choices of notifications', async () => {
    const state = sampleState();
    const contacts = state.contacts.map((one) =>
      one.id === 1 ? { ...one, muted: true, mutedUntil: noon + 3_600_000 } : one,
    );
    const door = {
      kind: 'ready',
      open: () => Promise.resolve(sampleClient({ ...state, contacts })),
    } as const;
    const mounted = mountScreen(door, { ...size, settings: { quiet_hours: '22:00-07:00' } });
    await mounted.sees('write to bob');
    mounted.type('/notify bob\r');
    await mounted.sees('❯ none');
    await expectFrame(mounted, `notify-${name}`);
  });
});

test('typing a word for notifications begins with the current one', async () => {
  const { mounted, client } = await withFile();
  client.state.update((state) => ({
    ...state,
    contacts: state.contacts.map((one) => (one.id === 1 ? { ...one, notifyWord: 'lunch' } : one)),
  }));
  mounted.type('/notify\r');
  await mounted.sees(/❯ messages with a word… +now: lunch/u);
  mounted.type('\r');
  await mounted.sees('❯ /notify bob word lunch');
  mounted.type('es\r');
  await mounted.sees('bob notifies you only when a message has the word lunches');
  expect(client.asked).toContainEqual(['notify', { contact: '1', word: 'lunches' }]);
});

test('shows the meaning of an empty setting, without advice', async () => {
  const { mounted } = await withFile();
  mounted.type('/set lock_after never\r');
  await mounted.sees('lock_after: never');
  expect(mounted.screen()).not.toContain('hint: ');
  mounted.type('/set quiet_hours none\r');
  await mounted.sees('quiet_hours: none');
});
