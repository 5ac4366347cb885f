import { cpSync, rmSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { invite } from '../../../source/session/pairing/links.ts';
import { join } from '../../../source/session/pairing/join.ts';
import { block, unblock } from '../../../source/session/trust/block.ts';
import { forget } from '../../../source/session/trust/forget.ts';
import { revoke } from '../../../source/session/trust/revoke.ts';
import { homePaths } from '../../../source/session/control/home-paths.ts';
import { openDatabase } from '../../../source/store/database.ts';
import { rotate } from '../../../source/session/trust/rotation.ts';
import { backUp, restoreTo } from '../backups.ts';
import { rest } from './honest-hours.ts';
import { other, people, type Step, type Who } from './plan.ts';
import type { VirtualClient } from './virtual-client.ts';
import { answerInvites } from './virtual-network.ts';
import type { World } from './world.ts';

type Act<Do extends Step['do']> = (world: World, step: Step & { readonly do: Do }) => Promise<unknown>;

/** The work of each step: nothing, if somebody has no contact or nothing was saved before. */
const acts: { readonly [Do in Step['do']]: Act<Do> } = {
  send: (world, { who }) => world.say(who),
  receive: (world, { who }) => world.pass(who),
  carry: (world, { who, fate, count }) => carryMany(world, who, { fate, count }),
  async reorder(world, { who, count }) {
    try {
      await carryMany(world, who, { fate: 'forged', count });
    } finally {
      await letIn(world, other(who));
    }
  },
  async talk(world) {
    for (const who of people) await world.pass(who);
    await rest(world);
  },
  late: (world, { who }) => letIn(world, who),
  rotate: async (world, { who }) => rotate((await world.open(who)).context),
  revoke: async (world, { who }) => revoke((await world.open(who)).context),
  block: (world, { who }) => withContact(world, who, block),
  unblock: (world, { who }) => withContact(world, who, unblock),
  forget: (world, { who }) => forgetOther(world, who),
  link: (world, { who }) => meet(world, who),
  async relink(world, { who, by }) {
    await forgetOther(world, who);
    await meet(world, by);
  },
  async save({ sides, folder, drop }, { who }) {
    const side = sides[who];
    drop(who);
    side.saved = joinPath(folder, `copy ${Math.random()}`);
    cpSync(side.home.home, side.saved, { recursive: true });
  },
  async setBack(world, { who, what }) {
    const { saved, home } = world.sides[who];
    if (saved === null) return;
    world.ledger.done.add(`setBack ${who}`);
    const part = what === 'home' ? '' : 'keys';
    lose(world, who, joinPath(home.home, part));
    cpSync(joinPath(saved, part), joinPath(home.home, part), { recursive: true });
  },
  async backUp({ sides, folder, open }, { who }) {
    const { context } = await open(who);
    sides[who].backup = await backUp(context, joinPath(folder, `backup ${Math.random()}`));
  },
  async restore(world, { who, inbox }) {
    const side = world.sides[who];
    const { home } = side.home;
    if (!side.backup) return;
    world.ledger.done.add(`restore ${who}`);
    lose(world, who, inbox === 'lost' ? home : joinPath(home, 'keys'));
    world.setClock(who);
    side.home = await restoreTo(home, side.backup);
    side.saved = null;
  },
  async clock({ sides }, { who, ms }) {
    sides[who].offset = ms;
  },
  wait: async (world, { ms }) => world.wait(ms),
};

/** Does one step. Throws what a person is told (ChatError), Crash, or a fault. */
export async function act(world: World, step: Step): Promise<void> {
  if (step.do !== 'setBack' && step.do !== 'restore') world.ledger.done.add(`${step.do} ${step.who}`);
  await (acts[step.do] as Act<Step['do']>)(world, step);
}

type Load = Pick<Step & { readonly do: 'carry' }, 'fate' | 'count'>;

async function carryMany(world: World, who: Who, { fate, count }: Load): Promise<void> {
  for (let left = count; left > 0 && (await world.carry(who, fate)); left -= 1);
}

async function letIn({ sides, setClock }: World, who: Who): Promise<void> {
  setClock(who);
  await sides[who].line.release();
}

async function withContact(
  { contactOf, open }: World,
  who: Who,
  ask: (context: VirtualClient['context'], ask: { contact: string }) => Promise<unknown>,
): Promise<void> {
  const contact = await contactOf(who);
  if (contact) await ask((await open(who)).context, { contact: String(contact.id) });
}

function forgetOther(world: World, who: Who): Promise<void> {
  const { ledger } = world;
  return withContact(world, who, (context, ask) => {
    ledger.done.add(`forget ${who}`);
    ledger.noteHome(who, context.database);
    for (const one of people) ledger.promised[one].clear();
    return forget(context, ask);
  });
}

async function meet({ open, sides }: World, inviter: Who): Promise<void> {
  const { link } = await invite((await open(inviter)).context);
  answerInvites(sides[inviter].line.intake);
  await join((await open(other(inviter))).context, { link });
}

/** Part of a home is gone, and what the texts in it had promised. */
function lose({ sides, ledger, drop }: World, who: Who, path: string): void {
  const { client, home, line } = sides[who];
  // Of a client that died its database is there all the same.
  const opened = client?.opened ?? openDatabase(homePaths(home.home).database, home.key);
  ledger.noteHome(who, opened);
  if (!client) opened.close();
  drop(who);
  rmSync(path, { recursive: true });
  ledger.promised[who].clear();
  line.renew();
}
