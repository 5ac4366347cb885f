// An `import` of one of Node's own modules reads each of its exports once, also those that load something large when they are read: that
// of node:http loads an HTTP client with its WebSocket, which takes 35 ms and 13 MB and is used by neither program; that of node:fs loads
// its promises and streams. The bundles take these modules as `require` does, which reads nothing.

import { builtinModules } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const prefix = '\0direct-builtin:';

/**
 * Takes Node's modules without reading those of their exports that are not used: those with these names, or all of them.
 * @param {readonly string[]} [names] @returns {import('rolldown').Plugin}
 */
export function directBuiltins(names = builtinModules) {
  return {
    name: 'direct-builtins',
    resolveId(path, importer = '', { kind }) {
      const name = path.replace(/^node:/, '');
      if (kind === 'require-call' || !names.includes(name)) return null;
      // One for each importer: what several share would stand in a file of its own, and would read what any of them needs.
      return `${prefix}${name}?${relative(root, importer)}`;
    },
    load: (id) => (id.startsWith(prefix) ? contentsOf(id.slice(prefix.length, id.indexOf('?'))) : null),
  };
}

/** What got names of HTTP/2 when it is loaded, and uses only where its option `http2` is on: loading node:http2 takes 15 ms. */
const noHttp2 = [
  'export const constants = {};',
  'export class Http2ServerResponse {}',
  'export default { constants };',
].join('\n');

/** Leaves HTTP/2 out of got; it stands before the other one. @type {import('rolldown').Plugin} */
export const gotWithoutHttp2 = {
  name: 'got-without-http2',
  resolveId: (path, importer) =>
    path === 'node:http2' && /[\\/]node_modules[\\/]got[\\/]/.test(importer ?? '') ? '\0no-http2' : null,
  load: (id) => (id === '\0no-http2' ? noHttp2 : null),
};

/** For the bundle: what got asks each body for; reading the global one loads an HTTP client. @type {Record<string, [string, string]>} */
export const noFormData = {
  FormData: [fileURLToPath(new URL('no-form-data.mjs', import.meta.url)), 'NoFormData'],
};

/** A module with all exports of one of Node's, of which those are read that the bundle uses. @param {string} name */
function contentsOf(name) {
  const found = process.getBuiltinModule(name) ?? {};
  const names = Object.getOwnPropertyNames(found).filter(
    (one) => /^[A-Za-z_]\w*$/.test(one) && one !== 'default',
  );
  return [
    `const found = /* @__PURE__ */ process.getBuiltinModule('node:${name}');`,
    'export default found;',
    ...names.map((one) => `const own_${one} = /* @__PURE__ */ (() => found.${one})();`),
    `export { ${names.map((one) => `own_${one} as ${one}`).join(', ')} };`,
  ].join('\n');
}
