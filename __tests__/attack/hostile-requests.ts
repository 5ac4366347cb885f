const host = 'Host: x\r\n';
const type = 'Content-Type: application/vnd.cryptochat\r\n';
const message = `POST /message HTTP/1.1\r\n${host}`;
const manyHeaders = Array.from({ length: 300 }, (_, n) => `x${n}: 1\r\n`).join('');

/** The written bytes → the status that comes back; with a question mark the connection may also just be cut. */
export const hostileRequests: Readonly<Record<string, readonly [status: string, bytes: string | Buffer]>> = {
  // Two readers that disagree about where a request ends.
  'both lengths': ['404', `${message}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  'both lengths, identity': [
    '404',
    `${message}Content-Length: 5\r\nTransfer-Encoding: identity\r\n\r\nhello`,
  ],
  chunked: ['404', `${message}${type}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`],
  'chunked, other type': ['404', `${message}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  xchunked: ['404?', `${message}${type}Transfer-Encoding: xchunked\r\n\r\n`],
  'chunked twice': ['404', `${message}${type}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
  'a space before the colon': ['404', `${message}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
  'a tab after the colon': ['404', `${message}${type}Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n`],
  'a long chunk extension': [
    '404?',
    `${message}${type}Transfer-Encoding: chunked\r\n\r\n5;${'a'.repeat(20_000)}\r\n`,
  ],
  'a negative chunk': ['404?', `${message}${type}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n`],
  'two lengths': ['404', `${message}${type}Content-Length: 4096\r\nContent-Length: 6\r\n\r\nhello`],
  'a list of lengths': ['404', `${message}${type}Content-Length: 4096, 4096\r\n\r\nhello`],
  'a length with a plus': ['404', `${message}${type}Content-Length: +4096\r\n\r\nhello`],
  'a negative length': ['404', `${message}${type}Content-Length: -1\r\n\r\n`],
  'a hexadecimal length': ['404', `${message}${type}Content-Length: 0x1000\r\n\r\nhello`],
  'a length with a zero in front': ['404', `${message}${type}Content-Length: 04096\r\n\r\nhello`],
  'a length beyond 64 bit': ['404', `${message}${type}Content-Length: 99999999999999999999\r\n\r\n`],
  'a gigabyte': ['404', `${message}${type}Content-Length: 1073741824\r\n\r\n${'a'.repeat(70_000)}`],
  'no length': ['404', `${message}${type}\r\n`],
  'a request in the body': [
    '404',
    `${message}${type}Content-Length: 4096\r\n\r\nGET /x HTTP/1.1\r\n${host}\r\n`,
  ],
  'two requests at once': ['404?', `GET / HTTP/1.1\r\n${host}\r\nGET / HTTP/1.1\r\n${host}\r\n`],
  'a hundred requests at once': ['404?', `GET / HTTP/1.1\r\n${host}\r\n`.repeat(100)],
  // Lines and characters.
  'a folded header': ['404', `${message}X-A: b\r\n c\r\n\r\n`],
  'bare line feeds': ['404', 'GET / HTTP/1.1\nHost: x\n\n'],
  'a bare carriage return': ['404', 'GET / HTTP/1.1\r\nHost: x\rX: y\r\n\r\n'],
  'a NUL in a header': ['404', 'GET / HTTP/1.1\r\nHost: x\0y\r\n\r\n'],
  'a NUL in the path': ['404', `GET /\0 HTTP/1.1\r\n${host}\r\n`],
  'latin1 in the path': ['404', Buffer.from(`GET /\xff HTTP/1.1\r\n${host}\r\n`, 'latin1')],
  'empty lines first': ['404', `\r\n\r\n\r\nGET / HTTP/1.1\r\n${host}\r\n`],
  // Headers.
  'no host': ['404', 'GET / HTTP/1.1\r\n\r\n'],
  'two hosts': ['404', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  'names of the prototype': [
    '404',
    `${message}${type}__proto__: x\r\nconstructor: y\r\nContent-Length: 0\r\n\r\n`,
  ],
  'nothing but a prototype': ['404', `GET / HTTP/1.1\r\n__proto__: x\r\n${host}\r\n`],
  'a long header': ['404', `GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(9000)}\r\n\r\n`],
  'a long path': ['404', `GET /${'a'.repeat(60_000)} HTTP/1.1\r\n${host}\r\n`],
  'many headers': ['404', `GET / HTTP/1.1\r\n${host}${manyHeaders}\r\n`],
  'an expectation': ['404', `${message}${type}Content-Length: 4096\r\nExpect: 100-continue\r\n\r\n`],
  'another expectation': ['404', `${message}${type}Content-Length: 4096\r\nExpect: x\r\n\r\n`],
  // Protocols.
  'HTTP/0.9': ['404', 'GET /\r\n\r\n'],
  'HTTP/1.0': ['404', `POST /message HTTP/1.0\r\n${host}\r\n`],
  'HTTP/1.0 to be kept': ['404', `GET / HTTP/1.0\r\n${host}Connection: keep-alive\r\n\r\n`],
  'HTTP/9.9': ['404', `GET / HTTP/9.9\r\n${host}\r\n`],
  'HTTP/2': ['404', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  TLS: ['404', Buffer.from('16030102000100', 'hex')],
  SSH: ['404', 'SSH-2.0-x\r\n'],
  'an upgrade': ['404', `GET / HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`],
  'an upgrade of a POST': [
    '404',
    `${message}${type}Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 4096\r\n\r\n`,
  ],
  // Methods and paths.
  CONNECT: ['404', `CONNECT evil:80 HTTP/1.1\r\n${host}\r\n`],
  ...Object.fromEntries(
    ['HEAD', 'TRACE', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'BREW', 'PROPFIND', 'get'].flatMap((method) =>
      ['/', '/message', '/invite/x'].map((path): [string, [string, string]] => [
        `${method} ${path}`,
        ['404', `${method} ${path} HTTP/1.1\r\n${host}\r\n`],
      ]),
    ),
  ),
  ...Object.fromEntries(
    [
      '*',
      'http://evil/message',
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/keys',
      '/%00',
      '//message',
      '/message/',
      '/message?x',
      '/invite/../../keys/identity.public.pem',
      `/invite/${'A'.repeat(43)}`,
      '/invite/%2e%2e%2f%2e%2e%2fslots.json',
    ].map((path): [string, [string, string]] => [
      `GET ${path}`,
      ['404', `GET ${path} HTTP/1.1\r\n${host}\r\n`],
    ]),
  ),
  'a GET with a body': ['404', `GET / HTTP/1.1\r\n${host}Content-Length: 5\r\n\r\nhello`],
  // Browsers.
  'a form': [
    '404',
    `${message}Origin: http://x\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello`,
  ],
  'a preflight': ['404', `OPTIONS /message HTTP/1.1\r\n${host}Access-Control-Request-Method: POST\r\n\r\n`],
  'a fetch': ['404', `${message}Sec-Fetch-Site: cross-site\r\n${type}Content-Length: 4096\r\n\r\n`],
  'a rebound name': ['404', `POST /message HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n${type}\r\n`],
};

const refusal = /^HTTP\/1\.1 (\d{3}) [\w ]+\r\nConnection: close\r\nContent-Length: 0\r\n\r\n$/;

/** The fault in the answer to a request, as a list of one or none: it must be one bare refusal and nothing else. */
export function wrongAnswer(what: string, expected: string, answer: string): readonly string[] {
  const isCut = answer === '' && expected.endsWith('?');
  const isRight = refusal.exec(answer)?.[1] === expected.slice(0, 3);
  return isCut || isRight ? [] : [`${what}: ${JSON.stringify(answer)}, not ${expected}`];
}
