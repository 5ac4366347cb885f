// Test routers on loopback: some that do as they are asked, and some that do as they please.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createTcp, type AddressInfo } from 'node:net';
import { createServer, type RequestListener } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { defaultGateways } from '../../source/net/gateways.ts';
import { mapPort, unmapPort, type Gateways, type Mapping } from '../../source/net/map-port.ts';
import { newNonce } from '../../source/net/nat-pmp.ts';

const loopback = '127.0.0.1';
const outside = [93, 184, 216, 34];
const nothing = { stop: new AbortController().signal };

type Router = (asked: Buffer, answer: (bytes: Uint8Array | string) => void) => void;

/** Answers UDP on loopback as `router` does; returns the port. */
async function udp(router: Router): Promise<number> {
  const socket: Socket = createSocket('udp4');
  socket.on('message', (asked, from) =>
    router(asked, (bytes) => socket.send(bytes, from.port, from.address)),
  );
  socket.bind(0, loopback);
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket.address().port;
}

/** A router on loopback answers at once, or never. */
const patience = { asks: [200, 200], search: 400, exchange: 1000 };

async function gateway(control: Router, search: Router = () => undefined): Promise<Gateways> {
  return [
    { host: loopback, port: await udp(control), ssdpPort: await udp(search), nonce: newNonce(), patience },
  ];
}

const asks = (gateways: Gateways): Promise<Mapping> => mapPort(gateways, 8080, nothing.stop);

/** A PCP answer to a question, with its differences from a valid one. */
function pcpAnswer(
  asked: Buffer,
  given: { host?: number[]; port?: number; result?: number; lifeS?: number } = {},
): Buffer {
  const bytes = Buffer.alloc(60);
  bytes.writeUInt8(2, 0);
  bytes.writeUInt8(129, 1);
  bytes.writeUInt8(given.result ?? 0, 3);
  bytes.writeUInt32BE(given.lifeS ?? 3600, 4);
  asked.copy(bytes, 24, 24, 42);
  bytes.writeUInt16BE(given.port ?? 8080, 42);
  bytes.set([255, 255, ...(given.host ?? outside)], 54);
  return bytes;
}

const pcp =
  (given: Parameters<typeof pcpAnswer>[1] = {}): Router =>
  (asked, answer) => {
    if (asked.readUInt8(0) === 2) answer(pcpAnswer(asked, given));
  };

/** A router that knows NAT-PMP alone. */
const pmp =
  (host = outside, port = 9090): Router =>
  (asked, answer) => {
    const head = Buffer.alloc(8);
    head.writeUInt8(asked.readUInt8(1) | 128, 1);
    if (asked.readUInt8(0) === 2) {
      head.writeUInt16BE(1, 2);
      answer(head);
    } else if (asked.readUInt8(1) === 0) answer(Buffer.concat([head, Buffer.from(host)]));
    else {
      const tail = Buffer.alloc(8);
      tail.writeUInt16BE(asked.readUInt16BE(4), 0);
      tail.writeUInt16BE(port, 2);
      tail.writeUInt32BE(3600, 4);
      answer(Buffer.concat([head, tail]));
    }
  };

test('maps a port by PCP', async () => {
  expect(await asks(await gateway(pcp()))).toMatchObject({
    kind: 'mapped',
    place: '93.184.216.34:8080',
    lifeS: 3600,
    by: 'PCP',
  });
});

test('maps a port by NAT-PMP, where PCP is unknown; the router chooses another one', async () => {
  expect(await asks(await gateway(pmp()))).toMatchObject({
    kind: 'mapped',
    place: '93.184.216.34:9090',
    lifeS: 3600,
    by: 'NAT-PMP',
  });
});

