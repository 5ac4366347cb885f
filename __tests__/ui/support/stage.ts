import { expect } from 'vitest';
import type { Door } from '../../../source/core/door.ts';
import { defaultSettings, type Settings } from '../../../source/core/settings.ts';
import type { SaveSetting } from '../../../source/ui/desk/desk.ts';
import type { Bound } from '../../../source/ui/keymap.ts';
import { keyBytes } from '../../support/key-bytes.ts';
import { until } from '../../support/until.ts';
import { mountScreen, type Mounted } from './mount.ts';
import { sampleClient, type Sample } from './samples.ts';

/** A place in which keys count. */
export type Place = Bound['where'];

/** A proof that a key does what its help says, on a stage of its own. */
export type Play = (at: Stage) => Promise<void>;

/** A play for every binding of some places: a binding without one is a compile error, and a play without a binding is one. */
export type Plays<In extends Place> = {
  readonly [At in In]: { readonly [Does in Extract<Bound, { readonly where: At }>['action']]: Play };
};

/** A screen on which one play is given, and what it may look at. Every wait ends with the screen in its error. */
export type Stage = {
  /** Opens the messenger with the conversation with bob. */
  readonly conversation: (client?: Sample, more?: Partial<Settings>) => Promise<void>;
  /** Opens a door of any kind, and waits for a text. */
  readonly door: (door: Door, sees: string | RegExp) => Promise<void>;
  /** Presses the first key of the binding that is played. */
  readonly press: () => void;
  readonly wasPressed: () => boolean;
  readonly type: (text: string) => void;
  /** Presses any other key, by its name in the key map. */
  readonly key: (...names: readonly string[]) => void;
  readonly shows: (text: string | RegExp) => Promise<void>;
  readonly hides: (text: string) => Promise<void>;
  /** Waits until the message with `text` is the selected one; an empty text: until none is. */
  readonly picks: (text: string | RegExp) => Promise<void>;
  /** Waits until the cursor stands on the line of a form that is called `label`. */
  readonly cursorOn: (label: string) => Promise<void>;
  /** Waits until the client was asked `call` (with `ask`, if that is given). */
  readonly asked: (call: string, ask?: unknown) => Promise<void>;
  /** How often the client was asked `call`. */
  readonly timesAsked: (call: string) => number;
  /** Waits until exactly `text` was given to the clipboard of the terminal. */
  readonly copied: (text: string) => Promise<void>;
  /** Waits until `path` was written to config.toml as `value`. */
  readonly saved: (path: string, value: unknown) => Promise<void>;
  readonly ends: () => Promise<void>;
  /** Waits for anything else. */
  readonly until: (what: string, condition: () => boolean) => Promise<void>;
  readonly screen: () => string;
  /** Everything written to the terminal. */
  readonly raw: () => string;
};

/** The differences between stages: settings, and how long to wait for the effect of the key. */
export type Staging = { readonly settings?: Partial<Settings>; readonly effectMs?: number };

/** Makes the stage for the plays of `key`, by its name in the key map. */
export function stageFor(key: string, { settings = {}, effectMs = 4000 }: Staging = {}): Stage {
  let mounted: Mounted | undefined;
  let client = sampleClient();
  let pressed = false;
  let isOver = false;
  let own = settings;
  const saved: Array<readonly [string, unknown]> = [];
  const screen = (): Mounted => mounted ?? expect.fail('nothing is open on this stage');
  const wait = async (what: string, condition: () => boolean): Promise<void> => {
    await until(what, condition, pressed ? effectMs : 4000).catch((error: unknown) => {
      throw new Error(`${String(error)}; the screen was:\n${screen().screen()}`, { cause: error });
    });
  };
  const stage: Stage = {
    async conversation(given = sampleClient(), more = {}) {
      client = given;
      own = { ...settings, ...more };
      await stage.door({ kind: 'ready', open: () => Promise.resolve(given) }, /(?:write|sending) to bob/u);
    },
    async door(door, sees) {
      mounted = mountScreen(door, { settings: own, saveSetting: saving(saved, own) });
      mounted.ended.then(
        () => (isOver = true),
        () => undefined,
      );
      await stage.shows(sees);
    },
    press() {
      pressed = true;
      screen().type(keyBytes(key));
    },
    wasPressed: () => pressed,
    type: (text) => screen().type(text),
    key: (...names) => screen().type(names.map(keyBytes).join('')),
    shows: (text) =>
      wait(`the screen shows ${String(text)}`, () =>
        typeof text === 'string' ? screen().screen().includes(text) : text.test(screen().screen()),
      ),
    hides: (text) => wait(`the screen hides ${text}`, () => !screen().screen().includes(text)),
    picks: (text) => wait(`${String(text)} is selected`, () => fits(pickedRow(screen()), text)),
    cursorOn: (label) =>
      wait(
        `the cursor is on ${label}`,
        () => screen().rows()[screen().cursor().y]?.includes(`│ ${label} `) ?? false,
      ),
    asked: (call, ask) =>
      wait(`${call} is asked with ${JSON.stringify(ask)}`, () =>
        client.asked.some(([name, given]) => name === call && (ask === undefined || isSame(given, ask))),
      ),
    timesAsked: (call) => client.asked.filter(([name]) => name === call).length,
    copied: (text) =>
      wait(`the clipboard gets ${text}`, () =>
        screen()
          .raw()
          .includes(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`),
      ),
    saved: (path, value) =>
      wait(`${path} is saved as ${JSON.stringify(value)}`, () => isSame(saved.at(-1), [path, value])),
    until: wait,
    screen: () => screen().screen(),
    ends: () => wait('the end', () => isOver),
    raw: () => screen().raw(),
  };
  return stage;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The row of the selected message; empty when none is. */
function pickedRow(mounted: Mounted): string {
  return mounted.rows().find((row) => /❯(?:\d\d:\d\d|[┃┊])/u.test(row)) ?? '';
}

function fits(row: string, text: string | RegExp): boolean {
  if (text === '') return row === '';
  return typeof text === 'string' ? row.includes(text) : text.test(row);
}

function saving(saved: Array<readonly [string, unknown]>, given: Partial<Settings>): SaveSetting {
  let now: Settings = { ...defaultSettings, ...given };
  return ([name = '', action], value) => {
    saved.push([[name, ...(action === undefined ? [] : [action])].join('.'), value]);
    now = { ...now, [name]: action === undefined ? value : { ...now.keys, [action]: value } };
    return Promise.resolve(now);
  };
}
