import type { Check } from '../../core/check.ts';
import { checkBugs, checkClock, checkEvents, checkHome, checkKey } from './check-home.ts';
import { checkNetwork } from './check-network.ts';
import { checkPeople } from './check-people.ts';
import type { Facts, MachineFacts } from './facts.ts';

/** Everything that can be said of what is known: why somebody can or cannot be reached. Nobody is asked. */
export function examine(facts: Facts): readonly Check[] {
  const own = [checkClock(facts), checkKey(facts), ...checkEvents(facts), ...checkBugs(facts)];
  return [...examineOutside(facts.machine), ...own, ...checkPeople(facts)];
}

/** What can be said of a home that was not opened. */
export function examineOutside(machine: MachineFacts): readonly Check[] {
  return [...checkNetwork(machine), ...checkHome(machine)];
}
