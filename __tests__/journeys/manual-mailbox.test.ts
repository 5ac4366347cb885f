// The manual's mailbox on a small server, word for word: three machines, two of them behind routers that pass nothing on, and fresh homes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readPresence } from '../../source/inbox/presence.ts';
import { stopListener } from '../../source/session/home/running-listener.ts';
import { makeNetworks, missingForNetworks, type Machine } from '../support/networks.ts';
import { plainEnv, program } from '../support/pty.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

/** The lines that somebody types there, each with the word in front of its prompt. */
async function linesOf(title: string): Promise<ReadonlyArray<readonly [who: string, line: string]>> {
  const manual = await readFile(new URL('../../docs/MANUAL.md', import.meta.url), 'utf8');
  const page = manual.split(`### ${title}\n`)[1]?.split(/^###? /mu)[0] ?? '';
  return [...page.matchAll(/^(\w+)\$ +(\S.*?)(?: {3,}.*)?$/gmu)].map(([, who = '', line = '']) => [
    who,
    line,
  ]);
}

/** Somebody's shell on a machine, with a home folder of their own. */
type Shell = {
  readonly folder: string;
  readonly types: (line: string) => Promise<string>;
  readonly leaves: (line: string) => void;
};

async function shellOn({ enter }: Machine): Promise<Shell> {
  const folder = await tempFolder();
  onTestFinished(async () => void (await stopListener(join(folder, '.local/share/cryptochat/inbox'))));
  const begin = (line: string): ReturnType<typeof spawn> => {
    const script = `cryptochat() { "${process.execPath}" "${program}" "$@"; }\n${line}`;
    const [file, ...words] = [...enter, 'bash', '-c', script];
    const child = spawn(file, words, {
      cwd: folder,
      env: { ...plainEnv, HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  return {
    folder,
    leaves: (line) => void begin(line).stderr?.resume(),
    async types(line) {
      const child = begin(line);
      let [printed, said] = ['', ''];
      child.stdout?.on('data', (text: Buffer) => (printed += text.toString()));
      child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
      const [code] = (await once(child, 'close')) as [number];
      expect([line, code, said]).toEqual([line, 0, expect.anything()]);
      return printed.trim();
    },
  };
}

const needs = missingForNetworks === null ? '' : ` (needs ${missingForNetworks})`;

test.skipIf(missingForNetworks !== null)(
  `the mailbox on a small server of the manual carries a conversation between two who are reached by nobody${needs}`,
  async () => {
    const networks = makeNetworks();
    const machine = networks.machine('mail');
    networks.plugIn(machine, '203.0.113.20/24');
    const shells: Readonly<Record<string, Shell>> = {
      server: await shellOn(machine),
      alice: await shellOn(networks.behindRouter('a', 10)),
      bob: await shellOn(networks.behindRouter('b', 11)),
    };
    const shell = (who: string): Shell => shells[who] ?? expect.fail(`nobody is called ${who}`);
    const { folder } = shell('server');
    onTestFinished(async () => void (await stopListener(join(folder, 'mail/inbox'))));
    // The lines with sudo make a service of it.
    const all = await linesOf('A mailbox on a small server');
    const lines = all.filter(([, line]) => !line.startsWith('sudo '));
    const lend = lines.find(([, line]) => line.includes(' lend '))?.[1] ?? '';
    expect(lines.map(([who]) => who)).toEqual(['server', 'server', 'alice', 'alice', 'bob', 'bob']);
    for (const [who, line] of lines) {
      const typed = line.replace('mail.example.org', '203.0.113.20');
      if (line.includes(' host ')) {
        shell(who).leaves(`exec ${typed.replace('cryptochat', `"${process.execPath}" "${program}"`)}`);
        await until(
          'the host listens',
          async () => (await readPresence(join(folder, 'mail/inbox')))?.port === 8080,
        );
      } else if (line.includes(' box ')) {
        const link = await shell('server').types(lend);
        await shell(who).types(typed.replace('cryptochat-box:…', link));
      } else if (line !== lend)
        await shell(who).types(line.includes(' init ') ? `${typed} --no-passphrase` : typed);
    }
    const [alice, bob] = [shell('alice'), shell('bob')];
    // From here on it is the README's first conversation.
    await bob.types(`cryptochat join '${await alice.types('cryptochat invite')}'`);
    await bob.types('cryptochat send alice "Hey, you there?"');
    const hears = (person: Shell, other: string, text: string): Promise<unknown> =>
      until(`${text} has come`, async () => {
        await person.types('cryptochat sync');
        return (await person.types(`cryptochat read --peek ${other}`)).includes(text);
      });
    await hears(alice, 'bob', 'Hey, you there?');
    await alice.types('echo "Yes! This is going well." | cryptochat send bob');
    await alice.types('cryptochat listen --stop');
    await hears(bob, 'alice', 'Yes! This is going well.');
    const read = await bob.types('cryptochat read --json alice');
    expect(read.split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { direction: 'out', text: 'Hey, you there?', state: 'delivered' },
      { direction: 'in', text: 'Yes! This is going well.', state: 'received' },
    ]);
  },
);
