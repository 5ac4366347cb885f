import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openVault } from '../../source/keys/vault.ts';
import { stopListener } from '../../source/session/home/running-listener.ts';
import { openDatabase } from '../../source/store/database.ts';
import { currentIdentity } from '../../source/store/identities.ts';
import { takePort } from '../support/ports.ts';
import { program } from '../support/pty.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';
import { attack, slow } from './adapter.ts';
import { findSecrets } from './needles.ts';

const passphrase = 'correct horse battery staple';

type Shelled = { readonly pid: number; readonly ended: Promise<number | null> };

/** Starts the built program under a umask that forbids nothing, with a passphrase on standard input. */
function start(words: readonly string[], typed: string): Shelled {
  const command = ['-c', 'umask 000; exec "$@"', 'sh', process.execPath, program, ...words];
  const child = spawn('sh', [...command, '--passphrase-fd', '0'], { stdio: ['pipe', 'ignore', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdin.end(`${typed}\n`);
  return { pid: child.pid ?? 0, ended: once(child, 'exit').then(([code]) => code as number | null) };
}

/** How long a command takes that exits with `code`, in ms. */
async function timed(words: readonly string[], typed: string, code: number): Promise<number> {
  const begun = performance.now();
  expect(await start(words, typed).ended).toBe(code);
  return performance.now() - begun;
}

async function everythingIn(home: string): Promise<readonly string[]> {
  const names = await readdir(home, { recursive: true });
  return [home, ...names.map((name) => join(home, name))];
}

/** Everything that users other than the owner can read, write or enter. */
async function openTo(home: string): Promise<readonly string[]> {
  const paths = await everythingIn(home);
  const modes = await Promise.all(paths.map(async (path) => (await lstat(path)).mode & 0o077));
  return paths.filter((_, n) => modes[n] !== 0);
}

test.skipIf(process.platform === 'win32')(
  'A42 keeps a home readable by its owner alone, whatever the umask, and gives nothing to a thief of a copy',
  attack(async (newHome) => {
    const bob = await newHome('bob');
    const home = join(await tempFolder(), 'home');
    const [inbox, keys] = [join(home, 'inbox'), join(home, 'keys')];
    onTestFinished(async () => void (await stopListener(inbox)));
    const at = `127.0.0.1:${await takePort()}`;
    const does = async (...words: readonly string[]): Promise<number> =>
      timed([...words, '--home', home], passphrase, 0);
    await does('init', '--name', 'alice', '--listen', at, '--address', at);
    expect(await openTo(home)).toEqual([]);
    await does('join', await bob.invite());
    await bob.tick();
    await does('send', 'bob', 'a phrase that alice sent');
    await bob.tick();
    expect((await bob.tries('send', 'alice', 'a phrase that bob sent')).code).toBe(0);

    // A killed client leaves the database log behind, too.
    const running = start(['sync', '--for', '1h', '--home', home], passphrase);
    await until('it runs', () => existsSync(join(keys, 'control')));
    await does('send', 'bob', 'another phrase that alice sent');
    expect(await openTo(home)).toEqual([]);
    process.kill(running.pid, 'SIGKILL');
    await running.ended;
    expect(existsSync(join(keys, 'chat.db-wal'))).toBe(true);
    expect(await openTo(home)).toEqual([]);

    const files = await everythingIn(home);
    const regular = await Promise.all(
      files.map(async (path) => ((await lstat(path)).isFile() ? [path] : [])),
    );
    const copies = await Promise.all(
      regular.flat().map(async (path) => [path, await readFile(path)] as const),
    );
    const databaseKey = await openVault(keys, passphrase);
    const database = openDatabase(join(keys, 'chat.db'), databaseKey);
    const { publicKey, privateKey } = currentIdentity(database);
    database.close();
    const secrets = {
      databaseKey,
      privateKey,
      phrase: Buffer.from('phrase that'),
      passphrase: Buffer.from(passphrase),
      publicKey: publicKey.slice(1),
    };
    expect(copies.length).toBeGreaterThan(5);
    const found = copies.flatMap(([path, bytes]) => findSecrets(bytes, secrets).map((name) => [path, name]));
    // This one is meant to be shown.
    expect(found).toEqual([[join(keys, 'identity.public.pem'), 'publicKey']]);

    const status = ['status', '--home', home];
    // How long the program takes when it tries nothing, because there is no home.
    const nothing = await timed([...status.slice(0, 2), join(home, 'none')], '', 1);
    for (const wrong of ['correct horse battery stapl', passphrase.toUpperCase(), 'x']) {
      const took = await timed(status, wrong, 77);
      if (slow) expect(took - nothing).toBeGreaterThan(150);
    }
    await does('status');
  }),
);
