import type { TerminalSource } from '../input/read-ahead.ts';
import { asciiSigns, isAsciiIn } from '../text/ascii-signs.ts';
import { sidebarColumns, sizeOf } from '../model/terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Tty = { readonly write: (text: string) => unknown; readonly columns?: number; readonly rows?: number };

/**
 * Paints the first frame without the renderer, within milliseconds: the alternate screen with the sidebar's line, the rule and the
 * prompt where the real ones will be, without a colour: the theme is not read yet. With `stdin`, keys typed from now on are not echoed,
 * and wait; a paste is marked from here on.
 */
export function paintSkeleton(stdout: Tty, stdin?: TerminalSource, env: Environment = {}): void {
  stdin?.setRawMode?.(true);
  const { columns, rows } = sizeOf(stdout);
  const sidebar = sidebarColumns(columns);
  let frame = '\u001b[?1049h\u001b[?2004h\u001b[?7l\u001b[H\u001b[2J\u001b[1m cryptochat\u001b[22m\u001b[2m';
  if (sidebar > 0) {
    for (let row = 2; row < rows - 2; row++) frame += `\u001b[${row};${sidebar + 1}H│`;
  }
  const rule =
    sidebar > 0 ? `${'─'.repeat(sidebar)}┴${'─'.repeat(columns - sidebar - 1)}` : '─'.repeat(columns);
  frame += `\u001b[${rows - 2};1H${rule}\u001b[22m\u001b[${rows - 1};1H ❯ `;
  stdout.write(
    isAsciiIn(env) ? frame.replaceAll(/[^\u0000-\u007e]/gu, (sign) => asciiSigns[sign] ?? '?') : frame,
  );
}

/** Takes the first frame away again when the screen cannot start after all. */
export function eraseSkeleton(stdout: Tty, stdin?: TerminalSource): void {
  stdout.write('\u001b[?2004l\u001b[?7h\u001b[?1049l\u001b[?25h');
  stdin?.setRawMode?.(false);
}
