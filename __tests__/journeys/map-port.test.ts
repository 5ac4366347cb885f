// A home behind a router that passes a port on when it is asked by PCP: both in network namespaces of their own, the listener under its
// permissions. If namespaces cannot be made, the test says so.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { setUpPerson } from '../support/command-line.ts';
import { plainEnv, program } from '../support/pty.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const id = process.pid.toString(36);
const [home, router] = [`cch${id}`, `ccr${id}`];

function ip(...words: readonly string[]): boolean {
  return spawnSync('ip', words, { stdio: 'ignore' }).status === 0;
}

const canMake = ip('netns', 'add', `ccx${id}`) && ip('netns', 'del', `ccx${id}`);

/** Two namespaces with a line between them; the home's default route is the router, at 10.99.0.1. */
function makeNetwork(): void {
  onTestFinished(() => {
    for (const name of [home, router]) ip('netns', 'del', name);
  });
  const steps = [
    ['netns', 'add', home],
    ['netns', 'add', router],
    ['link', 'add', `h${id}`, 'type', 'veth', 'peer', 'name', `r${id}`],
    ['link', 'set', `h${id}`, 'netns', home],
    ['link', 'set', `r${id}`, 'netns', router],
    ['-n', home, 'addr', 'add', '10.99.0.2/24', 'dev', `h${id}`],
    ['-n', router, 'addr', 'add', '10.99.0.1/24', 'dev', `r${id}`],
    ['-n', home, 'link', 'set', 'lo', 'up'],
    ['-n', home, 'link', 'set', `h${id}`, 'up'],
    ['-n', router, 'link', 'set', `r${id}`, 'up'],
    ['-n', home, 'route', 'add', 'default', 'via', '10.99.0.1'],
  ];
  for (const words of steps) if (!ip(...words)) throw new Error(`ip ${words.join(' ')}`);
}

/** A PCP server that grants every port at 93.184.216.34, and writes down the lifetimes that it was asked for. */
const pcpServer = `
import { createSocket } from 'node:dgram';
import { appendFileSync } from 'node:fs';
const socket = createSocket('udp4');
socket.on('message', (asked, from) => {
  const answer = Buffer.from(asked);
  answer[1] |= 128;
  answer.fill(0, 8, 24);
  answer.set([255, 255, 93, 184, 216, 34], 54);
  appendFileSync(process.argv[2], asked.readUInt32BE(4) + ' ' + asked.readUInt16BE(40) + '\\n');
  socket.send(answer, from.port, from.address);
});
socket.bind(5351, '10.99.0.1');
`;

function startIn(space: string, words: readonly string[]): ChildProcess {
  const child = spawn('ip', ['netns', 'exec', space, process.execPath, ...words], {
    env: plainEnv,
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test.skipIf(!canMake)(
  'a port that the router passes on is a place of the home, and is given back (needs root, for namespaces)',
  async () => {
    const alice = await setUpPerson('alice', {
      listen: '0.0.0.0:8123',
      address: () => Promise.resolve('none'),
    });
    const config = join(alice.home, 'config.toml');
    await writeFile(config, (await readFile(config, 'utf8')).replace('map_port = false', 'map_port = true'));
    makeNetwork();
    const folder = await tempFolder();
    const [script, log] = [join(folder, 'pcp.mjs'), join(folder, 'log')];
    await writeFile(script, pcpServer);
    startIn(router, [script, log]);
    const listener = startIn(home, [program, 'listen', '--home', alice.home]);
    const said = () =>
      readFile(join(alice.home, 'inbox', 'port.json'), 'utf8').then((text) => JSON.parse(text) as unknown);
    expect(await until('the router has granted the port', said)).toEqual({
      version: 1,
      place: '93.184.216.34:8123',
      words: 'by PCP',
    });
    expect(JSON.parse((await alice.does('status', '--json')).stdout)).toMatchObject({
      address: '93.184.216.34:8123',
    });
    expect(
      (await alice.does('doctor', '--json').catch(() => alice.tries('doctor', '--json'))).stdout,
    ).toContain('your router forwards the port (by PCP)');
    const gone = once(listener, 'exit');
    listener.kill('SIGTERM');
    await gone;
    const asked = (await readFile(log, 'utf8')).trim().split('\n');
    expect([asked[0], asked.at(-1)]).toEqual(['7200 8123', '0 8123']);
  },
);
