import { withoutJoined } from './joined-line.ts';
import type { Session } from '../../source/session/session.ts';
import { clientMaker } from './open-client.ts';
import { until } from './until.ts';

/** Two open clients that have each other; closed when the test is over. */
export async function openFriends(): Promise<{
  alice: Session;
  bob: Session;
  /** Closes alice's client, and opens her home again. */
  reopenAlice: () => Promise<Session>;
}> {
  const open = await clientMaker('alice');
  const [alice, bob] = [await open(), await (await clientMaker('bob'))()];
  await bob.join({ link: (await alice.invite({})).link });
  await until('alice has bob', async () => (await alice.contacts()).length === 1);
  await bob.send({ contact: 'alice', text: 'hello' });
  await alice.send({ contact: 'bob', text: 'hello to you' });
  await until('both have what the other said', async () =>
    [await alice.read({}), await bob.read({})].every((lines) =>
      lines.every(({ state }) => state === 'delivered' || state === 'received'),
    ),
  );
  return {
    alice,
    bob,
    async reopenAlice() {
      await alice.close();
      return open();
    },
  };
}

/** The texts in somebody's history, without the lines of the program. */
export async function textsOf(client: Session): Promise<readonly string[]> {
  return (await client.read({})).filter(({ kind }) => kind === 'text').map(({ text }) => text);
}

/** The lines of the program in somebody's history. */
export async function noticesOf(client: Session): Promise<readonly string[]> {
  return withoutJoined(await client.read({}))
    .filter(({ kind }) => kind === 'notice')
    .map(({ text }) => text);
}
