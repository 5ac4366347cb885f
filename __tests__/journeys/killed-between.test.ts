// The owner of a box, its host and those who write are killed again and again, messengers and listeners alike, while two people write to
// each other: whatever a `send` has answered arrives, once and in order.

import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { figure } from '../attack/adapter.ts';
import { setUpPerson } from '../support/command-line.ts';
import { startListenerProcess } from '../support/listener-process.ts';
import { takePort } from '../support/ports.ts';
import { listenerProgram } from '../support/pty.ts';
import { arrives, isDelivered, meet, settle, thisMachine, type Resident } from '../support/resident.ts';

type Players = {
  readonly alice: Resident;
  readonly bob: Resident;
  readonly restartHost: () => Promise<void>;
};

/** Alice, who collects from a box; the host of it; and bob. */
async function players(): Promise<Players> {
  const mail = await setUpPerson('mail');
  const address = `127.0.0.1:${await takePort()}`;
  const [alice, bob] = await Promise.all([
    settle(thisMachine, 'alice', { listen: 'none', address: 'none' }),
    settle(thisMachine, 'bob', { listen: address, address }),
  ]);
  const link = (await mail.does('lend')).stdout.trim();
  await mail.does('listen', '--stop');
  const startHost = (): ReturnType<typeof startListenerProcess> =>
    startListenerProcess(`${mail.home}/inbox`, { port: mail.port, program: listenerProgram });
  let host = await startHost();
  await Promise.all([alice.open(), bob.open()]);
  await alice.calls().takeBox({ link });
  await meet(alice, bob);
  return {
    alice,
    bob,
    async restartHost() {
      await host.end('SIGKILL');
      host = await startHost();
    },
  };
}

/** Kills somebody's messenger while it sends, and asks again in the next one, as scripts do. */
async function sendUnderKill(from: Resident, to: Resident, text: string): Promise<void> {
  const message = { contact: to.name, text, id: randomBytes(16).toString('hex') };
  const asked = from.calls().send(message);
  const settled = asked.then(
    () => true,
    () => false,
  );
  await pause(randomInt(12));
  await from.kill();
  const isSent = await settled;
  await from.open();
  if (!isSent) await from.calls().send(message);
}

const kills = figure(1000, 20);

test(`owner, host and sender are killed ${kills} times between them, and nothing is lost or comes twice`, async () => {
  const { alice, bob, restartHost } = await players();
  const said = { alice: [] as string[], bob: [] as string[] };
  const tally = { 'a messenger': 0, 'a listener': 0, host: 0 };
  const write = async (from: Resident, send: (text: string) => Promise<unknown>): Promise<void> => {
    const texts = said[from === alice ? 'alice' : 'bob'];
    const text = `${from.name} ${texts.length}`;
    texts.push(text);
    await send(text);
  };
  const [first, step] = [randomInt(5), randomInt(2) + 2];
  onTestFinished(({ task }) => {
    if (task.result?.state === 'fail') process.stdout.write(`victims ${first} + n × ${step}\n`);
  });
  for (let n = 0; n < kills; n += 1) {
    for (const [from, to] of [
      [bob, alice],
      [alice, bob],
    ] as const)
      await write(from, (text) => from.calls().send({ contact: to.name, text }));
    await pause(randomInt(60));
    const victim = (first + n * step) % 5;
    const [one, other] = victim % 2 === 0 ? [alice, bob] : [bob, alice];
    if (victim < 2) {
      await write(one, (text) => sendUnderKill(one, other, text));
      tally['a messenger'] += 1;
    } else if (victim < 4) {
      // One that is just being started has no name yet: the next one is killed.
      if (await one.killListener()) tally['a listener'] += 1;
    } else {
      await restartHost();
      tally.host += 1;
    }
  }
  await arrives({ from: alice, to: bob, texts: said.alice }, { from: bob, to: alice, texts: said.bob });
  await isDelivered(alice, bob);
  await isDelivered(bob, alice);
  process.stdout.write(`killed: ${JSON.stringify(tally)}; texts: ${said.alice.length + said.bob.length}\n`);
  expect(Object.values(tally).every((count) => count > 0)).toBe(true);
});
