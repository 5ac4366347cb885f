// nginx and Caddy as their authors made them, set up with the very blocks that docs/MANUAL.md gives: in front of somebody's listener, and in
// front of the host of a box, from which a listener collects by long poll. If they are not installed, the test says so.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { readReach } from '../../source/inbox/mailboxes.ts';
import { slow } from '../attack/adapter.ts';
import { jsonLines, readLines, run, setUpPerson, type Person } from '../support/command-line.ts';
import { isInstalled } from '../support/is-installed.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { takePort } from '../support/ports.ts';
import { listenerProgram } from '../support/pty.ts';
import { startOn, thisMachine } from '../support/resident.ts';
import { certificate, privateKey } from '../support/reverse-proxy.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

/** A web server that was started for a test: its port, and a file with the certificate that one has to trust. */
type WebServer = { readonly port: number; readonly trust: string };

/** The block of the manual in this language. */
async function blockOf(language: string): Promise<string> {
  const manual = await readFile(new URL('../../docs/MANUAL.md', import.meta.url), 'utf8');
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'msu').exec(manual)?.[1];
  if (block === undefined) throw new Error(`the manual has no block for ${language}`);
  return block;
}

async function start(
  makeWords: (folder: string, port: number) => Promise<readonly string[]>,
): Promise<WebServer> {
  const [folder, port] = [await tempFolder(), await takePort()];
  const trust = join(folder, 'certificate.pem');
  await writeFile(trust, certificate);
  await writeFile(join(folder, 'key.pem'), privateKey);
  const server = startOn(thisMachine, await makeWords(folder, port), { HOME: folder });
  let said = '';
  server.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  await until('the web server listens', async () => {
    if (server.exitCode !== null) throw new Error(said);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket.destroy();
  });
  return { port, trust };
}

