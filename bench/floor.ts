import { spawnSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';

/** Median and 95th percentile of some times in ms. */
export type Spread = { readonly p50: number; readonly p95: number };

/** Median and 95th percentile. */
export function spread(times: readonly number[]): Spread {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95) };
}

/** Times of repeated runs of `work`, in ms. */
export async function sample(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = performance.now();
    await work(index);
    times.push(performance.now() - start);
  }
  return times;
}

/** Bare node: start and end of a program that does nothing. */
export async function bareNode(): Promise<Spread> {
  return spread(await sample(10, async () => spawnSync(process.execPath, ['-e', '0'])));
}

/** A synced write of 4 KiB. */
export async function syncedWrite(folder: string): Promise<Spread> {
  const path = join(folder, 'floor');
  const file = await open(path, 'w');
  const bytes = new Uint8Array(4096);
  const times = await sample(200, async () => {
    await file.write(bytes);
    await file.sync();
  });
  await file.close();
  await rm(path);
  return spread(times);
}

/** A POST of 4 KiB over loopback with keep-alive to a server that only answers. */
export async function loopbackPost(): Promise<Spread> {
  const server = createServer((incoming, answer) => {
    incoming.resume().on('end', () => answer.writeHead(202).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const agent = new Agent({ keepAlive: true });
  const body = new Uint8Array(4096);
  const times = await sample(300, async () => {
    const post = request({ host: '127.0.0.1', port, agent, method: 'POST' });
    post.end(body);
    const [answer] = (await once(post, 'response')) as [import('node:http').IncomingMessage];
    answer.resume();
    await once(answer, 'end');
  });
  agent.destroy();
  server.close();
  return spread(times);
}
