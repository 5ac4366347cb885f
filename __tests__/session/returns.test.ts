import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { stopProcess } from '../../source/core/stops.ts';
import { hearMoves } from '../../source/inbox/moves.ts';
import { hasMoved, isElsewhere } from '../../source/net/moved.ts';
import type { Session } from '../../source/session/session.ts';
import { clientMaker } from '../support/open-client.ts';
import { openFriends, textsOf } from '../support/open-friends.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const now = { addresses: '127.0.0.1 192.168.1.20', at: 1_000_000, ran: 70_000 };

test('another address, or a gap in time, shows that this machine was away', () => {
  const after = (ms: number): typeof now => ({ ...now, at: now.at + ms, ran: now.ran + ms });
  expect(hasMoved(now, after(4000), 4000)).toBe(false);
  expect(hasMoved(now, { ...after(2000), addresses: '127.0.0.1 10.0.0.7' }, 4000)).toBe(true);
  // Stopped for a while, or on a busy machine; a long wait is none.
  expect([hasMoved(now, after(16_000), 4000), hasMoved(now, after(14_000), 4000)]).toEqual([true, false]);
  expect([hasMoved(now, after(66_000), 60_000), hasMoved(now, after(72_000), 60_000)]).toEqual([false, true]);
  // The clock of timers stands while a machine is suspended.
  expect(hasMoved(now, { ...after(2000), at: now.at + 60_000 }, 4000)).toBe(true);
  // A clock that was set back says nothing of how long it was.
  expect(hasMoved(now, { ...after(2000), at: now.at - 60_000 }, 4000)).toBe(true);
});

test('a machine that was suspended, or has another address, is not where it was', () => {
  const then = { addresses: '127.0.0.1 192.168.1.20', at: 1_000_000, asleep: 500 };
  expect(isElsewhere(then, { ...then, at: 9_000_000, asleep: 514 })).toBe(false);
  expect(isElsewhere(then, { ...then, asleep: 516 })).toBe(true);
  expect(isElsewhere(then, { ...then, addresses: '127.0.0.1' })).toBe(true);
});

test('a home that comes back announces it, and its waiting mail comes', async () => {
  const { alice, bob, reopenAlice } = await openFriends();
  await alice.close();
  await bob.send({ contact: 'alice', text: 'are you there?' });
  await until('bob waits', () => bob.state.get().contacts[0]?.reach.kind === 'away');
  const before = await heardAt(bob);
  const again = await reopenAlice();
  await until('alice has it', async () => (await textsOf(again)).includes('are you there?'));
  await until('bob heard of her', async () => (await heardAt(bob)) > before);
});

test('tells a contact that has nothing waiting as well, because nobody knows what others keep', async () => {
  const { alice, bob, reopenAlice } = await openFriends();
  await alice.idle();
  await bob.idle();
  const before = await heardAt(bob);
  await alice.close();
  await reopenAlice();
  await until('bob heard of her', async () => (await heardAt(bob)) > before);
});

test('a client whose listener kept running announces nothing', async () => {
  const { alice, bob, reopenAlice } = await openFriends();
  for (const client of [alice, bob, alice, bob]) await client.idle();
  await alice.close({ keepListening: true });
  await bob.idle();
  const before = await heardAt(bob);
  const again = await reopenAlice();
  await again.idle();
  await bob.idle();
  expect(await heardAt(bob)).toBe(before);
});

test('a client that is stopped leaves moves and waiting mail to its listener, and takes them back when it goes on', async () => {
  const folder = await tempFolder();
  const alice = await (await clientMaker('alice', folder))();
  const inbox = join(folder, 'alice', 'inbox');
  const looks = (): boolean => {
    const heard = hearMoves(inbox, { moved: () => undefined, ended: () => undefined });
    heard.look();
    const told = heard.isTold();
    heard.close();
    return told;
  };
  /** A pipe that nobody reads cannot be opened for writing. */
  const holds = (): boolean => {
    try {
      closeSync(openSync(join(inbox, 'holder'), constants.O_WRONLY | constants.O_NONBLOCK));
      return true;
    } catch {
      return false;
    }
  };
  for (let times = 0; times < 2; times += 1) {
    await until('the client looks and holds', () => looks() && holds());
    const meanwhile: boolean[] = [];
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
      meanwhile.push(looks(), holds());
      return true;
    });
    stopProcess('alone');
    kill.mockRestore();
    expect(meanwhile).toEqual([false, false]);
  }
  await until('it looks and holds again', () => looks() && holds());
  await alice.close();
  expect([looks(), holds()]).toEqual([false, false]);
});

async function heardAt(client: Session): Promise<number> {
  return (await client.contacts())[0]?.lastHeardAt ?? 0;
}
