import { vi } from 'vitest';
import { ChatError } from '../../../source/core/errors.ts';
import { createSend } from '../../../source/session/sending/send.ts';
import { homePaths } from '../../../source/session/control/home-paths.ts';
import type { Parcel } from '../../../source/outbox/trip.ts';
import { allContacts } from '../../../source/store/contacts.ts';
import type { ContactRow } from '../../../source/store/contacts.ts';
import { Crash } from '../mortal-database.ts';
import type { Home } from '../two-homes.ts';
import { act } from './act.ts';
import { createLedger } from './ledger.ts';
import { other, people } from './plan.ts';
import type { Fate, Who } from './plan.ts';
import { openVirtual } from './virtual-client.ts';
import type { VirtualClient } from './virtual-client.ts';
import { createLine } from './virtual-network.ts';
import type { Side, Stage, World } from './world.ts';

export type { Stage } from './world.ts';

/** Sets the stage in `folder` with these homes, which are changed. */
export function setStage(homes: readonly [Home, Home], folder: string, begin: number): Stage {
  const ledger = createLedger();
  let now = begin;
  let count = 0;
  const sides = people.map((who): Side => {
    const { inbox } = homePaths(homes[who].home);
    const line = createLine(inbox, ledger.noteStored);
    return { home: homes[who], client: null, offset: 0, saved: null, backup: null, line };
  }) as [Side, Side];
  const setClock = (who: Who): void => void vi.setSystemTime(now + sides[who].offset);
  const drop = (who: Who): void => {
    sides[who].client?.drop();
    sides[who].client = null;
  };
  const open = async (who: Who): Promise<VirtualClient> => {
    setClock(who);
    return (sides[who].client ??= await openVirtual(sides[who].home, null));
  };
  const contactOf = async (who: Who): Promise<ContactRow | null> =>
    allContacts((await open(who)).opened).at(-1) ?? null;
  const say = async (who: Who): Promise<void> => {
    const contact = await contactOf(who);
    count += 1;
    if (!contact) return;
    const { context } = await open(who);
    const { id } = await createSend(context)({ contact: String(contact.id), text: `${who} says ${count}` });
    ledger.promised[who].add(id);
  };
  const post = async (who: Who, parcel: Parcel, fate: Fate): Promise<boolean> => {
    const client = await open(who);
    ledger.noteQueued(who, client.opened);
    setClock(other(who));
    const outcome = await sides[other(who)].line.post(parcel, fate);
    setClock(who);
    if (fate === 'forged') ledger.noteForged(parcel.envelope);
    const what = whatIs(client, parcel.id);
    if (outcome.kind === 'accepted') ledger.posts.push({ at: now, who, what });
    await client.heard(parcel, outcome);
    client.check();
    return outcome.kind === 'accepted';
  };
  const carry = async (who: Who, fate: Fate): Promise<boolean> => {
    for (const parcel of (await open(who)).heads()) if (await post(who, parcel, fate)) return true;
    return false;
  };
  const pass = async (who: Who): Promise<void> => {
    const client = await open(who);
    await client.pass();
    client.check();
  };
  const world: World = {
    ledger,
    folder,
    sides,
    open,
    drop,
    carry,
    pass,
    say,
    contactOf,
    setClock,
    wait: (ms) => void (now += ms),
  };
  return {
    ledger,
    open,
    carry,
    pass,
    say,
    contactOf,
    now: () => now,
    wait: (ms) => void (now += ms),
    calm: () => people.map((who) => sides[who].line.clear()),
    close: () => people.map(drop),
    async step(step) {
      now += 1000;
      try {
        setClock(step.who);
        if (step.die) (await open(step.who)).live(step.die);
        // A failure that a person is told about is not a fault: nobody can write to a blocked contact.
        await act(world, step).catch((error: unknown) => {
          if (!(error instanceof ChatError)) throw error;
        });
        sides[step.who].client?.check();
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        drop(step.who);
      } finally {
        sides[step.who].client?.live({ statements: Infinity, lastIsDone: false });
      }
    },
  };
}

function whatIs(client: VirtualClient, parcel: number): string {
  const sql =
    'SELECT coalesce(m.what, m.text) AS said, m.seq FROM outbox JOIN messages m ON m.row = message_row WHERE outbox.id = ?';
  const row = client.opened.get<{ said: string; seq: number }>(sql, [parcel]);
  return row ? `${row.seq} ${row.said}` : 'receipt or reset';
}
