import { createSocket } from 'node:dgram';
import { request } from 'node:http';
import type { Gateway, Mapped } from './gateway.ts';

// Port mapping by UPnP (WANIPConnection). It parses no XML: it looks for three elements with plain texts, in documents of limited
// length. It asks no machine but the router, whatever address the router names.

const group = '239.255.255.250';
const most = { bytes: 64 * 1024, datagrams: 16 };
const services = ['WANIPConnection:1', 'WANIPConnection:2', 'WANPPPConnection:1'].map(
  (name) => `urn:schemas-upnp-org:service:${name}`,
);
const [onlyForEver, conflict] = ['725', '718'];

type Service = { readonly type: string; readonly control: URL };

/** Asks a router by UPnP to map a port to this one, for `lifeS` seconds; 0 ends it. Null when it does not know UPnP, or refuses. */
export async function mapByUpnp(gateway: Gateway, port: number, lifeS: number): Promise<Mapped | null> {
  const found = await search(gateway);
  const service = found && (await describe(gateway, found.location));
  if (!found || !service) return null;
  const { own } = found;
  const call = (action: string, body: string): Promise<string | null> =>
    order({ gateway, service, action, body });
  if (lifeS === 0) {
    await call('DeletePortMapping', external(port));
    return null;
  }
  const granted = await add(call, { port, own, lifeS });
  const said = granted && (await call('GetExternalIPAddress', ''));
  if (!granted || said === null) return null;
  return { host: textOf(said, 'NewExternalIPAddress'), port, lifeS: granted.lifeS, by: 'UPnP' };
}

type Call = (action: string, body: string) => Promise<string | null>;

/** A router that only grants permanent mappings is asked for one; it is given back when the listener ends. */
async function add(
  call: Call,
  { port, own, lifeS }: { readonly port: number; readonly own: string; readonly lifeS: number },
): Promise<{ readonly lifeS: number } | null> {
  for (const lease of [lifeS, 0]) {
    const said = await call(
      'AddPortMapping',
      `${external(port)}<NewInternalPort>${port}</NewInternalPort><NewInternalClient>${own}</NewInternalClient><NewEnabled>1</NewEnabled><NewPortMappingDescription>cryptochat</NewPortMappingDescription><NewLeaseDuration>${lease}</NewLeaseDuration>`,
    );
    if (said === null || textOf(said, 'errorCode') === conflict) return null;
    if (textOf(said, 'errorCode') === '') return { lifeS };
    if (textOf(said, 'errorCode') !== onlyForEver) return null;
  }
  return null;
}

function external(port: number): string {
  return `<NewRemoteHost></NewRemoteHost><NewExternalPort>${port}</NewExternalPort><NewProtocol>TCP</NewProtocol>`;
}

/** The URL of the router's description, and our own address towards it. */
async function search({
  host,
  ssdpPort,
  patience,
  signal,
}: Gateway): Promise<{ readonly location: URL; readonly own: string } | null> {
  const socket = createSocket('udp4');
  const heard = Promise.withResolvers<URL | null>();
  const give = (): void => heard.resolve(null);
  let count = 0;
  socket.on('error', give);
  socket.on('message', (bytes, { address }) => {
    if ((count += 1) > most.datagrams) return give();
    // Ignore answers from other machines in this network.
    const location = address === host ? locationIn(bytes.subarray(0, 4096).toString('latin1'), host) : null;
    if (location) heard.resolve(location);
  });
  signal.addEventListener('abort', give, { once: true });
  const late = setTimeout(give, patience.search);
  try {
    for (const to of [group, host])
      for (const version of [1, 2]) socket.send(searchFor(version), ssdpPort, to, () => undefined);
    const location = await heard.promise;
    const own = location && (await ownAddressTo(host));
    return location && own ? { location, own } : null;
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', give);
    socket.close();
  }
}

function searchFor(version: number): string {
  return [
    'M-SEARCH * HTTP/1.1',
    `HOST: ${group}:1900`,
    'MAN: "ssdp:discover"',
    'MX: 1',
    `ST: urn:schemas-upnp-org:device:InternetGatewayDevice:${version}`,
    '',
    '',
  ].join('\r\n');
}

function locationIn(text: string, host: string): URL | null {
  return urlAt(/^location:[ \t]*([!-~]{1,500})[ \t]*\r?$/imu.exec(text)?.[1] ?? '', host);
}

/** The URL if it is on that machine, by its number; null otherwise. */
function urlAt(text: string, host: string, base?: URL): URL | null {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : null;
  return url?.protocol === 'http:' && url.hostname === host && url.username === '' ? url : null;
}

function ownAddressTo(host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.on('error', () => resolve(null));
    socket.connect(9, host, () => {
      resolve(socket.address().address);
      socket.close();
    });
  });
}

async function describe({ host, patience, signal }: Gateway, location: URL): Promise<Service | null> {
  const text = await exchange({ url: location, withinMs: patience.exchange, signal });
  for (const part of (text ?? '').split('</service>')) {
    const own = part.slice(part.lastIndexOf('<service>') + 1);
    const type = textOf(own, 'serviceType');
    const control = services.includes(type) ? urlAt(textOf(own, 'controlURL'), host, location) : null;
    if (control) return { type, control };
  }
  return null;
}

/** The text of an element without attributes; empty when it is missing, or not a plain word. */
function textOf(xml: string, name: string): string {
  const from = xml.indexOf(`<${name}>`);
  const start = from + name.length + 2;
  const end = xml.indexOf('<', start);
  const text = from < 0 || end < 0 ? '' : xml.slice(start, end).trim();
  return /^[!-%'-~]{1,500}$/u.test(text) ? text : '';
}

type Order = {
  readonly gateway: Gateway;
  readonly service: Service;
  readonly action: string;
  readonly body: string;
};

function order({ gateway, service: { type, control }, action, body }: Order): Promise<string | null> {
  const soap = `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body><u:${action} xmlns:u="${type}">${body}</u:${action}></s:Body></s:Envelope>`;
  return exchange({
    url: control,
    withinMs: gateway.patience.exchange,
    signal: gateway.signal,
    action: `"${type}#${action}"`,
    body: soap,
  });
}

type Exchange = {
  readonly url: URL;
  readonly withinMs: number;
  readonly signal: AbortSignal;
  readonly action?: string;
  readonly body?: string;
};

/**
 * Sends one request and reads at most `most.bytes` of the answer within its time; does not follow redirects. Null when no usable answer
 * came.
 */
function exchange({ url, withinMs, signal, action, body = '' }: Exchange): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let read = 0;
    const headers = action
      ? {
          'content-type': 'text/xml; charset="utf-8"',
          soapaction: action,
          'content-length': Buffer.byteLength(body),
        }
      : {};
    const within = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
    const sent = request({
      host: url.hostname,
      port: url.port === '' ? 80 : Number(url.port),
      path: `${url.pathname}${url.search}`,
      method: action ? 'POST' : 'GET',
      headers,
      agent: false,
      signal: within,
      maxHeaderSize: 8192,
    });
    const end = (text: string | null): void => {
      resolve(text);
      sent.destroy();
    };
    sent.on('error', () => resolve(null));
    sent.on('close', () => resolve(null));
    sent.on('upgrade', (_, socket) => socket.destroy());
    sent.on('response', (response) => {
      const { statusCode: status } = response;
      // A 500 carries the error code.
      if (status !== 200 && status !== 500) return end(null);
      response.on('error', () => resolve(null));
      response.on('data', (chunk: Buffer) => {
        read += chunk.length;
        if (read > most.bytes) end(null);
        else chunks.push(chunk);
      });
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    });
    sent.end(body);
  });
}
