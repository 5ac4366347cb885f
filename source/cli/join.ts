import { homeExists, refuseToMake } from '../session/control/home-paths.ts';
import type { Invocation } from '../commands/invocation.ts';

/**
 * `join`: where there is no home yet, on a terminal, it asks for a name and opens the messenger, which joins; in lines, or with --pouch, it makes
 * the home and joins. Otherwise the command of that name.
 */
export async function join(call: Invocation): Promise<void | number> {
  const { stdin, stdout, env, home, flags } = call;
  if (stdin.isTTY && !homeExists(home)) {
    const isScreen = stdout.isTTY && !flags.plain && env['TERM'] !== 'dumb';
    if (isScreen && flags.pouch === undefined) return (await import('./open.tsx')).open(call);
    refuseToMake(home);
    const { parseLink } = await import('../session/pairing/parse-link.ts');
    parseLink(call.words[0] ?? '');
    const { setUpInLines } = await import('../commands/lines/set-up.ts');
    await setUpInLines(call, { asks: 'name' });
  }
  return (await import('../commands/join.ts')).join(call);
}
