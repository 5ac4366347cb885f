import { expect, test } from 'vitest';
import { ChatError } from '../../source/core/errors.ts';
import type { ContactView } from '../../source/core/types.ts';
import { until } from '../support/until.ts';
import { expectFrame } from './support/golden.ts';
import { mountScreen, type MountOptions, type Mounted } from './support/mount.ts';
import { sampleClient, sampleNumber, sampleState, type Sample } from './support/samples.ts';

const smallest = { columns: 30, rows: 8 };
const theirs = sampleNumber.slice(30);

async function verifying(client: Sample, options: MountOptions = {}): Promise<Mounted> {
  const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) }, options);
  await mounted.sees('bob');
  mounted.type('\u0007');
  await mounted.sees('Their digits');
  return mounted;
}

function bobGets(client: Sample, given: Partial<ContactView>): void {
  client.state.update((state) => ({
    ...state,
    contacts: state.contacts.map((contact) => (contact.id === 1 ? { ...contact, ...given } : contact)),
  }));
}

test('a new key takes a match away, and asks to verify again', async () => {
  const client = sampleClient();
  const mounted = await verifying(client);
  mounted.type(`\u001b[200~${theirs}\u001b[201~`);
  await mounted.sees('MATCH. You are');
  bobGets(client, { fingerprint: 'AAAA BBBB CCCC DDDD EEEE FFFF 0000 1111' });
  await mounted.sees('error: bob has a new key');
  await mounted.sees('hint: verify again');
  await mounted.sees('AAAA BBBB');
  expect(mounted.screen()).not.toContain('MATCH');
  expect(mounted.screen()).toContain('Their digits');
});

test('does not show an answer about the old key as one about the new key', async () => {
  const answer = Promise.withResolvers<undefined>();
  const client: Sample = sampleClient(sampleState(), {
    async verify(ask) {
      const found = await sampleClient(client.state.get()).calls.verify(ask);
      if (ask.digits !== undefined) await answer.promise;
      return found;
    },
  });
  const mounted = await verifying(client);
  mounted.type(`\u001b[200~${theirs}\u001b[201~`);
  await mounted.sees('30 of 30 digits');
  bobGets(client, { fingerprint: 'AAAA BBBB CCCC DDDD EEEE FFFF 0000 1111' });
  await mounted.sees('bob has a new key');
  answer.resolve(undefined);
  mounted.type('1');
  await mounted.sees('1 of 30 digits');
  expect(mounted.screen()).not.toContain('MATCH');
});

test('anything else about the contact leaves a match as it is', async () => {
  const client = sampleClient();
  const mounted = await verifying(client);
  mounted.type(`\u001b[200~${theirs}\u001b[201~`);
  await mounted.sees('MATCH. You are');
  bobGets(client, { state: 'not-compared' });
  await until('the state is drawn', () => mounted.screen().includes('not verified'));
  expect(mounted.screen()).toContain('MATCH. You are');
});

test('the smallest window shows all of your digits, then the result', async () => {
  const mounted = await verifying(sampleClient(), smallest);
  await mounted.sees('12345 67890 12345 67890');
  await expectFrame(mounted, 'verify-30x8');
  mounted.type(`\u001b[200~${theirs.slice(1)}1\u001b[201~`);
  await mounted.sees('NO MATCH');
  await expectFrame(mounted, 'verify-differ-30x8');
});

test('the smallest window shows why digits were refused', async () => {
  const client = sampleClient(sampleState(), {
    verify: (ask) =>
      ask.digits === undefined
        ? sampleClient().calls.verify(ask)
        : Promise.reject(new ChatError('digits-bad', 'these are 3 digits; a contact reads out 30')),
  });
  const mounted = await verifying(client, smallest);
  mounted.type('123\r');
  await mounted.sees('error: these are 3');
  await expectFrame(mounted, 'verify-refused-30x8');
});

test('the smallest window shows that a passphrase is wrong', async () => {
  const mounted = mountScreen(
    { kind: 'locked', unlock: () => Promise.reject(new ChatError('passphrase-wrong')) },
    smallest,
  );
  await mounted.sees('Unlock');
  mounted.type('wrong\r');
  await mounted.sees('error: ');
  await expectFrame(mounted, 'unlock-wrong-30x8');
});
