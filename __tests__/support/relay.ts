import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A router on the way to a port of loopback. */
export type Relay = {
  readonly port: number;
  /** Passes nothing on any more in the connections that are there, and does not end them; new ones work. */
  readonly forget: () => void;
  /** Ends a connection when nothing went through it for so long. */
  readonly cutAfter: (ms: number) => void;
  /** How many connections were cut. */
  readonly cuts: () => number;
};

type Flow = { readonly ends: readonly [Socket, Socket]; isForgotten: boolean };

/** Starts a relay to a port of loopback; closed when the test is over. */
export async function startRelay(to: number): Promise<Relay> {
  const flows = new Set<Flow>();
  let idleMs = 0;
  let cuts = 0;
  const server = createServer((socket) => {
    const flow: Flow = { ends: [socket, connect(to, '127.0.0.1')], isForgotten: false };
    flows.add(flow);
    let late: NodeJS.Timeout | undefined;
    const rest = (): void => {
      clearTimeout(late);
      if (idleMs === 0) return;
      late = setTimeout(() => {
        cuts += 1;
        for (const end of flow.ends) end.destroy();
      }, idleMs);
    };
    for (const [from, other] of [flow.ends, flow.ends.toReversed()] as Array<[Socket, Socket]>) {
      from.on('error', () => undefined);
      from.on('data', (data) => {
        if (flow.isForgotten) return;
        other.write(data);
        rest();
      });
      from.on('close', () => {
        clearTimeout(late);
        if (flow.isForgotten) return;
        other.destroy();
        flows.delete(flow);
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const { ends } of flows) for (const end of ends) end.destroy();
  });
  return {
    port: (server.address() as AddressInfo).port,
    forget() {
      for (const flow of flows) flow.isForgotten = true;
    },
    cutAfter: (ms) => void (idleMs = ms),
    cuts: () => cuts,
  };
}
