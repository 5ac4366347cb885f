import type { Flow } from './flow.ts';
import type { Frames } from './frames.ts';
import type { Size } from '../model/terminal.ts';

/**
 * The output stream as the renderer gets it: its size is the view's, and it reports no resizes. So a frame always fits the size that it
 * was laid out for; told by the terminal, the renderer would first draw the old frame once more. The renderer's writes are told to
 * `frames`, and dropped while another program has the terminal or the terminal does not read.
 */
export function createInkOutput(
  stdout: NodeJS.WriteStream,
  size: () => Size,
  { frames, flow }: { readonly frames: Frames; readonly flow: Flow },
): NodeJS.WriteStream {
  const write = (...all: Parameters<NodeJS.WriteStream['write']>): boolean => {
    if (frames.isGiven() || flow.isStuck()) return skipped(all);
    const [text, ...rest] = all;
    const isFlushed = stdout.write(typeof text === 'string' ? withLongSteps(text) : text, ...rest);
    flow.wrote(isFlushed);
    frames.wrote(String(text));
    return isFlushed;
  };
  const listen = (name: string, listener: (...all: unknown[]) => void): NodeJS.WriteStream => {
    if (name !== 'resize') stdout.on(name, listener);
    return stdout;
  };
  return new Proxy(stdout, {
    get(target, key) {
      if (key === 'columns' || key === 'rows') return size()[key];
      if (key === 'write') return write;
      if (key === 'on' || key === 'addListener') return listen;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Steps over unchanged rows at once: the renderer takes one row at a time, half of what a key writes. ECMA-48 8.3.12 (CNL). */
function withLongSteps(text: string): string {
  return text.replaceAll(/(?:\u001b\[E){2,}/gu, (steps) => `\u001b[${steps.length / 3}E`);
}

function skipped(all: readonly unknown[]): true {
  const done = all.at(-1);
  if (typeof done === 'function') process.nextTick(done);
  return true;
}