/** Starts nginx with a block of the manual, or what a test makes of it. */
function startNginx(to: number, change = (block: string): string => block): Promise<WebServer> {
  return start(async (folder, port) => {
    const block = change(await blockOf('nginx')).replace('127.0.0.1:8080', `127.0.0.1:${to}`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const file = join(folder, 'nginx.conf');
    await writeFile(
      file,
      `daemon off; pid ${folder}/pid; worker_processes 1; events {}
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      http {
        access_log off;
        ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
        server {
          listen 127.0.0.1:${port} ssl;
          ssl_certificate ${folder}/certificate.pem; ssl_certificate_key ${folder}/key.pem;
          ${block}
        }
      }`,
    );
    return ['nginx', '-p', folder, '-c', file, '-e', 'stderr'];
  });
}

function startCaddy(to: number): Promise<WebServer> {
  return start(async (folder, port) => {
    const block = (await blockOf('caddy'))
      .replace('127.0.0.1:8080', `127.0.0.1:${to}`)
      .replace('chat.example.org {', `localhost:${port} {\ntls ${folder}/certificate.pem ${folder}/key.pem`);
    const file = join(folder, 'Caddyfile');
    await writeFile(file, `{\nadmin off\nauto_https disable_redirects\n}\n${block}`);
    return ['caddy', 'run', '--adapter', 'caddyfile', '--config', file];
  });
}

async function readsAll(person: Person, name: string, texts: readonly string[]): Promise<void> {
  await until(`all has come from ${name}`, async () => {
    await person.does('sync');
    const messages = readLines(await person.does('read', name, '--json', '--peek'));
    return messages.filter(({ direction }) => direction === 'in').length >= texts.length;
  });
  const messages = readLines(await person.does('read', name, '--json', '--peek'));
  expect(messages.filter(({ direction }) => direction === 'in').map(({ text }) => text)).toEqual(texts);
}

const texts = ['one', 'two '.repeat(5000).trim(), 'three'];

/** Writes as somebody who trusts the certificate of the test. */
async function writes(from: Person, name: string, { trust }: WebServer): Promise<void> {
  for (const text of texts) {
    const words = ['send', '--home', from.home, '--wait', 'sent', name];
    const sent = await run(words, text, { NODE_EXTRA_CA_CERTS: trust });
    expect([sent.code, sent.stderr]).toEqual([0, expect.anything()]);
  }
}

/** Has the home of somebody collect through a listener that trusts the certificate of the test. */
async function collects({ home }: Person, { trust }: WebServer): Promise<void> {
  const wrapper = ['env', `NODE_EXTRA_CA_CERTS=${trust}`];
  await startListenerProcess(join(home, 'inbox'), { host: '', wrapper, program: listenerProgram });
}

/** Alice, with a box at somebody whose listener is behind a web server. */
async function boxBehind(
  startServer: (to: number) => Promise<WebServer>,
): Promise<{ readonly alice: Person; readonly web: WebServer }> {
  let web: WebServer | null = null;
  const mail = await setUpPerson('mail', {
    async address(port) {
      web = await startServer(port);
      return `https://localhost:${web.port}/chat`;
    },
  });
  if (!web) throw new Error('no web server');
  const server: WebServer = web;
  await mail.does('sync');
  const link = (await mail.does('lend')).stdout.trim();
  const alice = await setUpPerson('alice', { listen: 'none', address: () => Promise.resolve('none') });
  await collects(alice, server);
  const taken = await run(['box', link, '--home', alice.home], '', { NODE_EXTRA_CA_CERTS: server.trust });
  expect([taken.code, taken.stderr]).toEqual([0, expect.anything()]);
  return { alice, web: server };
}

describe.each([
  ['nginx', startNginx],
  ['caddy', startCaddy],
] as const)('%s', (program, startServer) => {
  const needs = isInstalled(program) ? '' : ` (needs ${program})`;

  test.skipIf(needs !== '')(`in front of a listener, as the manual says${needs}`, async () => {
    let web: WebServer | null = null;
    const alice = await setUpPerson('alice', {
      async address(port) {
        web = await startServer(port);
        return `https://localhost:${web.port}/chat`;
      },
    });
    if (!web) throw new Error('no web server');
    const server: WebServer = web;
    await alice.does('sync');
    const bob = await setUpPerson('bob');
    const link = (await alice.does('invite')).stdout.trim();
    const joined = await run(['join', link, '--home', bob.home], '', { NODE_EXTRA_CA_CERTS: server.trust });
    expect([joined.code, joined.stderr]).toEqual([0, expect.anything()]);
    await writes(bob, 'alice', server);
    await readsAll(alice, 'bob', texts);
  });

  test.skipIf(needs !== '')(`in front of the host of a box, as the manual says${needs}`, async () => {
    const { alice, web } = await boxBehind(startServer);
    const bob = await setUpPerson('bob');
    const link = (await alice.does('invite')).stdout.trim();
    expect(link).toMatch(/@https:\/\/localhost:\d+\/chat\/b\/[\w-]{22}$/u);
    const joined = await run(['join', link, '--home', bob.home], '', { NODE_EXTRA_CA_CERTS: web.trust });
    expect([joined.code, joined.stderr]).toEqual([0, expect.anything()]);
    await run(['sync', '--home', bob.home], '', { NODE_EXTRA_CA_CERTS: web.trust });
    await readsAll(alice, 'bob', []);
    for (const text of texts) await bob.does('send', 'alice', text);
    await until('the box has it all', async () => {
      await run(['sync', '--home', bob.home], '', { NODE_EXTRA_CA_CERTS: web.trust });
      return jsonLines(await bob.does('status', '--json'))[0]?.['queued'] === 0;
    });
    await readsAll(alice, 'bob', texts);
  });
});

const needsNginx = isInstalled('nginx') ? '' : ' (needs nginx)';
test.skipIf(!slow || needsNginx !== '')(
  `a collect waits its whole time behind an nginx with timeouts of 60 s (SLOW=1)${needsNginx}`,
  async () => {
    const { alice } = await boxBehind((to) =>
      startNginx(to, (block) => block.replace(/^\s*proxy_read_timeout .*\n/mu, '')),
    );
    // Somebody has to be known: a home without any slot collects nothing.
    await alice.does('invite');
    const answeredAt = async (): Promise<number> => {
      const [reached] = await readReach(join(alice.home, 'inbox'));
      expect(reached?.reason ?? '').toBe('');
      return reached?.answeredAt ?? 0;
    };
    const first = await until('the host has answered', answeredAt);
    await until('a wait is over', async () => (await answeredAt()) > first + 45_000, 240_000);
  },
);
