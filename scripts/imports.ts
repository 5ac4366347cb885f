import { posix } from 'node:path';

/** One import of a file: from where, to which file of source/ or which package. */
export type Import = { readonly from: string; readonly to: string; readonly typeOnly: boolean };

/** The imports of one file, also those of types and those made while it runs; its path begins with source/. */
export function importsOf(path: string, text: string): Import[] {
  const code = withoutComments(text);
  const statement = /^[ \t]*(?:import|export)\s+(type\s)?[\w\s{},*$]*?\bfrom\s*['"]([^'"]+)['"]/gm;
  const bare = /^[ \t]*(import)\s*['"]([^'"]+)['"]/gm;
  const dynamic = /\b(import)\(\s*['"]([^'"]+)['"]\s*[,)]/g;
  return [statement, bare, dynamic].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, first = '', to = '']) => ({
      from: path,
      to: to.startsWith('.') ? posix.join(posix.dirname(path), to) : to,
      typeOnly: first.startsWith('type'),
    })),
  );
}

/** A source without its comments; keeps quoted text. */
export function withoutComments(text: string): string {
  const tokens = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\/[^\n]*|\/\*[^]*?\*\//g;
  return text.replaceAll(tokens, (token) => (token.startsWith('/') ? '' : token));
}

/** Everything that can be reached from `start`, itself included. */
export function reach(start: readonly string[], nextTo: ReadonlyMap<string, readonly Import[]>): Set<string> {
  const reached = new Set(start);
  for (const path of reached) for (const { to } of nextTo.get(path) ?? []) reached.add(to);
  return reached;
}
