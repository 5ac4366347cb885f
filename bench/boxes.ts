import { createServer, connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { prepareInbox } from '../source/inbox/maildir.ts';
import { writeVouchers } from '../source/inbox/vouchers.ts';
import { listenerArguments } from '../source/session/home/start-listener.ts';
import { newOwner, newVoucher, slotAt, tableFor, type BoxOwner } from '../__tests__/support/box-owner.ts';
import { takePort } from '../__tests__/support/ports.ts';
import { listenerProgram } from '../__tests__/support/pty.ts';
import { ask, newSlot, signedHeaders } from '../__tests__/support/signed-post.ts';
import { until } from '../__tests__/support/until.ts';
import { spread } from './floor.ts';
import { command, residentMb, type Pair } from './pair.ts';
import { both, note } from './rows.ts';
import { settleMs, talkAtPace } from './screens.ts';

/** A line on loopback that counts the bytes on it, both ways. */
async function countedLine(to: number): Promise<{ readonly port: number; readonly bytes: () => number }> {
  let bytes = 0;
  const server = createServer((client) => {
    const onwards = connect(to, '127.0.0.1');
    for (const [from, into] of [
      [client, onwards],
      [onwards, client],
    ] as const) {
      from.on('data', (chunk: Buffer) => (bytes += chunk.length));
      from.on('error', () => into.destroy());
      from.on('close', () => into.destroy());
      from.pipe(into);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.unref();
  return { port, bytes: () => bytes };
}

/** A home that knows alice and whose mail comes to a box at a host on loopback, and the bytes on the line to that host so far. */
export type Boxed = { readonly home: string; readonly bytes: () => number };

/** Makes such a home. Only a counted line goes through this process, which costs a message time. */
export async function makeBoxed(
  { folder, alice, others }: Pair,
  name: string,
  isCounted: boolean,
): Promise<Boxed> {
  const [mail, home] = [join(folder, `${name}-mail`), join(folder, name)];
  others.push(mail, home);
  const hostPort = await takePort();
  const line = isCounted ? await countedLine(hostPort) : { port: hostPort, bytes: () => 0 };
  const listen = ['--listen', `127.0.0.1:${hostPort}`, '--address', `127.0.0.1:${line.port}`];
  const none = ['--listen', 'none', '--address', 'none'];
  await command(mail, 'init', '--name', 'mail', ...listen, '--no-passphrase');
  await command(mail, 'sync', '--for', '300ms');
  await command(home, 'init', '--name', name, ...none, '--no-passphrase');
  await command(home, 'box', await command(mail, 'lend'));
  await command(alice, 'join', await command(home, 'invite'));
  for (const one of [home, alice, home, alice]) await command(one, 'sync');
  return { home, bytes: line.bytes };
}

/** Measures the cost of a box for a message through it. */
export async function measureBox(pair: Pair): Promise<void> {
  const { home: carol } = await makeBoxed(pair, 'carol', false);
  const straight = await talkAtPace(pair.alice, pair.bob, 'bob');
  note('Enter in A → drawn on B’s screen, straight', both(spread(straight)));
  const through = await talkAtPace(pair.alice, carol, 'carol');
  note('Enter in A → drawn on B’s screen, through a box', both(spread(through)));
  const more = spread(through).p50 - spread(straight).p50;
  note('… more than straight (p50)', `${more.toFixed(1)} ms`, '20 ms');
}

const [boxes, lanes, posts] = [1000, 8, 100];

/** A host with a thousand boxes, whose owners all wait. */
export async function measureHost(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ccb-'));
  const inbox = join(folder, 'inbox');
  await prepareInbox(inbox);
  const voucher = newVoucher({ boxes, bytes: 16 * 1024 * 1024 });
  await writeVouchers(inbox, [voucher]);
  const plan = { inbox, host: '127.0.0.1', port: 0, program: listenerProgram };
  const host = spawn(process.execPath, await listenerArguments(plan), {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface(host.stdout), 'line')) as [string];
    const { port } = (JSON.parse(line) as { listening: { port: number } }).listening;
    const pid = host.pid ?? 0;
    note('resident memory of a host without boxes', `${await residentMb(pid)} MB`);
    const owners = Array.from({ length: boxes }, () => newOwner(voucher));
    const slot = newSlot();
    // Only those who get mail need a table.
    const getsMail = new Set(Array.from({ length: posts }, (_, n) => (n * 7919) % boxes));
    // Some at a time: one after the other, most of the time nobody computes.
    const settle = async (lane: number): Promise<void> => {
      for (let at = lane; at < boxes; at += lanes) {
        const owner = owners[at];
        await owner?.claim(port);
        if (owner && getsMail.has(at)) await owner.put(port, tableFor(owner, [slot]));
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, lane) => settle(lane)));
    note(`resident memory of a host with ${boxes} boxes`, `${await residentMb(pid)} MB`);
    const came = new Map<BoxOwner, () => void>();
    let refused = 0;
    const wait = async (owner: BoxOwner): Promise<void> => {
      let stored: string[] = [];
      for (;;) {
        const { status, batch } = await owner.collect(port, stored).catch(() => ({ status: 0, batch: null }));
        if (host.exitCode !== null || host.signalCode !== null || status === 0) return;
        if (status === 429) return void (refused += 1);
        stored = batch?.files.map(({ name }) => name) ?? [];
        if (stored.length > 0) came.get(owner)?.();
      }
    };
    for (const owner of owners) {
      void wait(owner);
      await pause(2);
    }
    await pause(settleMs);
    const waiting = boxes - refused;
    note(
      `resident memory of a host with ${waiting} owners who wait`,
      `${await residentMb(pid)} MB`,
      '150 MB',
    );
    const times: number[] = [];
    for (let n = 0; n < posts; n += 1) {
      const owner = owners[(n * 7919) % boxes];
      if (!owner) continue;
      const body = randomBytes(4096);
      const headers = signedHeaders(slotAt(owner, slot), body);
      const there = new Promise<void>((resolve) => came.set(owner, resolve));
      const start = performance.now();
      await ask({ port, method: 'POST', path: `/b/${owner.box}/message`, headers, body });
      await there;
      times.push(performance.now() - start);
      await pause(20);
    }
    note('POST into a box → its owner has it, who is one of them', both(spread(times)), '20 ms');
    note('resident memory of that host afterwards', `${await residentMb(pid)} MB`, '150 MB');
  } finally {
    host.kill('SIGKILL');
    await until('the host is gone', () => host.exitCode !== null || host.signalCode !== null);
    await rm(folder, { recursive: true, force: true });
  }
}
