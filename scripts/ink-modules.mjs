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

/** For the bundle, which fails when Ink no longer asks for one of them. @type {import('esbuild').Plugin} */
export const ownInkModules = {
  name: 'own-ink-modules',
  setup(builder) {
    /** @type {Set<string>} */
    const asked = new Set();
    builder.onEnd(() => {
      const unused = replaced
        .filter((_, at) => !asked.has(String(at)))
        .map(({ file, name }) => `${name} of ${file}`);
      return unused.length === 0 ? {} : { errors: [{ text: `Ink does not ask for ${unused.join(', ')}` }] };
    });
    builder.onResolve(
      { filter: /^(?:\.\/output\.js|\.\/sanitize-ansi\.js|widest-line)$/ },
      ({ path, importer }) => {
        const shim = shimFor(path, importer);
        if (shim === null) return null;
        asked.add(shim);
        return { path: shim, namespace: 'ink-shim' };
      },
    );
    builder.onLoad({ filter: /.*/, namespace: 'ink-shim' }, ({ path }) => ({
      contents: contentsOf(path),
      resolveDir: root,
    }));
  },
};

/**
 * For the bundle: the package that measures text is evaluated for the first text that needs it. In the tests, which are no faster for it, the
 * packages are as they are: ui/text/narrow.test.ts holds that both measure the same. @type {import('esbuild').Plugin}
 */
export const lateWidths = {
  name: 'late-widths',
  setup(builder) {
    builder.onResolve({ filter: /^string-width$/ }, ({ importer, namespace }) =>
      namespace === 'late-widths' || importer === ''
        ? null
        : { path: 'string-width', namespace: 'late-widths' },
    );
    builder.onLoad({ filter: /.*/, namespace: 'late-widths' }, () => ({
      contents: `import { isNarrow } from ${JSON.stringify(`${root}source/ui/text/narrow.ts`)};
let whole;
export default function stringWidth(text, options) {
  if (options === undefined && isNarrow(text)) return text.length;
  whole ??= require('string-width').default;
  return whole(text, options);
}`,
      resolveDir: root,
    }));
  },
};

/** For the bundle: the replacement of Intl.Segmenter. @type {{ define: Record<string, string>, inject: string[] }} */
export const lateSegmenter = {
  define: { 'Intl.Segmenter': 'LazySegmenter' },
  inject: [`${root}source/ui/ink/lazy-segmenter.ts`],
};

const prefix = '\0ink-shim:';

/** For the tests, which run Ink's files one by one. @type {import('vite').Plugin} */
export const ownInkModulesInTests = {
  name: 'own-ink-modules',
  enforce: 'pre',
  resolveId(path, importer) {
    const shim = importer && shimFor(path, importer);
    return shim ? prefix + shim : null;
  },
  load(id) {
    if (id.startsWith(prefix)) return contentsOf(id.slice(prefix.length));
    // The source maps of these packages lead to files that are not published, of which every run would warn.
    if (!/[\\/]node_modules[\\/]ink(?:-testing-library)?[\\/]build[\\/].*\.js$/.test(id)) return null;
    return readFileSync(id, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  },
};
