import { readFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** The most that a test file may take, in ms: far more than the longest one does on a busy machine. */
const mostMs = Number(process.env['HUNG_AFTER_MS'] ?? 20 * 60_000);

/**
 * A reporter that ends each test file that takes too long, because Vitest's own deadlines wait for an event loop that may stand still: it
 * names the file with its tests that were not over, and kills its worker, which fails that file only. Workers are found on Linux; elsewhere
 * the file is only named. With SLOW=1 a file may take any time.
 */
export default class EndHung implements Reporter {
  readonly #running = new Map<string, { readonly since: number; readonly module: TestModule }>();

  onInit(): void {
    if (process.env['SLOW'] !== '1') setInterval(() => this.#look(), mostMs / 20).unref();
  }

  onTestModuleQueued(module: TestModule): void {
    this.#running.set(module.id, { since: Date.now(), module });
  }

  onTestModuleCollected(module: TestModule): void {
    const { since = Date.now() } = this.#running.get(module.id) ?? {};
    this.#running.set(module.id, { since, module });
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module.id);
  }

  #look(): void {
    for (const [id, { since, module }] of this.#running) {
      if (Date.now() - since < mostMs) continue;
      this.#running.delete(id);
      process.stderr.write(`\n${sentenceFor(module)}\n`);
      for (const pid of workersSince(since)) kill(pid);
    }
  }
}

function sentenceFor(module: TestModule): string {
  const tests = [...module.children.allTests()].filter((test) => test.result().state === 'pending');
  const names = tests.map(({ fullName }) => `"${fullName}"`).join(', ') || 'its import';
  return `${module.relativeModuleId} has taken more than ${mostMs / 60_000} minutes and is ended; not over: ${names}`;
}

/** The children of this process that began before `since`, ms since 1970; each test file has its own worker. */
function workersSince(since: number): readonly number[] {
  if (process.platform !== 'linux') return [];
  const children = (textOf(`/proc/self/task/${process.pid}/children`).match(/\d+/gu) ?? []).map(Number);
  const bootAt = Date.now() - Number(textOf('/proc/uptime').split(' ')[0]) * 1000;
  return children.filter((pid) => {
    const stat = textOf(`/proc/${pid}/stat`);
    // The 22nd field, in hundredths of a second; the second one may contain spaces. proc(5).
    return bootAt + Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) * 10 <= since;
  });
}

/** A file of the kernel; nothing where it is missing, because its process has ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
