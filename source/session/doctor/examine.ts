import type { Check } from '../../core/check.ts';
import { checkBugs, checkClock, checkEvents, checkHome, checkKey } from './check-home.ts';
import { checkNetwork } from './check-network.ts';
import { checkPeople } from './check-people.ts';
import type { Facts, MachineFacts } from './facts.ts';

/** Draws every conclusion from the known facts: why somebody can or cannot be reached. Asks nobody. */
export function examine(facts: Facts): readonly Check[] {
  const own = [checkClock(facts), checkKey(facts), ...checkEvents(facts), ...checkBugs(facts)];
  return [...examineOutside(facts.machine), ...own, ...checkPeople(facts)];
}

/** The checks on a home that was not opened. */
export function examineOutside(machine: MachineFacts): readonly Check[] {
  return [...checkNetwork(machine), ...checkHome(machine)];
}
