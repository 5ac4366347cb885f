import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Spread } from './floor.ts';

/** One figure: the measured value, and the target. */
export type Row = { readonly what: string; readonly figure: string; readonly aim: string };

/** The figures of this run, except those of the comparison. */
const rows: Row[] = [];

/** Notes a figure, and prints it. */
export function note(what: string, figure: string, aim = ''): void {
  rows.push({ what, figure, aim });
  process.stdout.write(`${what.padEnd(66)} ${figure.padEnd(32)} ${aim}\n`);
}

/** Figures of several programs beside each other: by program, then by what was measured. */
export type Comparison = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The comparison of this run, if there is one. */
let compared: Comparison = {};

/** Notes the figures of several programs, and prints a row for each measure. */
export function compare(columns: Comparison): void {
  compared = columns;
  for (const [what, ...cells] of tableOf(columns))
    process.stdout.write(`${(what ?? '').padEnd(50)} ${cells.map((cell) => cell.padEnd(20)).join(' ')}\n`);
}

/** All figures of this run; a comparison's rows have one for each program. */
export function allRows(): readonly object[] {
  const [[, ...names] = [], ...measures] = tableOf(compared);
  const beside = measures.map(([what, ...cells]) => ({
    what,
    figures: Object.fromEntries(names.map((name, at) => [name, cells[at]])),
  }));
  return [...rows, ...beside];
}

function tableOf(columns: Comparison): ReadonlyArray<readonly string[]> {
  const measures = Object.keys(Object.values(columns)[0] ?? {});
  const rowOf = (what: string): readonly string[] => [
    what,
    ...Object.values(columns).map((figures) => figures[what] ?? ''),
  ];
  return [['beside its peers', ...Object.keys(columns)], ...measures.map(rowOf)];
}

/** Median and 95th percentile in words. */
export function both({ p50, p95 }: Spread): string {
  return `${p50.toFixed(1)} / ${p95.toFixed(1)} ms`;
}

/** How many times one figure is another, in words. */
export function timesOf(one: number, other: number): string {
  return `${(one / other).toFixed(1)} times`;
}

function markdown([head = [], ...body]: ReadonlyArray<readonly string[]>): string {
  const lines = [head, head.map(() => '---'), ...body];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts the figures of this run into docs/PERFORMANCE.md. */
export async function writeTable(): Promise<void> {
  const file = new URL('../docs/PERFORMANCE.md', import.meta.url);
  const text = await readFile(file, 'utf8');
  const own = markdown([
    ['what', 'p50 / p95', 'aim'],
    ...rows.map(({ what, figure, aim }) => [what, figure, aim]),
  ]);
  const beside = Object.keys(compared).length > 0 ? `\n\n${markdown(tableOf(compared))}` : '';
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? ''}, Node ${process.version}`;
  const block = `<!-- bench -->\n\nMeasured on ${machine}:\n\n${own}${beside}\n\n<!-- /bench -->`;
  await writeFile(file, text.replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, block));
}
