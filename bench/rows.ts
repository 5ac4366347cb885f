import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Spread } from './floor.ts';

/** One figure: the measured value, and the target. */
export type Row = { readonly what: string; readonly figure: string; readonly aim: string };

/** All figures of this run. */
export const rows: Row[] = [];

/** Notes a figure, and prints it. */
export function note(what: string, figure: string, aim = ''): void {
  rows.push({ what, figure, aim });
  process.stdout.write(`${what.padEnd(66)} ${figure.padEnd(32)} ${aim}\n`);
}

/** Median and 95th percentile in words. */
export function both({ p50, p95 }: Spread): string {
  return `${p50.toFixed(1)} / ${p95.toFixed(1)} ms`;
}

/** How many times one figure is another, in words. */
export function timesOf(one: number, other: number): string {
  return `${(one / other).toFixed(1)} times`;
}

/** Puts the figures of this run into docs/PERFORMANCE.md. */
export async function writeTable(): Promise<void> {
  const file = new URL('../docs/PERFORMANCE.md', import.meta.url);
  const text = await readFile(file, 'utf8');
  const table = [
    '| what | p50 / p95 | aim |',
    '|---|---|---|',
    ...rows.map((row) => `| ${row.what} | ${row.figure} | ${row.aim} |`),
  ];
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? ''}, Node ${process.version}`;
  const block = `<!-- bench -->\n\nMeasured on ${machine}:\n\n${table.join('\n')}\n\n<!-- /bench -->`;
  await writeFile(file, text.replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, block));
}
