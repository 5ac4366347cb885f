import { ChatError } from '../../core/errors.ts';
import type { Delivery, Message, MessageState, Printable, Waits } from '../../core/types.ts';

/** A message of ours that has not reached its final state yet. */
type Tracked = { readonly contactId: number; readonly since: number; told: MessageState | null };

/** The state of a message by its id, and the reason why the last try to reach the contact failed. */
type StateOf = (id: string) => Promise<Delivery>;

/** Tracking of the messages that were sent from here. */
export type Tracking = {
  /** Follows those of `messages` that are ours and not delivered; `now` in ms since 1970. */
  readonly add: (messages: readonly Message[], now: number) => void;
  /** Asks for the state of each message and returns the lines to print, one for each state of a message. */
  readonly look: (
    stateOf: StateOf,
    labels: ReadonlyMap<number, Printable>,
    now: number,
  ) => Promise<readonly string[]>;
};

/** A user who sends more than that at once is told about the newest ones. */
const mostTracked = 50;
/** A state that soon passes is not worth a word. */
const patienceMs = 3000;

const untilThen = 'it is queued and is sent when they can be reached';
const ends: ReadonlySet<MessageState> = new Set(['delivered', 'failed']);
const words: Readonly<Record<Exclude<MessageState, 'received'>, (label: Printable) => string>> = {
  queued: (label) => `${label} is unreachable; ${untilThen}`,
  kept: (label) => `in the mailbox of ${label}, not fetched yet`,
  sent: (label) => `on the disk of ${label}, not opened yet`,
  delivered: (label) => `delivered to ${label}`,
  failed: (label) => `not sent to ${label}`,
};

/** For a message that waits for something else than the contact's return. */
const waitWords: Readonly<Record<Exclude<Waits, 'away'>, (label: Printable) => string>> = {
  asked: (label) => `${label} has not accepted you yet; it is queued and is sent when they do`,
  unknown: (label) => `the address of ${label} answered that it does not know you; ${untilThen}`,
  proxy: (label) => `your proxy or Tor does not connect to ${label}; it is queued, and /doctor shows why`,
  elsewhere: (label) => `another program answers at the address of ${label}; ${untilThen}`,
  'by-hand': (label) => `${label} has no address; it is queued until you carry it by hand: /pack FILE`,
};

/** Makes a tracking that follows nothing yet. */
export function createTracking(): Tracking {
  const tracked = new Map<string, Tracked>();
  return {
    add(messages, now) {
      for (const { id, contactId, direction, kind } of messages)
        if (direction === 'out' && kind === 'text') tracked.set(id, { contactId, since: now, told: null });
      for (const id of [...tracked.keys()].slice(0, -mostTracked)) tracked.delete(id);
    },
    async look(stateOf, labels, now) {
      const news = new Map<string, number>();
      for (const [id, one] of tracked) {
        const found = await foundNow(stateOf, id);
        if (found === null || ends.has(found.state)) tracked.delete(id);
        const label = labels.get(one.contactId);
        if (!found || !label) continue;
        const { state, waits = 'away' } = found;
        if (!isNews(state, one, now)) continue;
        one.told = state;
        const line = waits === 'away' ? words[state](label) : waitWords[waits](label);
        news.set(line, (news.get(line) ?? 0) + 1);
      }
      return [...news].map(([line, count]) => (count === 1 ? line : `${line}: ${count} messages`));
    },
  };
}

function isNews(
  state: MessageState,
  { told, since }: Tracked,
  now: number,
): state is Exclude<MessageState, 'received'> {
  if (state === 'received' || state === told) return false;
  return ends.has(state) || now - since >= patienceMs;
}

/** Null for a message that was forgotten with its contact. */
async function foundNow(stateOf: StateOf, id: string): Promise<Delivery | null> {
  try {
    return await stateOf(id);
  } catch (error) {
    if (error instanceof ChatError && error.code === 'message-unknown') return null;
    throw error;
  }
}
