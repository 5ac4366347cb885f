import { withoutJoined } from '../support/joined-line.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { homePaths } from '../../source/session/control/home-paths.ts';
import { runningListener } from '../../source/session/home/running-listener.ts';
import { jsonLines, run, setUpPerson, start } from '../support/command-line.ts';
import { runHere } from '../support/run-here.ts';
import type { Running } from '../support/command-line.ts';
import type { Ran } from '../support/ran.ts';
import type { InTerminal } from '../support/pty.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';
import { tapWire } from '../support/wiretap.ts';
import type { Wiretap } from '../support/wiretap.ts';

/** How long a started program may take on a busy machine. */
const patienceMs = 60_000;

/** One stored line, as `read --json` prints it. */
export type Line = {
  readonly contact: string;
  readonly direction: 'in' | 'out';
  readonly id: string;
  readonly seq: number;
  readonly text: string;
  readonly state: string;
  readonly kind: string;
};

/** The fields of `status --json` that the attacks use. */
export type Status = {
  readonly unread: number;
  readonly queued: number;
  readonly quarantined: number;
  readonly bugs: number;
};

/** A person with a home, the built programs, and nothing else. */
export type Peer = {
  readonly name: string;
  readonly home: string;
  readonly inbox: string;
  readonly port: number;
  /** The traffic between this person and everybody who reaches them by their address; null without a wiretap. */
  readonly wire: Wiretap | null;
  /** The screen, in a pty of 100 by 30; resolves when the listener is up. */
  readonly tui: () => Promise<InTerminal>;
  /** Ends the newest screen by the key for it. */
  readonly quit: () => Promise<void>;
  /** Kills the newest screen. */
  readonly crash: () => Promise<void>;
  /** The listener alone, until it is told to end. */
  readonly listen: () => Promise<{ readonly pid: number; readonly port: number }>;
  readonly stopListening: () => Promise<void>;
  readonly invite: () => Promise<string>;
  readonly join: (link: string) => Promise<void>;
  /** Queues one message; returns its id. */
  readonly send: (to: Peer, text: string) => Promise<string>;
  /** Queues texts of one line each, all by one program. */
  readonly say: (to: Peer, texts: readonly string[]) => Promise<void>;
  /** Runs the client without a terminal, for this long or until nothing is left to receive or send. */
  readonly tick: (forMs?: number, env?: NodeJS.ProcessEnv) => Promise<void>;
  /** Starts the client without a terminal, and lets it run. */
  readonly work: () => Running;
  /** The same; resolves when it holds the home. */
  readonly holds: () => Promise<Running>;
  /** Everything in the order it was stored, or one conversation as it is read. */
  readonly lines: (of?: Peer) => Promise<readonly Line[]>;
  readonly rotate: () => Promise<void>;
  readonly status: () => Promise<Status>;
  /** Any other command. */
  readonly tries: (...args: readonly string[]) => Promise<Ran>;
  /** Marks what this person sends as forged, so nobody expects it in their own history. */
  readonly lies: () => void;
  readonly trail: Trail;
};

/** Everything that the checks at the end of the test look at. */
export type Trail = {
  readonly screens: Set<{ readonly screen: InTerminal; alive: boolean; ended: boolean }>;
  readonly said: string[];
  listens: boolean;
  lies: boolean;
};

/**
 * How to make a home: `tapFrom` puts a wiretap at that address before it; `before` puts something else before its port and returns the
 * address that others are told.
 */
export type PeerOptions = {
  readonly tapFrom?: string;
  readonly folder?: string;
  readonly before?: (port: number) => Promise<string>;
};

/** Makes a person with an empty home. */
export async function makePeer(name: string, options: PeerOptions = {}): Promise<Peer> {
  const { tapFrom, folder, before } = options;
  let wire: Wiretap | null = null;
  const address = async (port: number): Promise<string> => (wire = await tapWire(port, tapFrom)).address;
  const person = await setUpPerson(name, {
    ...(folder === undefined ? {} : { folder }),
    ...(tapFrom === undefined ? {} : { address }),
    ...(before === undefined ? {} : { address: before }),
  });
  const { home, port } = person;
  const inbox = join(home, 'inbox');
  const trail: Trail = { screens: new Set(), said: [], listens: false, lies: false };
  const hear = async (command: Promise<Ran>): Promise<Ran> => {
    const ran = await command;
    trail.said.push(ran.stderr);
    return ran;
  };
  const done = async (command: Promise<Ran>): Promise<Ran> => {
    const ran = await hear(command);
    if (ran.code !== 0) throw new Error(`${name}: a command ended with ${ran.code}: ${ran.stderr}`);
    return ran;
  };
  const does = (...args: readonly string[]): Promise<Ran> => done(runHere([...args, '--home', home]));
  const work = (): Running => start(['sync', '--for', '1h', '--home', home]);
  let listener: Running | null = null;
  return {
    name,
    home,
    inbox,
    port,
    wire,
    trail,
    ...screenOf(home, trail),
    async listen() {
      await does('listen', '--stop');
      listener = start(['listen', '--home', home]);
      void hear(listener.ended);
      const presence = await until(`${name} listens`, () => runningListener(inbox));
      trail.listens = true;
      return presence;
    },
    async stopListening() {
      trail.listens = false;
      await does('listen', '--stop');
      await listener?.ended;
    },
    invite: async () => (await does('invite')).stdout.trim(),
    join: async (link) => void (await does('join', link)),
    send: async (to, text) => (await does('send', to.name, text)).stdout.trim(),
    async say(to, texts) {
      const input = [`/query ${to.name}`, ...texts, ''].join('\n');
      const { code, stderr } = await hear(runHere(['--plain', '--home', home], input));
      // 69: it is still queued.
      if (code !== 0 && code !== 69) throw new Error(`${name}: line mode ended with ${code}: ${stderr}`);
    },
    async tick(forMs, env) {
      const words = forMs === undefined ? ['sync'] : ['sync', '--for', `${forMs}ms`];
      await done(env ? run([...words, '--home', home], '', env) : runHere([...words, '--home', home]));
    },
    work,
    async holds() {
      const client = work();
      await until(`${name} holds the home`, () => existsSync(homePaths(home).control), patienceMs);
      return client;
    },
    async lines(of) {
      const whose = of === undefined ? [] : [of.name];
      const all = jsonLines(await does('read', ...whose, '--json', '--last', '100000'));
      return withoutJoined(all as unknown as Line[]);
    },
    rotate: async () => void (await does('rotate', '--yes')),
    status: async () => jsonLines(await does('status', '--json'))[0] as unknown as Status,
    tries: (...args) => hear(runHere([...args, '--home', home])),
    lies: () => void (trail.lies = true),
  };
}

function screenOf(home: string, { screens }: Trail): Pick<Peer, 'tui' | 'quit' | 'crash'> {
  const end = async (by: (screen: InTerminal) => void): Promise<void> => {
    const [shown] = [...screens].toReversed();
    if (!shown) return;
    shown.ended = true;
    by(shown.screen);
    await shown.screen.exited;
  };
  return {
    async tui() {
      const screen = startInTerminal(['--home', home], { cols: 100, rows: 30 });
      const shown = { screen, alive: true, ended: false };
      screens.add(shown);
      void screen.exited.then(() => (shown.alive = false));
      await screen.sees('● listening on');
      return screen;
    },
    quit: () => end((screen) => screen.type('\u0011')),
    crash: () => end((screen) => screen.kill('SIGKILL')),
  };
}
