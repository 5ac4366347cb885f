import { Agent, globalAgent, type ClientRequestArgs } from 'node:http';
import { Agent as SecureAgent, globalAgent as secureAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { CreateConnectionFunction } from 'got';
import type { Address } from '../core/address.ts';
import type { ProxyServer } from '../core/proxy.ts';
import { openTunnel } from '../net/tunnel.ts';

type Agents = { readonly http: Agent; readonly https: SecureAgent };

/** The options that make got reach one destination through a proxy, over http or https. */
export type Way = { readonly agent: Agents; readonly createConnection: CreateConnectionFunction };

/** One exchange through a proxy: its destination, the time that a new connection may take, and the signal that stops it. */
type Trip = {
  readonly proxy: ProxyServer;
  readonly to: Address;
  readonly withinMs: number;
  readonly signal?: AbortSignal | undefined;
};

/** Routes an exchange through a proxy. A kept socket is reused only for the same destination through the same proxy. */
export function throughProxy(trip: Trip): Way {
  return {
    agent: agentsOf(trip.proxy),
    createConnection: (_, made) => void connectThrough(trip, made),
  };
}

/** An error has the code ERR_PROXY, and a message for a person. */
async function connectThrough(trip: Trip, made: Parameters<CreateConnectionFunction>[1]): Promise<void> {
  const opened = await openTunnel(trip);
  if (opened.kind === 'open') made(null, opened.socket);
  else made(Object.assign(new Error(opened.reason), { code: 'ERR_PROXY' }));
}

const known = new Map<string, Agents>();

function agentsOf(proxy: ProxyServer): Agents {
  const key = JSON.stringify(proxy);
  const agents = known.get(key) ?? createAgents();
  known.set(key, agents);
  return agents;
}

/** Ends every connection of this program to a contact, direct or through a proxy. */
export function dropSockets(): void {
  globalAgent.destroy();
  secureAgent.destroy();
  for (const { http, https } of known.values()) {
    http.destroy();
    https.destroy();
  }
}

/** Sockets are kept as by Node's own agents. */
const keeping = { keepAlive: true, scheduling: 'lifo', timeout: 5000 } as const;

/** Agents that leave every new connection to the `createConnection` of the request: they have no other way to connect. */
function createAgents(): Agents {
  const http = Object.assign(new Agent(keeping), { createConnection: connectAsAsked });
  const https = Object.assign(new SecureAgent(keeping), { createConnection: connectSecurely });
  return { http, https };
}

/** The callback of Node's agents; the socket is undefined with an error. */
type Made = (error: Error | null, socket: Duplex) => void;

function connectAsAsked({ createConnection }: ClientRequestArgs, made: Made): undefined {
  if (!createConnection) throw new TypeError('a request without a way');
  createConnection({}, made);
}

/** TLS inside the tunnel; the certificate is checked against the name of the destination, as always. */
function connectSecurely(options: ClientRequestArgs, made: Made): undefined {
  connectAsAsked(options, (error, socket) => {
    if (error) made(error, socket);
    else made(null, connectTls({ ...(options as ConnectionOptions), socket }));
  });
}
