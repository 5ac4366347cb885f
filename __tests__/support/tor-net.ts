import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { takePort } from './ports.ts';
import { tempFolder } from './temp-home.ts';
import { until } from './until.ts';

/** True where Tor and the maker of its authorities' keys are installed. */
export const hasTor = ['tor', 'tor-gencert'].every(
  (program) => spawnSync(program, ['--version']).error === undefined,
);

/** A Tor network of this test alone, on loopback; `lines` are those with which a torrc joins it. */
export type TorNet = { readonly lines: string; readonly folder: string };

const [authorities, relays] = [3, 3];

/** Lines of every node: a network that trusts itself, and votes as often as Tor allows. */
const common = `TestingTorNetwork 1
AssumeReachable 1
PathsNeededToBuildCircuits 0.25
TestingDirAuthVoteExit *
TestingDirAuthVoteHSDir *
TestingDirAuthVoteGuard *
TestingMinExitFlagThreshold 0
V3AuthNIntervalsValid 2
TestingV3AuthInitialVotingInterval 20
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVotingInterval 20
V3AuthVoteDelay 2
V3AuthDistDelay 2
`;

type Node = {
  readonly name: string;
  readonly folder: string;
  readonly orPort: number;
  readonly dirPort: number;
};

/** Starts a private Tor network, and answers once it agrees on its relays; it is ended when the test is over. */
export async function startTorNet(): Promise<TorNet> {
  const folder = await tempFolder();
  const names = [
    ...Array.from({ length: authorities }, (_, at) => `auth${at}`),
    ...Array.from({ length: relays }, (_, at) => `relay${at}`),
  ];
  const nodes: Node[] = [];
  for (const name of names) {
    const own = join(folder, name);
    await mkdir(join(own, 'keys'), { recursive: true, mode: 0o700 });
    nodes.push({ name, folder: own, orPort: await takePort(), dirPort: await takePort() });
  }
  const trusted: string[] = [];
  for (const node of nodes) {
    const isAuthority = node.name.startsWith('auth');
    await writeFile(join(node.folder, 'torrc'), torrcOf(node, isAuthority));
    if (isAuthority) trusted.push(await authorityLine(node));
  }
  const lines = `${common}${trusted.join('\n')}\n`;
  const children = await Promise.all(
    nodes.map(async (node) => {
      const torrc = join(node.folder, 'torrc');
      await writeFile(torrc, `${await readFile(torrc, 'utf8')}${trusted.join('\n')}\n`);
      return spawn('tor', ['--defaults-torrc', '/dev/null', '-f', torrc], { stdio: 'ignore' });
    }),
  );
  onTestFinished(() => endAll(children));
  const consensus = join(folder, 'relay0', 'cached-microdesc-consensus');
  await until('the authorities agree on the relays', async () => {
    const text = await readFile(consensus, 'utf8');
    return text.split('\n').filter((line) => line.startsWith('r ')).length === nodes.length;
  });
  return { lines, folder };
}

function torrcOf({ name, folder, orPort, dirPort }: Node, isAuthority: boolean): string {
  const role = isAuthority
    ? `AuthoritativeDirectory 1\nV3AuthoritativeDirectory 1\nDirPort 127.0.0.1:${dirPort}\n`
    : '';
  return `${common}Nickname ${name}
DataDirectory ${folder}
Address 127.0.0.1
ORPort 127.0.0.1:${orPort}
SocksPort 0
ExitRelay 0
ContactInfo nobody@example.org
ShutdownWaitLength 0
Log notice file ${folder}/log
${role}`;
}

/** Makes the keys of an authority, and the line by which the others know it. */
async function authorityLine({ name, folder, orPort, dirPort }: Node): Promise<string> {
  const address = `127.0.0.1:${dirPort}`;
  const keys = join(folder, 'keys');
  runs('tor-gencert', ['--create-identity-key', '-m', '12', '-a', address, '--passphrase-fd', '0'], keys);
  const nobody = `${name} orport=${orPort} no-v2 v3ident=${'A'.repeat(40)} ${address} ${'B'.repeat(40)}`;
  const torrc = join(folder, 'torrc');
  const words = ['--defaults-torrc', '/dev/null', '--quiet', '-f', torrc, '--list-fingerprint'];
  const print = runs('tor', [...words, '--DirAuthority', nobody], folder);
  const fingerprint = print.trim().split(' ').slice(1).join('');
  const certificate = await readFile(join(keys, 'authority_certificate'), 'utf8');
  const identity = /^fingerprint (\w+)$/mu.exec(certificate)?.[1] ?? '';
  return `DirAuthority ${name} orport=${orPort} no-v2 v3ident=${identity} ${address} ${fingerprint}`;
}

function runs(program: string, words: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, input: 'x\n', encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
  return stdout;
}

async function endAll(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
      child.kill('SIGKILL');
      await gone;
    }),
  );
}
