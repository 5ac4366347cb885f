import type { Check } from '../../core/check.ts';
import type { MachineFacts, TorFacts } from './facts.ts';
import { check } from './words.ts';

/** Checks whether the address names an onion service that is switched off: the two settings are easily set apart. */
export function checkOnionOff({ isOnionOff }: Pick<MachineFacts, 'isOnionOff'>): readonly Check[] {
  if (!isOnionOff) return [];
  const words = [
    'address says onion, but onion = false: nobody is told of it, and what you send goes out without Tor',
    'set onion = true in config.toml, or take onion out of address',
  ] as const;
  return [check('tor', 'onion', 'problem', words)];
}

/** Checks whether the Tor of this home is there, runs, is connected, and announces its service; says nothing if none is wanted. */
export function checkTor({ tor, listen }: Pick<MachineFacts, 'tor' | 'listen'>): readonly Check[] {
  if (!tor) return [];
  const { program, installation, pid, report, place } = tor;
  const subject = place ?? 'tor';
  if (!program) {
    const words = ['Tor is not installed: nothing comes or goes through it', installation] as const;
    return [check('tor', subject, 'problem', words)];
  }
  if (pid === null) {
    const words = [
      `Tor ${program.version} is installed, and does not run`,
      'open the messenger, or run cryptochat listen; onion/tor.log says why it ended',
    ] as const;
    return [check('tor', subject, 'problem', words)];
  }
  return [checkRunning(tor, subject), ...checkTold(tor, subject, listen)];

  function checkRunning(facts: TorFacts, name: string): Check {
    const runs = `your Tor runs, as process ${facts.pid}`;
    if (!report) return check('tor', name, 'note', [`${runs}, and does not say how it is`]);
    if (report.percent < 100) {
      const words = [
        `${runs}, and is connected to ${report.percent} %: ${report.summary}`,
        'where Tor is blocked, write the lines of a bridge into onion/torrc.more',
      ] as const;
      return check('tor', name, 'note', words);
    }
    if (listen === '') return check('tor', name, 'ok', [`${runs}, and is connected`]);
    return report.announced
      ? check('tor', name, 'ok', [`${runs}, is connected, and announces your onion service`])
      : check('tor', name, 'note', [`${runs} and is connected; it does not announce your onion service yet`]);
  }
}

function checkTold({ isTold, place }: TorFacts, subject: string, listen: string): readonly Check[] {
  if (isTold || place === null || listen === '') return [];
  const words = ['nobody is told of your onion service', 'write onion into address in config.toml'] as const;
  return [check('tor', subject, 'note', words)];
}
