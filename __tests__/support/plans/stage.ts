import { cpSync, rmSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { vi } from 'vitest';
import { ChatError } from '../../../source/core/errors.ts';
import { invite } from '../../../source/session/pairing/invite.ts';
import { join } from '../../../source/session/pairing/join.ts';
import { block, unblock } from '../../../source/session/trust/block.ts';
import { forget } from '../../../source/session/trust/forget.ts';
import { revoke } from '../../../source/session/trust/revoke.ts';
import { rotate } from '../../../source/session/trust/rotation.ts';
import { send } from '../../../source/session/sending/send.ts';
import { homePaths } from '../../../source/session/home/paths.ts';
import type { Parcel } from '../../../source/outbox/courier.ts';
import type { BackupFile } from '../../../source/store/backup.ts';
import { allContacts } from '../../../source/store/contacts.ts';
import type { ContactRow } from '../../../source/store/contacts.ts';
import { backUp, restoreTo } from '../backups.ts';
import { Crash } from '../mortal-database.ts';
import type { Home } from '../two-homes.ts';
import { createLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { other, people } from './plan.ts';
import type { Fate, Step, Who } from './plan.ts';
import { openVirtual } from './virtual-client.ts';
import type { VirtualClient } from './virtual-client.ts';
import { answerInvites, createLine } from './virtual-network.ts';
import type { Line } from './virtual-network.ts';

/** Two people on their homes, each with a clock, and the network between them. */
export type Stage = {
  readonly ledger: Ledger;
  readonly step: (step: Step) => Promise<void>;
  /** Opens the client of somebody, and sets the clock to theirs. */
  readonly open: (who: Who) => Promise<VirtualClient>;
  /** Posts what somebody has next; answers whether some of it is done with. */
  readonly carry: (who: Who, fate: Fate) => Promise<boolean>;
  readonly pass: (who: Who) => Promise<void>;
  readonly say: (who: Who) => Promise<void>;
  readonly wait: (ms: number) => void;
  /** ms of the true time. */
  readonly now: () => number;
  /** The newest contact of somebody. */
  readonly contactOf: (who: Who) => Promise<ContactRow | null>;
  /** Ends what the network still holds: from now on it is honest. */
  readonly calm: () => void;
  readonly close: () => void;
};

type Side = {
  home: Home;
  client: VirtualClient | null;
  offset: number;
  saved: string | null;
  backup: BackupFile | null;
  readonly line: Line;
};

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
    const { id } = await send(context, { contact: String(contact.id), text: `${who} says ${count}` });
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
  const replace = (who: Who, change: () => void): void => {
    if (sides[who].client) ledger.noteHome(who, sides[who].client.opened);
    drop(who);
    change();
    ledger.promised[who].clear();
    sides[who].line.renew();
  };
  const withContact = async (
    who: Who,
    act: (context: VirtualClient['context'], ask: { contact: string }) => Promise<unknown>,
  ): Promise<void> => {
    const contact = await contactOf(who);
    if (contact) await act((await open(who)).context, { contact: String(contact.id) });
  };
  const forgetOther = (who: Who): Promise<void> =>
    withContact(who, (context, ask) => {
      ledger.done.add(`forget ${who}`);
      ledger.noteHome(who, context.database);
      for (const one of people) ledger.promised[one].clear();
      return forget(context, ask);
    });
  const meet = async (inviter: Who): Promise<void> => {
    const { link } = await invite((await open(inviter)).context);
    answerInvites(sides[inviter].line.intake);
    await join((await open(other(inviter))).context, { link });
  };
  const act = async (step: Step): Promise<void> => {
    const { who } = step;
    const side = sides[who];
    if (step.do !== 'setBack' && step.do !== 'restore') ledger.done.add(`${step.do} ${who}`);
    switch (step.do) {
      case 'send':
        return say(who);
      case 'receive':
        return pass(who);
      case 'carry':
        for (let left = step.count; left > 0 && (await carry(who, step.fate)); left -= 1);
        return;
      case 'reorder':
        try {
          for (let left = step.count; left > 0 && (await carry(who, 'forged')); left -= 1);
        } finally {
          setClock(other(who));
          await sides[other(who)].line.release();
        }
        return;
      case 'late':
        await side.line.release();
        return;
      case 'rotate':
        return void (await rotate((await open(who)).context));
      case 'revoke':
        return void (await revoke((await open(who)).context));
      case 'block':
        return withContact(who, block);
      case 'unblock':
        return withContact(who, unblock);
      case 'forget':
        return forgetOther(who);
      case 'link':
        return meet(who);
      case 'relink':
        await forgetOther(who);
        return meet(step.by);
      case 'save':
        count += 1;
        side.saved = joinPath(folder, `copy ${count}`);
        drop(who);
        return cpSync(side.home.home, side.saved, { recursive: true });
      case 'setBack': {
        const from = side.saved;
        if (from === null) return;
        ledger.done.add(`setBack ${who}`);
        const part = step.what === 'home' ? '' : 'keys';
        return replace(who, () => {
          rmSync(joinPath(side.home.home, part), { recursive: true });
          cpSync(joinPath(from, part), joinPath(side.home.home, part), { recursive: true });
        });
      }
      case 'backUp':
        count += 1;
        side.backup = await backUp((await open(who)).context, joinPath(folder, `backup ${count}`));
        return;
      case 'restore': {
        const { home } = side.home;
        const made = side.backup;
        if (!made) return;
        ledger.done.add(`restore ${who}`);
        replace(who, () =>
          rmSync(step.inbox === 'lost' ? home : joinPath(home, 'keys'), { recursive: true }),
        );
        setClock(who);
        side.home = await restoreTo(home, made);
        side.saved = null;
        return;
      }
      case 'clock':
        side.offset = step.ms;
        return;
      case 'wait':
        now += step.ms;
    }
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
        // What a person is told is no fault: nobody can write to a contact that is blocked.
        await act(step).catch((error: unknown) => {
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
    'SELECT m.kind, m.text, m.seq FROM outbox JOIN messages m ON m.row = message_row WHERE outbox.id = ?';
  const row = client.opened.get<{ kind: string; text: string; seq: number }>(sql, [parcel]);
  return row ? `${row.seq} ${row.text}` : 'receipt or reset';
}
