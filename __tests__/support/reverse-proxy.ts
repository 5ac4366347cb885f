import { once } from 'node:events';
import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** A certificate for localhost and chat.example.org that nobody trusts by default, good until 2126; its key protects nothing. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBvTCCAWOgAwIBAgIURv27bx3wCWjo7HVWeL0b+7b5X8gwCgYIKoZIzj0EAwIw
HzEdMBsGA1UEAwwUYSB0ZXN0IG9mIGNyeXB0b2NoYXQwIBcNMjYxMTI5MTk0NDEx
WhgPMjEyNjExMDUxOTQ0MTFaMB8xHTAbBgNVBAMMFGEgdGVzdCBvZiBjcnlwdG9j
aGF0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEI46f/QTIXB12CMpDYXjzG6Vz
rLKdzd2atQyinsyo80mMFWZSUnsU0tSlTbjf82wHxiSAXnxc/7zYGdJ3kZtsbqN7
MHkwHQYDVR0OBBYEFEMjDZYodh/bSQG5+bSpI5irrdKCMB8GA1UdIwQYMBaAFEMj
DZYodh/bSQG5+bSpI5irrdKCMCYGA1UdEQQfMB2CCWxvY2FsaG9zdIIQY2hhdC5l
eGFtcGxlLm9yZzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCh
EfWc3CYnznrlyVxSuTSbklZi+grWgaJY2U9carEbLQIgDFB7EhGu0wMVhVR+Jcy2
X2xlj3Xt9pu4LCqn5HPXE38=
-----END CERTIFICATE-----
`;

/** Its key. */
export const privateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoQMPbAItt82sxSSd
fsiNmBQsfhDiP9eDA8CFxZCiYEqhRANCAAQjjp/9BMhcHXYIykNhePMbpXOssp3N
3Zq1DKKezKjzSYwVZlJSexTS1KVNuN/zbAfGJIBefFz/vNgZ0neRm2xu
-----END PRIVATE KEY-----
`;

/** A reverse proxy on loopback that speaks TLS. */
export type ReverseProxy = {
  readonly port: number;
  /** The request lines of all requests so far. */
  readonly asked: readonly string[];
  /** Lets nobody in any more, and cuts whoever is. */
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
};

/** Starts one that passes all below `/word` on to a port of this machine, with the word or without it, as proxies differ. */
export async function startReverseProxy(
  to: number,
  { word = '', strips = true }: { readonly word?: string; readonly strips?: boolean } = {},
): Promise<ReverseProxy> {
  const agent = new Agent({ keepAlive: true });
  const asked: string[] = [];
  const pass = async (asks: IncomingMessage, answers: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = asks;
    asked.push(`${method} ${url}`);
    if (!url.startsWith(`${word}/`)) return void answers.writeHead(404).end('<html>not here</html>');
    const path = strips ? url.slice(word.length) : url;
    const onwards = request({ host: '127.0.0.1', port: to, method, path, headers, agent });
    asks.pipe(onwards);
    const [answer] = (await once(onwards, 'response')) as [IncomingMessage];
    answers.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, answers);
  };
  const server = createServer({ cert: certificate, key: privateKey }, (asks, answers) => {
    pass(asks, answers).catch(() => answers.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async (): Promise<void> => {
    agent.destroy();
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, asked, close, [Symbol.asyncDispose]: close };
}
