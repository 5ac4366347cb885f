import type { ContactView } from '../../../source/core/types.ts';
import { contactOf, messageOf, noon, sampleClient, sampleState, wholeOf, type Sample } from './samples.ts';

/** A client with a long conversation with bob, `line 1` to `line 200`; a search in it finds every fiftieth. */
export function longClient(): Sample {
  const lines = Array.from({ length: 200 }, (_, at) => messageOf(at + 1, `line ${at + 1}`));
  const state = sampleState({ conversations: new Map([[1, wholeOf(lines, 200)]]) });
  const client: Sample = sampleClient(state, {
    search(ask) {
      client.asked.push(['search', ask]);
      return Promise.resolve(lines.filter(({ row }) => row % 50 === 0 && row < 200));
    },
  });
  return client;
}

/** A client whose bob is as `given`. */
export function bobClient(given: Partial<ContactView>): Sample {
  const [bob, ...rest] = sampleState().contacts;
  return sampleClient(sampleState({ contacts: [{ ...(bob ?? contactOf(1, 'bob')), ...given }, ...rest] }));
}

/** A client whom erin and frank ask to be let in. */
export function askedClient(): Sample {
  const asks = { state: 'requested', request: 'received' } as const;
  const contacts = [
    ...sampleState().contacts,
    contactOf(8, 'erin', { ...asks, lastActivityAt: noon - 3_600_000 }),
    contactOf(9, 'frank', { ...asks, lastActivityAt: noon - 7_200_000 }),
  ];
  return sampleClient(sampleState({ contacts }));
}