const lies: ReadonlyArray<readonly [string, Router, RegExp]> = [
  ['10.0.0.7', pcp({ host: [10, 0, 0, 7] }), /no public address \(10\.0\.0\.7\)/u],
  ['an address of a provider', pmp([100, 64, 3, 4]), /no public address/u],
  ['0.0.0.0', pcp({ host: [0, 0, 0, 0] }), /no public address/u],
  ['an address of DS-Lite', pcp({ host: [192, 0, 0, 2] }), /no public address/u],
  ['an address of an example', pcp({ host: [203, 0, 113, 7] }), /no public address/u],
  ['an address of a measurement', pcp({ host: [198, 19, 1, 1] }), /no public address/u],
  ['a multicast address', pcp({ host: [224, 0, 0, 1] }), /no public address/u],
  ['loopback', pmp([127, 0, 0, 1]), /no public address/u],
  ['port 0', pcp({ port: 0 }), /malformed answer/u],
  ['that it ends at once', pcp({ lifeS: 0 }), /malformed answer/u],
  ['a refusal', pcp({ result: 2 }), /does not forward ports/u],
  [
    'an answer to another question',
    (_, answer) => answer(pcpAnswer(Buffer.alloc(60), {})),
    /does not forward ports/u,
  ],
  [
    'a cut answer',
    (asked, answer) => asked.length > 2 && answer(pcpAnswer(asked).subarray(0, 30)),
    /does not forward ports/u,
  ],
  ['an empty answer', (_, answer) => answer(''), /does not forward ports/u],
  [
    'noise without end',
    (_, answer) => {
      for (let at = 0; at < 200; at += 1) answer(Buffer.alloc(1100, at));
    },
    /does not forward ports/u,
  ],
];

test.each(lies)('a router that says %s gives no place', async (_, router, why) => {
  expect(await asks(await gateway(router))).toMatchObject({
    kind: 'failed',
    reason: expect.stringMatching(why) as string,
  });
});

test('does not believe a neighbour who turns PCP down in place of the router', async () => {
  const router: Router = (asked, answer) => {
    if (asked.readUInt8(0) !== 2) return;
    // A neighbour is faster: as a router without PCP, and as one that refuses.
    answer(Buffer.from([0, 128, 0, 1, 0, 0, 0, 0]));
    const refusal = pcpAnswer(asked, { result: 2 });
    refusal.fill(7, 24, 36);
    answer(refusal);
    answer(pcpAnswer(asked));
  };
  expect(await asks(await gateway(router))).toMatchObject({ kind: 'mapped', by: 'PCP' });
});

test('cuts a promise for years', async () => {
  expect(await asks(await gateway(pcp({ lifeS: 0xffff_ffff })))).toMatchObject({ lifeS: 7200 });
});

/** A router that knows UPnP alone, and describes itself at a web server. */
async function upnp(
  serve: RequestListener,
  given: { location?: (port: number) => string; copies?: number } = {},
): Promise<Gateways> {
  const server = createServer(serve).listen(0, loopback);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const location = given.location?.(port) ?? `http://${loopback}:${port}/root.xml`;
  const said = `HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: ${location}\r\n\r\n`;
  return gateway(
    () => undefined,
    (_, answer) => {
      for (let at = 0; at < (given.copies ?? 1); at += 1) answer(said);
    },
  );
}

const type = 'urn:schemas-upnp-org:service:WANIPConnection:1';
const root = (control = '/control'): string =>
  `<root><service><serviceType>other</serviceType><controlURL>/x</controlURL></service><service><serviceType>${type}</serviceType><controlURL>${control}</controlURL></service></root>`;

/** Does as it is asked; `host` is what it says of itself. */
const good =
  (asked: string[], host = '93.184.216.34'): RequestListener =>
  (request, response) => {
    const action = /#(\w+)"/u.exec(String(request.headers['soapaction']))?.[1] ?? 'describe';
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      asked.push(`${action} ${/<NewInternalClient>([^<]*)/u.exec(body)?.[1] ?? ''}`.trim());
      if (action === 'describe') response.end(root());
      else response.end(`<s:Body><NewExternalIPAddress>${host}</NewExternalIPAddress></s:Body>`);
    });
  };

