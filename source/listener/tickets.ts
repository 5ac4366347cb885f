import { randomBytes } from 'node:crypto';
import { makeTicket, readTicket } from '../core/box.ts';
import { limits } from '../core/limits.ts';

/** The tickets of one host: each is good for one request about one box, for two minutes. PROTOCOL.md "Boxes". */
export type Tickets = {
  readonly next: (box: string) => string;
  /** True if a ticket is one of ours, of this box, fresh and unused. */
  readonly isGood: (box: string, ticket: string) => boolean;
  /** Uses up a valid ticket. */
  readonly use: (box: string, ticket: string) => void;
};

/** The used serials of one box: all up to `below`, and these. */
type Used = { below: number; readonly serials: Set<number>; lastAt: number };

/** Makes the tickets of a host under a new key. `clock` returns ms that only rise; only a test passes one. */
export function createTickets(clock: () => number = () => Math.floor(performance.now())): Tickets {
  const key = randomBytes(32);
  const used = new Map<string, Used>();
  let serial = 0;

  const forgetOld = (now: number): void => {
    for (const [box, { lastAt }] of used) {
      if (now - lastAt <= limits.boxTicketMs) return;
      used.delete(box);
    }
  };
  return {
    next(box) {
      serial += 1;
      return makeTicket(key, box, { time: clock(), serial });
    },
    isGood(box, text) {
      const ticket = readTicket(key, box, text);
      if (!ticket || clock() - ticket.time > limits.boxTicketMs) return false;
      const { below = 0, serials } = used.get(box) ?? {};
      return ticket.serial > below && !serials?.has(ticket.serial);
    },
    use(box, text) {
      const ticket = readTicket(key, box, text);
      if (!ticket) return;
      const now = clock();
      const of = used.get(box) ?? { below: 0, serials: new Set<number>(), lastAt: now };
      of.serials.add(ticket.serial);
      of.lastAt = now;
      if (of.serials.size > limits.boxTickets) {
        of.below = Math.min(...of.serials);
        of.serials.delete(of.below);
      }
      // The most recently used box is the last in the map, so old ones are at its front.
      used.delete(box);
      used.set(box, of);
      forgetOld(now);
    },
  };
}
