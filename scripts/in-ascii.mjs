// If a source has a single character outside Latin-1, V8 stores all of its characters in two bytes each. That doubles the memory and slows
// down reading, so the bundle has an escape in place of each character outside ASCII.

import { parseSync, Visitor } from 'rolldown/utils';

const wide = /[^\0-\x7f]/;

/**
 * The same code in ASCII. Throws Error where an escape would mean something else: behind a backslash, in a template whose tag may look at
 * the source (any but those in `cooked`), and outside of strings, templates, regular expressions, names and comments.
 * @param {string} code a module @param {readonly string[]} [cooked] names of tags that take the text only
 */
export function inAscii(code, cooked = []) {
  if (!wide.test(code)) return code;
  if (/\\[^\0-\x7f]/.test(code)) throw new Error('a backslash before a character outside ASCII');
  const raw = rawTemplates(code, cooked).find((text) => wide.test(text));
  if (raw !== undefined) throw new Error(`a template whose source may be read has more than ASCII: ${raw}`);
  const ascii = code.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const [error] = parseSync('bundle.mjs', ascii).errors;
  if (error) throw new Error(`not a module with escapes: ${error.message}`);
  return ascii;
}

/** The templates with a tag that may look at their source. @param {string} code @param {readonly string[]} cooked */
function rawTemplates(code, cooked) {
  /** @type {string[]} */
  const found = [];
  new Visitor({
    TaggedTemplateExpression({ tag, quasi }) {
      const isCooked = tag.type === 'Identifier' && cooked.includes(tag.name);
      if (!isCooked) found.push(...quasi.quasis.map(({ value }) => value.raw));
    },
  }).visit(parseSync('bundle.mjs', code).program);
  return found;
}
