import type { Conversation, State, WindowPlace } from '../../core/types.ts';
import type { Frame } from './blocks.ts';
import { attempt, type Desk } from '../desk/desk.ts';
import { layoutOf } from '../model/layout.ts';
import { once } from '../desk/once.ts';
import { paneWindow, scrolled } from './pane.ts';
import { pageOf } from '../model/terminal.ts';
import { senderOf } from './sender.ts';
import type { Anchor, View } from '../model/view.ts';

/** The window is moved on when there are fewer messages than this above or below the screen. */
const fetchBelow = 100;

/** The conversation on the screen: its window, the frame that its rows depend on, and the number of rows drawn. */
export type Shown = {
  readonly contact: number;
  readonly conversation: Conversation;
  readonly frame: Frame;
  readonly height: number;
};

/** The frame that the pane's rows depend on, for the view as it is, in `columns` columns. */
export function frameOf(view: View, facts: Pick<State, 'contacts'>, columns: number): Frame {
  const { now, mark, picked, find, settings, terminal } = view;
  const contact = view.selected ?? 0;
  return {
    columns,
    now,
    mark,
    picked,
    find: find?.text ?? null,
    page: pageOf(settings.layout, view.columns),
    ...senderOf(facts.contacts, contact, columns - besideName, terminal.isAscii),
  };
}

/** A blank before the name of a header; a blank, the time and a blank behind it. */
const besideName = 8;

/** The conversation that is on the screen; null when none is, or it is still loading. */
export function shownOn(view: View, facts: State): Shown | null {
  const conversation = view.selected === null ? undefined : facts.conversations.get(view.selected);
  if (view.selected === null || !conversation) return null;
  const { main, pane } = layoutOf(view, facts);
  return { contact: view.selected, conversation, frame: frameOf(view, facts, main), height: pane };
}

/** The conversation that is on the screen now. */
export function onScreen(desk: Desk): Shown | null {
  return shownOn(desk.view.get(), desk.facts.get());
}

/** Draws the session's present state without waiting for the pace: the view is about to refer to it. */
export function catchUp(desk: Desk): void {
  const state = desk.opened()?.state;
  if (state) desk.facts.update(() => state.get());
}

/**
 * Moves the window of the conversation on the screen, then does `then`, if that conversation is still there. The person chose this place:
 * what streams in takes the pane nowhere else.
 */
export function goThere(desk: Desk, at: WindowPlace, then: (shown: Shown) => void): void {
  const { selected } = desk.view.get();
  const calls = desk.opened()?.calls;
  if (selected === null || !calls) return;
  desk.underway.held = null;
  const go = async (): Promise<void> => {
    await calls.showAt(selected, at);
    catchUp(desk);
    const shown = onScreen(desk);
    if (shown?.contact === selected) then(shown);
  };
  attempt(desk, async () => {
    await onTheWay(desk, go);
    keepPaged(desk);
  });
}

/** Does `work`, which moves the window and then the view after it: in between, the two do not fit each other. */
export async function onTheWay({ underway }: Desk, work: () => Promise<void>): Promise<void> {
  underway.moves.add(work);
  try {
    await work();
  } finally {
    underway.moves.delete(work);
  }
}

/** Moves the window on when the screen comes near one of its ends: the place that is read stays in the middle. */
export function keepPaged(desk: Desk): void {
  if (desk.underway.moves.size > 0) return;
  const shown = onScreen(desk);
  const calls = desk.opened()?.calls;
  const at = shown && wanted(shown, desk.view.get().anchor);
  if (!shown || !calls || at === null) return;
  const page = async (): Promise<void> => {
    await calls.showAt(shown.contact, at);
    catchUp(desk);
  };
  const { anchor } = desk.view.get();
  // A person who went on meanwhile may be near an end again.
  once(desk, `page ${shown.contact}`, page, () => {
    if (desk.view.get().anchor?.row !== anchor?.row) keepPaged(desk);
  });
}

/** Where the window should be; null when it is in the right place. */
function wanted({ conversation, frame, height }: Shown, anchor: Anchor | null): WindowPlace | null {
  const { at, complete, latest } = conversation;
  if (!anchor) return at === 'newest' ? null : 'newest';
  if (at === anchor.row) return null;
  const { above, below } = paneWindow(conversation, frame, height, anchor);
  const isNearEnd = (above < fetchBelow && !complete) || (below < fetchBelow && !latest);
  // The newest window moves on with new messages: a person who reads above its end must not be left behind.
  return at === 'newest' || isNearEnd ? anchor.row : null;
}

/** The anchor that has `anchor` on top, as far as there is enough below it. */
export function settledAt({ conversation, frame, height }: Shown, anchor: Anchor): Anchor | null {
  return scrolled(conversation, frame, { height, anchor }, 0);
}
