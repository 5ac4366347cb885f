import type { Check } from '../../core/check.ts';
import type { MachineFacts, TorFacts } from './facts.ts';
import { check } from './words.ts';

/** Checks whether the address names an onion service that is switched off: two settings that easily end up contradicting each other. */
export function checkOnionOff({ isOnionOff }: Pick<MachineFacts, 'isOnionOff'>): readonly Check[] {
  if (!isOnionOff) return [];
  const words = [
    'address says onion, but onion = false: contacts do not learn of it, and you send without Tor',
    'set onion = true in config.toml, or remove onion from address',
  ] as const;
  return [check('tor', 'onion', 'problem', words)];
}

/** Checks whether the Tor of this home is installed, runs, is connected, and announces its service; empty when none is wanted. */
export function checkTor({ tor, listen }: Pick<MachineFacts, 'tor' | 'listen'>): readonly Check[] {
  if (!tor) return [];
  const { program, installation, pid, report, place } = tor;
  const subject = place ?? 'tor';
  if (!program) {
    const words = ['Tor is not installed: nothing is sent or received through it', installation] as const;
    return [check('tor', subject, 'problem', words)];
  }
  if (pid === null) {
    const words = [
      `Tor ${program.version} is installed, but not running`,
      'open the messenger, or run cryptochat listen; onion/tor.log shows why it stopped',
    ] as const;
    return [check('tor', subject, 'problem', words)];
  }
  return [checkRunning(tor, subject), ...checkTold(tor, subject, listen)];

  function checkRunning(facts: TorFacts, name: string): Check {
    const runs = `your Tor is running as process ${facts.pid}`;
    if (!report) return check('tor', name, 'note', [`${runs}, but does not report its state`]);
    if (report.percent < 100) {
      const words = [
        `${runs}, connecting (${report.percent} %): ${report.summary}`,
        'if Tor is blocked here, add bridge lines to onion/torrc.more',
      ] as const;
      return check('tor', name, 'note', words);
    }
    if (listen === '') return check('tor', name, 'ok', [`${runs} and is connected`]);
    return report.announced
      ? check('tor', name, 'ok', [`${runs}, is connected, and announces your onion service`])
      : check('tor', name, 'note', [
          `${runs} and is connected, but does not announce your onion service yet`,
        ]);
  }
}

function checkTold({ isTold, place }: TorFacts, subject: string, listen: string): readonly Check[] {
  if (isTold || place === null || listen === '') return [];
  const words = [
    'your contacts do not learn of your onion service',
    'add onion to address in config.toml',
  ] as const;
  return [check('tor', subject, 'note', words)];
}
