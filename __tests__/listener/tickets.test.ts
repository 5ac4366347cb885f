import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { createTickets } from '../../source/listener/tickets.ts';

const [box, other] = ['A'.repeat(22), 'B'.repeat(21) + 'A'];

test('a ticket is good once, for its box, while it is fresh, and at its own host', () => {
  let now = 0;
  const tickets = createTickets(() => now);
  const ticket = tickets.next(box);
  expect(tickets.isGood(box, ticket)).toBe(true);
  expect(tickets.isGood(other, ticket)).toBe(false);
  expect(createTickets(() => now).isGood(box, ticket)).toBe(false);
  now = limits.boxTicketMs;
  expect(tickets.isGood(box, ticket)).toBe(true);
  tickets.use(box, ticket);
  expect(tickets.isGood(box, ticket)).toBe(false);
  const late = tickets.next(box);
  now += limits.boxTicketMs + 1;
  expect(tickets.isGood(box, late)).toBe(false);
});

test('tickets work in any order, and of many only the newest are told apart', () => {
  const tickets = createTickets(() => 0);
  const made = Array.from({ length: limits.boxTickets + 2 }, () => tickets.next(box));
  const [oldest = '', second = '', ...others] = made;
  for (const ticket of others.toReversed()) {
    expect(tickets.isGood(box, ticket)).toBe(true);
    tickets.use(box, ticket);
    expect(tickets.isGood(box, ticket)).toBe(false);
  }
  expect(tickets.isGood(box, second)).toBe(true);
  tickets.use(box, second);
  expect([oldest, second, ...others].map((ticket) => tickets.isGood(box, ticket))).not.toContain(true);
  expect(tickets.isGood(box, tickets.next(box))).toBe(true);
});

test('tickets handed to strangers cost an owner nothing', () => {
  const tickets = createTickets(() => 0);
  const mine = tickets.next(box);
  for (let n = 0; n < 10_000; n += 1) tickets.next(box);
  expect(tickets.isGood(box, mine)).toBe(true);
});

test('a ticket stays used while it would be fresh, whatever other boxes do', () => {
  let now = 0;
  const tickets = createTickets(() => now);
  const ticket = tickets.next(box);
  tickets.use(box, ticket);
  for (now = 1; now <= limits.boxTicketMs; now += 10_000) {
    tickets.use(other, tickets.next(other));
    expect(tickets.isGood(box, ticket)).toBe(false);
  }
});
