import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { takePort } from '../__tests__/support/ports.ts';
import { openTerminal, type InTerminal } from '../__tests__/support/pty.ts';
import { greet, leaveBy, textBelow, typeLines, type Peer, type PeerKind, type Person } from './peer.ts';

/** toxic, whose two programs find each other through a bootstrap node on loopback, and nobody else. */
export const toxic: PeerKind = { name: 'toxic', programs: ['toxic', 'tox-bootstrapd'], make: makeToxic };

const settings = `ui = {
  autolog = true;
  history_size = 2000;
  nodelist_update_freq = 0;
  show_typing_other = false;
  show_typing_self = false;
  show_welcome_msg = false;
};
`;

async function makeToxic(folder: string): Promise<Peer> {
  const node = await startNode(folder);
  const nodes = join(folder, 'nodes.json');
  await writeFile(nodes, nodesFile(node));
  await writeFile(join(folder, 'toxic.conf'), settings);
  for (const person of ['a', 'b'])
    await mkdir(join(folder, person, '.config/tox/chatlogs'), { recursive: true });
  const open = (person: Person): InTerminal => {
    const home = join(folder, person);
    const files = ['-c', join(folder, 'toxic.conf'), '-n', nodes, '-f', join(home, 'profile.tox')];
    // toxic looks up the person's own home unless this is set.
    const env = { HOME: home, XDG_CONFIG_HOME: join(home, '.config') };
    return openTerminal(['toxic', '--ipv4', '--no-lan', ...files], { cwd: home, env });
  };
  return {
    name: 'toxic',
    open,
    leave: (screen) => leaveBy(screen, '/quit'),
    async meet(a, b) {
      const ids = await Promise.all([a, b].map(makeProfile));
      // Each adds the other, so no request has to be accepted.
      for (const [at, screen] of [a, b].entries()) screen.type(`/add ${ids[1 - at]} "hello"\r`);
      await Promise.all([a, b].map(openConversation));
      await greet(a, b);
    },
    write: typeLines,
    helpers: async () => ({ ofA: [], rest: [] }),
    kept: () => textBelow(join(folder, 'b', '.config/tox/chatlogs')),
    end: () => node.end(),
  };
}

type Node = { readonly port: number; readonly key: string; readonly end: () => Promise<unknown> };

async function startNode(folder: string): Promise<Node> {
  const port = await takePort();
  const config = join(folder, 'node.conf');
  const own = { keys_file_path: join(folder, 'node.keys'), pid_file_path: join(folder, 'node.pid') };
  const off = [
    'enable_ipv6',
    'enable_ipv4_fallback',
    'enable_lan_discovery',
    'enable_tcp_relay',
    'enable_motd',
  ];
  const lines = [
    `port = ${port}`,
    ...Object.entries(own).map(([name, path]) => `${name} = "${path}"`),
    ...off.map((name) => `${name} = false`),
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const child = spawn('tox-bootstrapd', ['--config', config, '--foreground', '--log-backend', 'stdout'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = once(child, 'exit');
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  for await (const line of createInterface(child.stdout)) {
    const key = /^Public Key: (\w+)/u.exec(line)?.[1];
    if (key === undefined) continue;
    // Leaving the loop stops the reading, and a full pipe would stop the node.
    setImmediate(() => child.stdout.resume());
    return { port, key, end };
  }
  throw new Error('tox-bootstrapd ended');
}

/** The one node, in the form of nodes.tox.chat; toxic leaves out nodes that were not seen for days. */
function nodesFile({ port, key }: Node): string {
  const now = Math.floor(Date.now() / 1000);
  const node = { ipv4: '127.0.0.1', ipv6: '-', port, tcp_ports: [], public_key: key, last_ping: now };
  return JSON.stringify({ last_scan: now, last_refresh: now, nodes: [node] });
}

/** Answers the only question of a first start; the answer is the Tox ID. */
async function makeProfile(screen: InTerminal): Promise<string> {
  await screen.sees('Would you like to encrypt it');
  screen.type('n\r');
  await screen.sees('[Online]');
  screen.type('/myid\r');
  const id = /^[0-9A-F]{76}/mu;
  await screen.sees(id);
  return id.exec(screen.screen())?.[0] ?? '';
}

/** Ctrl+P leads to the list of contacts, where Enter opens the only one. */
async function openConversation(screen: InTerminal): Promise<void> {
  await screen.sees('has come online');
  screen.type('\u0010');
  await screen.sees('Online: 1/1');
  screen.type('\r');
  await screen.sees('[Contacts] [');
}
