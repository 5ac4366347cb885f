// Modules of the renderer that stand in the place of Ink's own, in the bundle and in the tests: docs/decisions/0019.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Each replacement: the files of Ink that import the module (`importer`), how they name it (`path`), and the export of our file that they get
 * instead; with `original`, they get the result of calling that export with the original module.
 * @type {ReadonlyArray<{ importer: RegExp, path: RegExp, file: string, name: string, original?: string }>}
 */
const replaced = [
  {
    importer: /[\\/]ink[\\/]build[\\/]renderer\.js$/,
    path: /^\.\/output\.js$/,
    file: 'source/ui/ink/output.ts',
    name: 'Output',
  },
  {
    importer: /[\\/]ink[\\/]build[\\/][\w-]+\.js$/,
    path: /^widest-line$/,
    file: 'source/ui/ink/pieces.ts',
    name: 'widestLine',
  },
  {
    importer: /[\\/]ink[\\/]build[\\/]squash-text-nodes\.js$/,
    path: /^\.\/sanitize-ansi\.js$/,
    file: 'source/ui/ink/pieces.ts',
    name: 'onceForEach',
    original: 'node_modules/ink/build/sanitize-ansi.js',
  },
];

/** @param {string} path @param {string} importer */
function shimFor(path, importer) {
  const from = importer.split('?')[0] ?? '';
  const found = replaced.findIndex((one) => one.path.test(path) && one.importer.test(from));
  return found < 0 ? null : String(found);
}

/** @param {string} shim */
function contentsOf(shim) {
  const { file = '', name = '', original } = replaced[Number(shim)] ?? {};
  const own = JSON.stringify(`${root}${file}`);
  if (original === undefined) return `export { ${name} as default } from ${own};`;
  const kept = `import original from ${JSON.stringify(`${root}${original}`)};`;
  return `${kept}\nimport { ${name} } from ${own};\nexport default ${name}(original);`;
}

const prefix = '\0ink-shim:';

/** @param {string} path @param {string} [importer] */
function shimIdFor(path, importer) {
  const shim = importer && shimFor(path, importer);
  return shim ? prefix + shim : null;
}

/** @param {string} id */
function shimAt(id) {
  return id.startsWith(prefix) ? contentsOf(id.slice(prefix.length)) : null;
}

/** For the bundle, which fails when Ink no longer asks for one of them. @type {import('rolldown').Plugin} */
export const ownInkModules = {
  name: 'own-ink-modules',
  resolveId: (path, importer) => shimIdFor(path, importer),
  load: (id) => shimAt(id),
  buildEnd() {
    const asked = new Set(this.getModuleIds());
    const unused = replaced.filter((_, at) => !asked.has(prefix + at));
    if (unused.length === 0) return;
    this.error(`Ink does not ask for ${unused.map(({ file, name }) => `${name} of ${file}`).join(', ')}`);
  },
};

/**
 * For the bundle: the package that measures text is evaluated for the first text that needs it. In the tests, which are no faster for it, the
 * packages are as they are: ui/text/narrow.test.ts holds that both measure the same. @type {import('rolldown').Plugin}
 */
export const lateWidths = {
  name: 'late-widths',
  resolveId: (path, importer) =>
    path === 'string-width' && importer !== '\0late-widths' ? '\0late-widths' : null,
  load: (id) =>
    id === '\0late-widths'
      ? `import { isNarrow } from ${JSON.stringify(`${root}source/ui/text/narrow.ts`)};
let whole;
export default function stringWidth(text, options) {
  if (options === undefined && isNarrow(text)) return text.length;
  whole ??= require('string-width').default;
  return whole(text, options);
}`
      : null,
};

/** For the bundle: the replacement of Intl.Segmenter. @type {Record<string, [string, string]>} */
export const lateSegmenter = {
  'Intl.Segmenter': [`${root}source/ui/ink/lazy-segmenter.ts`, 'LazySegmenter'],
};

/** For the tests, which run Ink's files one by one. @type {import('vite').Plugin} */
export const ownInkModulesInTests = {
  name: 'own-ink-modules',
  enforce: 'pre',
  resolveId: (path, importer) => shimIdFor(path, importer),
  load(id) {
    // The source maps of these packages lead to files that are not published, of which every run would warn.
    if (!/[\\/]node_modules[\\/]ink(?:-testing-library)?[\\/]build[\\/].*\.js$/.test(id)) return shimAt(id);
    return readFileSync(id, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  },
};
