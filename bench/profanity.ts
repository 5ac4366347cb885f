import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { takePort } from '../__tests__/support/ports.ts';
import { openTerminal, type InTerminal } from '../__tests__/support/pty.ts';
import { greet, leaveBy, textBelow, typeLines, type Peer, type PeerKind, type Person } from './peer.ts';

const run = promisify(execFile);

/** profanity with OMEMO, over a prosody on loopback that is its own. */
export const profanity: PeerKind = {
  name: 'profanity',
  programs: ['profanity', 'prosody', 'prosodyctl'],
  make: makeProfanity,
};

async function makeProfanity(folder: string): Promise<Peer> {
  const server = await startServer(folder);
  for (const person of ['a', 'b'] as const) await writeHome(join(folder, person), person, server.port);
  const open = (person: Person): InTerminal => {
    const home = join(folder, person);
    return openTerminal(['profanity', '-a', jid(person)], { cwd: home, env: { HOME: home } });
  };
  return {
    name: 'profanity (OMEMO)',
    open,
    leave: (screen) => leaveBy(screen, '/quit'),
    async meet(a, b) {
      await introduce(a, b);
      await converse(a, 'b');
      await converse(b, 'a');
      await greet(a, b);
    },
    write: typeLines,
    helpers: async () => ({ ofA: [], rest: [server.pid] }),
    kept: () => textBelow(join(folder, 'b', '.local/share/profanity/chatlogs')),
    end: () => server.end(),
  };
}

function jid(person: Person): string {
  return `${person}@localhost`;
}

type Server = { readonly port: number; readonly pid: number; readonly end: () => Promise<unknown> };

/** TLS is off: all that is compared is on this machine, and OMEMO does not need it. */
async function startServer(folder: string): Promise<Server> {
  const port = await takePort();
  const config = join(folder, 'prosody.cfg.lua');
  await mkdir(join(folder, 'data'));
  await writeFile(
    config,
    `run_as_root = true
pidfile = "${join(folder, 'prosody.pid')}"
data_path = "${join(folder, 'data')}"
certificates = "${folder}"
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
modules_enabled = { "roster", "saslauth", "disco", "pep" }
modules_disabled = { "s2s", "tls" }
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
log = { info = "*console" }
VirtualHost "localhost"
`,
  );
  for (const person of ['a', 'b'])
    await run('prosodyctl', ['--config', config, 'register', person, 'localhost', 'secret']);
  const child = spawn('prosody', ['-F', '--config', config], { stdio: ['ignore', 'pipe', 'ignore'] });
  const gone = once(child, 'exit');
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  const lines = createInterface(child.stdout);
  for await (const line of lines) if (line.includes("Activated service 'c2s' on [127")) break;
  child.stdout.resume();
  if (child.pid === undefined || child.exitCode !== null) throw new Error('prosody ended');
  return { port, pid: child.pid, end };
}

async function writeHome(home: string, person: Person, port: number): Promise<void> {
  const [data, config] = [join(home, '.local/share/profanity'), join(home, '.config/profanity')];
  for (const folder of [data, config]) await mkdir(folder, { recursive: true });
  const account = `[${jid(person)}]
enabled=true
jid=${jid(person)}
resource=bench
password=secret
server=127.0.0.1
port=${port}
tls.policy=disable
`;
  await writeFile(join(data, 'accounts'), account);
  // Fingerprints are trusted unseen, and texts are kept in clear, so that they can be counted.
  const settings =
    '[ui]\nsplash=false\n[notifications]\nmessage=off\n[omemo]\ntrustmode=blind\nlog=on\n[logging]\nchlog=true\n';
  await writeFile(join(config, 'profrc'), settings);
}

/** An empty list of OMEMO devices: this profanity does not begin one on a prosody, whose "not found" has no number. */
const deviceList =
  "<iq type='set' id='list'><pubsub xmlns='http://jabber.org/protocol/pubsub'>" +
  "<publish node='eu.siacs.conversations.axolotl.devicelist'><item id='current'>" +
  "<list xmlns='eu.siacs.conversations.axolotl'/></item></publish></pubsub></iq>";

async function introduce(a: InTerminal, b: InTerminal): Promise<void> {
  const both = [
    [a, 'b'],
    [b, 'a'],
  ] as const;
  for (const [screen] of both) await screen.sees('logged in successfully');
  for (const [screen, other] of both) screen.type(`/sub request ${jid(other)}\r`);
  for (const [screen] of both) await screen.sees('authorization request');
  for (const [screen, other] of both) screen.type(`/sub allow ${jid(other)}\r`);
  for (const [screen] of both) await screen.sees('is online');
  for (const [screen] of both) {
    screen.type('/xmlconsole\r');
    await screen.sees('XML Console');
    screen.type(`${deviceList}\r`);
    await screen.sees('id="list" type="result"');
    screen.type('/win 1\r');
    screen.type('/omemo gen\r');
    await screen.sees('materials generated');
  }
}

async function converse(screen: InTerminal, other: Person): Promise<void> {
  await screen.sees(`${jid(other)} (bench) is online`);
  screen.type(`/msg ${jid(other)}\r`);
  await screen.sees(`${jid(other)} [online]`);
  screen.type('/omemo start\r');
  await screen.sees('[OMEMO]');
}
