import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Calls } from '../../source/core/calls.ts';
import type { MessageState } from '../../source/core/types.ts';
import { readPresence } from '../../source/inbox/presence.ts';
import { connectControl, type ControlClient } from '../../source/session/control/client.ts';
import { stopListener } from '../../source/session/home/running-listener.ts';
import type { Machine } from './networks.ts';
import { plainEnv, program } from './pty.ts';
import { runHere } from './run-here.ts';
import { tempFolder } from './temp-home.ts';
import { until } from './until.ts';

/** Somebody with a home on a machine of their own, who opens and closes the built messenger there. */
export type Resident<On extends Where = Where> = {
  readonly name: string;
  readonly home: string;
  readonly machine: On;
  /** Opens the messenger, in lines; it starts the listener if none runs. */
  readonly open: (env?: NodeJS.ProcessEnv) => Promise<void>;
  /** Asks the open messenger. */
  readonly calls: () => Calls;
  /** Closes the messenger; the listener goes on. */
  readonly close: () => Promise<void>;
  /** Kills the messenger; the listener goes on. */
  readonly kill: () => Promise<void>;
  /** Ends the listener. */
  readonly deaf: () => Promise<void>;
  /** Kills the listener; answers whether one ran. */
  readonly killListener: () => Promise<boolean>;
  /** Changes settings in config.toml, each of which stands there on one line. */
  readonly set: (settings: Readonly<Record<string, string>>) => Promise<void>;
};

/** Where somebody listens, and how others reach them. */
export type Reach = { readonly listen?: string; readonly address: string };

/** The part of a machine that a program needs to run there. */
type Where = Pick<Machine, 'enter'>;

/** The machine that runs the test. */
export const thisMachine: Where = { enter: [] };

/** Starts a program on a machine; it is killed when the test is over. */
export function startOn(
  { enter }: Where,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const [file = '', ...args] = [...enter, ...words];
  const child = spawn(file, args, { env: { ...plainEnv, ...env }, stdio: 'pipe' });
  for (const stream of [child.stdout, child.stderr]) stream.resume();
  child.stdin.on('error', () => undefined);
  onTestFinished(() => end(child, 'SIGKILL'));
  return child;
}

/** Ends a program, and waits until it has. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** Sets somebody up on a machine. */
export async function settle<On extends Where>(
  machine: On,
  name: string,
  reach: Reach,
): Promise<Resident<On>> {
  const home = join(await tempFolder(), 'home');
  const inbox = join(home, 'inbox');
  const { listen = '[::]:8080', address } = reach;
  const words = ['--name', name, '--no-passphrase', '--listen', listen, '--address', address];
  const made = await runHere(['init', '--home', home, ...words]);
  expect([made.code, made.stderr]).toEqual([0, expect.anything()]);
  onTestFinished(async () => void (await stopListener(inbox)));
  let opened: { readonly child: ChildProcess; readonly control: ControlClient } | null = null;
  const shut = async (signal: NodeJS.Signals): Promise<void> => {
    const was = opened;
    opened = null;
    was?.control.end();
    if (was) await end(was.child, signal);
  };
  return {
    name,
    home,
    machine,
    async open(env) {
      const child = startOn(machine, [process.execPath, program, '--plain', '--home', home], env);
      let said = '';
      child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
      const control = await until(`${name} has opened the messenger`, async () => {
        if (child.exitCode !== null) throw new Error(said);
        const connected = await connectControl(join(home, 'keys', 'control'));
        const status = await connected?.calls.status();
        return status?.listener.running ? connected : null;
      });
      opened = { child, control };
    },
    calls() {
      if (!opened) throw new Error(`the messenger of ${name} is closed`);
      return opened.control.calls;
    },
    close: () => shut('SIGTERM'),
    kill: () => shut('SIGKILL'),
    deaf: async () => void (await stopListener(inbox)),
    async killListener() {
      const presence = await readPresence(inbox);
      try {
        return presence !== null && process.kill(presence.pid, 'SIGKILL');
      } catch {
        return false;
      }
    },
    async set(settings) {
      const file = join(home, 'config.toml');
      let text = await readFile(file, 'utf8');
      for (const [setting, value] of Object.entries(settings)) {
        const line = new RegExp(`^${setting} = .*$`, 'mu');
        expect(text).toMatch(line);
        text = text.replace(line, `${setting} = ${JSON.stringify(value)}`);
      }
      await writeFile(file, text);
    },
  };
}

