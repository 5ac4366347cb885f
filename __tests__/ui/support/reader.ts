import { noThemes } from '../../../source/core/themes.ts';
import { keyMapOf } from '../../../source/ui/model/bindings.ts';
import { keymap } from '../../../source/ui/keymap.ts';
import { plainly } from '../../../source/ui/model/terminal.ts';
import type { Opened } from '../../../source/core/door.ts';
import { printable } from '../../../source/core/printable.ts';
import { createStore, type Conversation, type State, type WindowPlace } from '../../../source/core/types.ts';
import { viewConversation } from '../../../source/session/people/window.ts';
import type { Database } from '../../../source/store/database.ts';
import { lastRow, page } from '../../../source/store/messages.ts';
import { firstUnread } from '../../../source/store/pages.ts';
import { nothingUnderway, type Desk } from '../../../source/ui/desk/desk.ts';
import { onScreen } from '../../../source/ui/reading/paging.ts';
import { paneWindow } from '../../../source/ui/reading/pane.ts';
import { framesOf } from '../../../source/ui/desk/frames.ts';
import { keepReading } from '../../../source/ui/reading/reading.ts';
import { firstView, type View } from '../../../source/ui/model/view.ts';
import { contactOf, noon, sampleClient, sampleState, wholeOf } from './samples.ts';

/** Somebody who reads a conversation that is on the disk: a desk without a terminal, over a real store. */
export type Reader = {
  readonly desk: Desk;
  /** Brings the state up to date with the store, as after a commit. */
  readonly committed: () => void;
  /** Changes facts of the session. */
  readonly tell: (facts: Partial<State>) => void;
  /** The calls to the session. */
  readonly asked: ReadonlyArray<readonly [string, unknown]>;
  /** Answers when nothing that was asked is under way. */
  readonly settled: () => Promise<void>;
  /** The rows on the screen. */
  readonly drawn: () => readonly string[];
  /** The most messages that were ever in memory. */
  readonly most: () => number;
};

/** Makes a reader of the conversation with `contact`, who is the only one there. */
export function readerOf(database: Database, contact: number, readRow = lastRow(database)): Reader {
  const windows = new Map<number, WindowPlace>();
  const unread = lastRow(database) - readRow;
  const before = sampleState({ contacts: [contactOf(contact, 'bob', { unread })], conversations: new Map() });
  const state = createStore<State>(before);
  const pending = new Set<object>();
  let most = 0;
  const show = (known: Conversation | undefined): void => {
    const conversation = viewConversation({ database, windows }, contact, known);
    most = Math.max(most, conversation.messages.length);
    state.update((now) => ({ ...now, conversations: new Map([[contact, conversation]]) }));
  };
  const later = async (work: () => void): Promise<void> => {
    pending.add(work);
    await new Promise(setImmediate);
    work();
    pending.delete(work);
  };
  const committed = (): void => show(state.get().conversations.get(contact));
  const { calls, asked, lock } = sampleClient(before, {
    openConversation: () =>
      later(() => {
        windows.set(contact, unread > 0 ? (firstUnread(database, contact, readRow) ?? 'newest') : 'newest');
        show(wholeOf([], readRow));
      }),
    showAt: (_, at) =>
      later(() => {
        windows.set(contact, at);
        committed();
      }),
    markRead: (ask) =>
      later(() => {
        asked.push(['markRead', ask]);
        const contacts = [contactOf(contact, 'bob')];
        state.update((now) => ({ ...now, contacts }));
      }),
  });
  const { outside } = sampleClient();
  const desk = deskOf({ calls, state, lock, outside }, contact);
  desk.facts.update(() => state.get());
  desk.facts.subscribe(() => keepReading(desk));
  state.subscribe(() => desk.facts.update(() => state.get()));
  return {
    desk,
    committed,
    tell: (told) => state.update((now) => ({ ...now, ...told })),
    asked,
    async settled() {
      do await new Promise(setImmediate);
      while (pending.size > 0);
      await new Promise(setImmediate);
    },
    drawn: () => {
      const shown = onScreen(desk);
      if (!shown) return [];
      const { conversation, frame, height } = shown;
      return textsIn(conversation, frame, height, desk.view.get().anchor);
    },
    most: () => most,
  };
}

/** The rows that are drawn of a conversation. */
export function textsIn(...[conversation, frame, height, anchor]: Parameters<typeof paneWindow>): string[] {
  return paneWindow(conversation, frame, height, anchor).rows.map(({ spans }) =>
    spans.map(({ text }) => text).join(''),
  );
}

/** A conversation with all its messages in memory, which nobody can afford. */
export function wholeIn(database: Database, contact: number): Conversation {
  const rows = page(database, contact, { before: null, count: 1_000_000 });
  return wholeOf(
    rows.map((row) => ({ ...row, text: printable(row.text) })),
    0,
  );
}

function deskOf(client: Opened, contact: number): Desk {
  const view = createStore<View>({
    ...firstView({ columns: 80, rows: 24 }, noon, { ...plainly, keys: keyMapOf(keymap) }),
    selected: contact,
  });
  const facts = createStore<State>(client.state.get());
  const nothing = (): void => undefined;
  return {
    readThemes: () => Promise.resolve(noThemes),
    version: '0.1.0',
    door: () => ({ kind: 'ready', open: () => Promise.resolve(client) }),
    view,
    frames: framesOf(view),
    facts,
    opened: () => client,
    enter: nothing,
    lock: nothing,
    terminal: {
      suspend: nothing,
      redraw: nothing,
      copy: () => Promise.resolve('terminal'),
      lend: (work) => work(),
    },
    quit: nothing,
    underway: nothingUnderway(),
    saveSetting: () => Promise.reject(new Error('not part of the test')),
    crash(error) {
      throw error;
    },
  };
}
