import { join } from 'node:path';
import { viewConversation } from '../source/session/people/window.ts';
import { openDatabase } from '../source/store/database.ts';
import type { Database } from '../source/store/database.ts';
import { addMessage } from '../source/store/messages.ts';
import { sample, spread, type Spread } from './floor.ts';
import { bytes, fill } from './search.ts';

/** What a conversation of some length costs: reading the window around one of its messages, and storing one that arrives. */
export type WindowCost = { readonly page: Spread; readonly arrival: Spread };

/** Measures a conversation of `count` messages; the windows are spread over all of it. */
export async function windowIn(folder: string, count: number): Promise<WindowCost> {
  const database = openDatabase(join(folder, `window-${count}.db`), bytes('key', 32));
  const contactId = fill(database, count);
  const rounds = 100;
  const page = await sample(rounds, async (round) => {
    const row = 1 + Math.floor(((count - 1) * round) / rounds);
    viewConversation({ database, windows: new Map([[contactId, row]]) }, contactId, undefined);
  });
  const arrival = await sample(rounds, async (round) => arrive(database, contactId, count + 1 + round));
  database.close();
  return { page: spread(page), arrival: spread(arrival) };
}

function arrive(database: Database, contactId: number, seq: number): void {
  database.run('BEGIN IMMEDIATE');
  addMessage(database, {
    contactId,
    direction: 'in',
    id: bytes(`id ${seq}`, 16),
    kind: 'text',
    seq,
    text: 'the quick brown fox',
    state: 'received',
    sentAt: seq,
    receivedAt: seq,
  });
  database.run('COMMIT');
}
