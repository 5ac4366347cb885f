import type { Desk } from './desk/desk.ts';
import { openFirstInvite } from './dialogs/invite.ts';
import { openJoin } from './dialogs/join.ts';
import { emptyDraft, withDraft } from './model/view.ts';

/** The link that the messenger was started with, and the name for its maker; empty for their own. */
export type GivenLink = { readonly link: string; readonly alias: string };

/**
 * Takes the first steps of a person once the client is open: joins with the link that the messenger was started with, or, after a first run
 * without one, shows a link to send to somebody, unless keys that were typed ahead ask for something else. Returns the function that ends
 * this.
 */
export function takeFirstSteps(desk: Desk, given: GivenLink | null): () => void {
  const isFirstRun = desk.door().kind === 'first-run';
  if (!given && !isFirstRun) return () => undefined;
  const end = desk.facts.subscribe(() => {
    if (desk.facts.get().phase !== 'ready' || !desk.opened() || desk.view.get().dialog) return;
    end();
    if (given) joinGiven(desk, given);
    else if (desk.facts.get().contacts.length === 0 && !desk.underway.typedAhead) openFirstInvite(desk);
  });
  return end;
}

/** Joins with the given link; a text that was typed before is for the person who made it, and is forgotten when the join leads to nobody. */
function joinGiven(desk: Desk, { link, alias }: GivenLink): void {
  openJoin(desk, link, alias);
  const id = desk.view.get().dialog?.id;
  const stop = desk.view.subscribe(() => {
    const { dialog, selected } = desk.view.get();
    if (dialog?.id === id) return;
    stop();
    if (selected === null) desk.view.update((view) => withDraft(view, 0, () => emptyDraft));
  });
}
