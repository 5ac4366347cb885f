// An `import` of one of Node's own modules reads each of its exports once, also those that load something large when they are read: that
// of node:http loads an HTTP client with its WebSocket, which takes 35 ms and 13 MB and is used by neither program. The bundles take
// these modules as `require` does, which reads nothing.

import { fileURLToPath } from 'node:url';

/** The modules whose `import` costs much more than they do, and exports of theirs that are read with a function and are used. @type {Record<string, string[]>} */
const costly = { http: ['globalAgent'], process: [], util: [] };

/** Takes the costly modules without reading their exports. @type {import('esbuild').Plugin} */
export const directBuiltins = {
  name: 'direct-builtins',
  setup(builder) {
    const filter = new RegExp(`^(?:node:)?(?:${Object.keys(costly).join('|')})$`);
    builder.onResolve({ filter }, ({ path, kind }) => {
      if (kind !== 'import-statement' && kind !== 'dynamic-import') return null;
      return { path: path.replace(/^node:/, ''), namespace: 'direct-builtin' };
    });
    builder.onLoad({ filter: /.*/, namespace: 'direct-builtin' }, ({ path }) => ({
      contents: contentsOf(path),
    }));
  },
};

/** What got names of HTTP/2 when it is loaded, and uses only where its option `http2` is on: loading node:http2 takes 15 ms. */
const noHttp2 = [
  'export const constants = {};',
  'export class Http2ServerResponse {}',
  'export default { constants };',
].join('\n');

/** Leaves HTTP/2 out of got. @type {import('esbuild').Plugin} */
export const gotWithoutHttp2 = {
  name: 'got-without-http2',
  setup(builder) {
    builder.onResolve({ filter: /^node:http2$/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]got[\\/]/.test(importer) ? { path, namespace: 'no-http2' } : null,
    );
    builder.onLoad({ filter: /.*/, namespace: 'no-http2' }, () => ({ contents: noHttp2 }));
  },
};

/** For the bundle: what got asks each body for; reading the global one loads an HTTP client. @type {{ define: Record<string, string>, inject: string[] }} */
export const noFormData = {
  define: { FormData: 'NoFormData' },
  inject: [fileURLToPath(new URL('no-form-data.mjs', import.meta.url))],
};

/** A module with the plain exports of one of Node's; an import of any other one fails the build. @param {string} name */
function contentsOf(name) {
  const own = Object.getOwnPropertyDescriptors(process.getBuiltinModule(name) ?? {});
  const plain = Object.keys(own).filter((one) => 'value' in (own[one] ?? {}) && /^[A-Za-z]\w*$/.test(one));
  const names = [...plain, ...(costly[name] ?? [])];
  return [
    `const found = process.getBuiltinModule('node:${name}');`,
    'export default found;',
    ...names.map((one) => `const own_${one} = found.${one};`),
    `export { ${names.map((one) => `own_${one} as ${one}`).join(', ')} };`,
  ].join('\n');
}
