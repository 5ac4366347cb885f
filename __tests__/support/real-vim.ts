import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Keys pressed on a text with the cursor at a UTF-16 offset; each of its commands by the characters that a terminal sends. */
export type VimCase = { readonly text: string; readonly cursor: number; readonly keys: readonly string[] };

/** The result of vim for a case: the text, and the offset of its cursor in normal mode. */
export type VimAnswer = { readonly text: string; readonly cursor: number };

/** Marks the cursor in what vim writes; no case contains it. */
const mark = '\u0001';
/** Ends a step of undo, as a pause of the person who types does; vim reads a script without one. */
const sync = ':set ul=1000\r';
const options =
  'encoding=utf-8 fileencoding=utf-8 noswapfile hidden nomore nojoinspaces notimeout ttimeoutlen=0';

/** Has one real vim, without anybody's settings, press the keys of each case; the register `"` holds `Q` before. */
export function askVim(cases: readonly VimCase[]): readonly VimAnswer[] {
  const folder = mkdtempSync(join(tmpdir(), 'vim-'));
  try {
    let script = `:set ${options}\r:e! ${join(folder, 'register')}\r:s/^.*$/Q/\r0yl`;
    for (const [at, { text, cursor, keys }] of cases.entries()) {
      writeFileSync(join(folder, `in${at}`), `${text}\n`);
      const byte = Buffer.byteLength(text.slice(0, cursor)) + 1;
      script += `:b ${join(folder, 'register')}\r0rQfQ0yl:e! ${join(folder, `in${at}`)}\r${byte}go${keys.join(sync)}`;
      script += `\u001b\u001bi\u0016${mark}\u001b:w! ${join(folder, `out${at}`)}\r`;
    }
    writeFileSync(join(folder, 'script'), `${script}:qa!\r`);
    writeFileSync(join(folder, 'register'), 'Q\n');
    const flags = ['-N', '-u', 'NONE', '-i', 'NONE', '-n', '--not-a-term', '-T', 'dumb'];
    const ran = spawnSync('vim', [...flags, '-s', join(folder, 'script')], {
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'ignore', 'ignore'],
      timeout: 120_000,
    });
    if (ran.error) throw ran.error;
    return cases.map((_one, at) => answerIn(readFileSync(join(folder, `out${at}`), 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function answerIn(written: string): VimAnswer {
  const text = written.replace(/\n$/u, '');
  const cursor = text.indexOf(mark);
  return { text: text.replace(mark, ''), cursor };
}