test('maps a port by UPnP, and gives it back', async () => {
  const asked: string[] = [];
  const gateways = await upnp(good(asked));
  expect(await asks(gateways)).toMatchObject({
    kind: 'mapped',
    place: '93.184.216.34:8080',
    lifeS: 7200,
    by: 'UPnP',
  });
  expect(asked).toEqual(['describe', `AddPortMapping ${loopback}`, 'GetExternalIPAddress']);
  const [router] = gateways;
  await unmapPort([{ gateway: router!, by: 'UPnP' }], 8080, AbortSignal.timeout(5000));
  expect(asked.at(-1)).toBe('DeletePortMapping');
});

const bomb = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 20 }, (_, at) => `<!ENTITY b${at} "&a;&a;&a;&a;&a;&a;">`).join('')}]>`;

const hostile: ReadonlyArray<readonly [string, RequestListener]> = [
  [
    'redirects to elsewhere',
    (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  ],
  [
    'has a body without end',
    (_, response) => void setInterval(() => response.write('x'.repeat(60_000)), 1).unref(),
  ],
  ['has a body that drips', (_, response) => void setInterval(() => response.write('<'), 100).unref()],
  ['never answers', () => undefined],
  ['has an entity bomb', (_, response) => response.end(`${bomb}${root('&b19;')}`)],
  ['has many unclosed elements', (_, response) => response.end('<service>'.repeat(7000))],
  ['names a control URL on another machine', (_, response) => response.end(root('http://192.0.2.7/control'))],
  [
    'names a control URL that is not a web address',
    (_, response) => response.end(root('file:///etc/passwd')),
  ],
  ['hangs up', (request) => void request.socket.destroy()],
  [
    'answers with interim answers without end',
    (request) => void setInterval(() => request.socket.write('HTTP/1.1 100 x\r\n\r\n'), 5).unref(),
  ],
  ['says that its address is a name', good([], 'router.example.org')],
  ['says that its address is 10.0.0.1', good([], '10.0.0.1')],
  ['says markup for its address', good([], '<b>93.184.216.34</b>')],
];

test.each(hostile)('a router whose web server %s gives no place, in time', async (_, serve) => {
  const before = performance.now();
  expect(await asks(await upnp(serve))).toMatchObject({ kind: 'failed' });
  expect(performance.now() - before).toBeLessThan(30_000);
});

test.each([
  ['another machine', () => 'http://192.0.2.7/root.xml'],
  ['a name', () => 'http://localhost/root.xml'],
  ['a file', () => 'file:///etc/passwd'],
  ['TLS', () => 'https://127.0.0.1/root.xml'],
])('does not ask a router that describes itself at %s', async (_, location) => {
  const asked: string[] = [];
  expect(await asks(await upnp(good(asked), { location }))).toMatchObject({ kind: 'failed' });
  expect(asked).toEqual([]);
});

test('stops listening to endless answers to the search', async () => {
  const gateways = await upnp(good([]), { copies: 1000, location: () => 'http://192.0.2.7/' });
  expect(await asks(gateways)).toMatchObject({ kind: 'failed' });
});

test('leaves a router alone that says nothing at all', async () => {
  const server = createTcp().listen(0, loopback);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  expect(await asks(await gateway(() => undefined))).toMatchObject({ kind: 'failed' });
});

test('a machine without a router has no place', async () => {
  expect(await asks([])).toMatchObject({ kind: 'failed', reason: 'no router was found' });
});

test('reads the default routes of Linux', () => {
  const lines = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt',
    'eth0\t00000000\t010200C0\t0003\t0',
    'eth0\t000200C0\t00000000\t0001\t0',
    'tun0\t00000000\t00000000\t0001\t0',
    'bad\t00000000\tnonsense',
  ];
  expect(defaultGateways(lines.join('\n'))).toEqual(['192.0.2.1']);
});