/** Starts a home without keys that keeps boxes for others at `place`, HOST:PORT; answers how to get a box link of it, and how to kill and start it. */
export async function startHost(
  machine: Machine,
  place: string,
): Promise<{
  readonly home: string;
  readonly lend: () => Promise<string>;
  readonly restart: () => Promise<void>;
}> {
  const home = join(await tempFolder(), 'mail');
  const inbox = join(home, 'inbox');
  const run = async (): Promise<ChildProcess> => {
    const words = ['--listen', '[::]:8080', '--address', place];
    const child = startOn(machine, [process.execPath, program, 'host', '--home', home, ...words]);
    await until('the host listens', async () => (await readPresence(inbox))?.port === 8080);
    return child;
  };
  onTestFinished(async () => void (await stopListener(inbox)));
  let child = await run();
  return {
    home,
    async lend() {
      const lent = await runHere(['lend', '--home', home]);
      expect([lent.code, lent.stderr]).toEqual([0, expect.anything()]);
      return lent.stdout.trim();
    },
    async restart() {
      const presence = await readPresence(inbox);
      if (presence) process.kill(presence.pid, 'SIGKILL');
      await end(child, 'SIGKILL');
      await until('the host is gone', async () => {
        const now = await readPresence(inbox);
        return now === null || now.pid === presence?.pid;
      });
      child = await run();
    },
  };
}

/** Makes two people with open messengers contacts: one invites, the other joins with the link. */
export async function meet(inviter: Resident, joiner: Resident): Promise<void> {
  const { link } = await inviter.calls().invite({});
  await joiner.calls().join({ link });
  await until(`${inviter.name} has heard of ${joiner.name}`, async () => {
    const contacts = await inviter.calls().contacts();
    return contacts.some(({ name }) => name === joiner.name);
  });
}

/** Somebody's texts for another, and who gets them. */
export type Said = { readonly from: Resident; readonly to: Resident; readonly texts: readonly string[] };

/** Has somebody write so many numbered texts. */
export async function say(from: Resident, to: Resident, count: number, word = from.name): Promise<Said> {
  const texts = Array.from({ length: count }, (_, n) => `${word} ${n}`);
  for (const text of texts) await from.calls().send({ contact: to.name, text });
  return { from, to, texts };
}

/** The texts of one direction in a conversation, as they are read. */
export async function textsOf(at: Resident, other: Resident, direction: 'in' | 'out'): Promise<string[]> {
  const messages = await at.calls().read({ contact: other.name, last: 100_000, peek: true });
  return messages.filter((one) => one.direction === direction && one.kind === 'text').map(({ text }) => text);
}

/** The states of what somebody wrote, each once. */
export async function statesOf(at: Resident, other: Resident): Promise<readonly MessageState[]> {
  const messages = await at.calls().read({ contact: other.name, last: 100_000, peek: true });
  const own = messages.filter((one) => one.direction === 'out' && one.kind === 'text');
  return [...new Set(own.map(({ state }) => state))];
}

/** Waits until all that was said has arrived: the last of what its reader has from its writer, each text once, in order. */
export async function arrives(...all: readonly Said[]): Promise<void> {
  for (const { from, to, texts } of all) {
    const came = async (): Promise<readonly string[]> => textsOf(to, from, 'in');
    const isThere = async (): Promise<boolean> => (await came()).includes(texts.at(-1) ?? '');
    await until(`${to.name} has what ${from.name} wrote`, isThere, 120_000);
    const everything = await came();
    expect(everything.slice(-texts.length)).toEqual(texts);
    expect(new Set(everything).size).toBe(everything.length);
  }
}

/** Waits until all that somebody wrote is known to be on the other's disk, decrypted. */
export async function isDelivered(from: Resident, to: Resident): Promise<void> {
  await until(
    `all that ${from.name} wrote is delivered`,
    async () => (await statesOf(from, to)).join() === 'delivered',
    120_000,
  );
}
