import type { ScreenCalls } from '../../core/calls.ts';
import { ChatError } from '../../core/errors.ts';
import { joinDrafts } from '../../core/join-drafts.ts';
import type { Desk } from '../desk/desk.ts';
import { type Editor, editorOf } from '../model/editor.ts';
import { type View, withDraft } from '../model/view.ts';

type DraftCalls = Pick<ScreenCalls, 'drafts' | 'keepDraft' | 'addDraft'>;

/** Pause in typing after which a draft is kept. */
const pauseMs = 1000;

/**
 * Keeps the drafts in the client while it is open, and brings back those that it kept before. A sent or cleared draft is gone at once;
 * a typed one is kept after a pause and when the client is left. Returns the function that ends this.
 */
export function followDrafts(desk: Desk, calls: DraftCalls): () => void {
  const kept = new Map<number, string>();
  let isLoaded = false;
  let seen: View['drafts'] | null = null;
  let timer: NodeJS.Timeout | undefined;
  const keep = async (contact: number, text: string): Promise<void> => {
    try {
      await (isLoaded ? calls.keepDraft(contact, text) : calls.addDraft(contact, text));
    } catch (error) {
      // A full disk is reported by work that matters more; the draft is still on the screen.
      if (!(error instanceof ChatError)) desk.crash(error);
    }
  };
  const write = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const [contact, text] of changesOf(kept, desk.view.get().drafts)) {
      kept.set(contact, text);
      void keep(contact, text);
    }
  };
  const changed = (): void => {
    const { drafts } = desk.view.get();
    if (!isLoaded || drafts === seen) return;
    seen = drafts;
    const changes = changesOf(kept, drafts);
    if (changes.some(([, text]) => text === '')) return write();
    clearTimeout(timer);
    timer = changes.length > 0 ? setTimeout(write, pauseMs) : undefined;
  };
  const load = async (): Promise<void> => {
    const before = await calls.drafts();
    for (const [contact, text] of before) kept.set(contact, text);
    isLoaded = true;
    desk.view.update((view) => withKept(view, before));
    changed();
  };
  const end = desk.view.subscribe(changed);
  load().catch(desk.crash);
  return () => {
    end();
    // Before the kept drafts were read, what was typed is added to them.
    write();
  };
}

/** The person's own draft, even if a recalled text is shown in its place. */
function draftIn({ text, recalled, kept }: Editor): string {
  return recalled < 0 ? text : kept;
}

/** The drafts that differ from the kept ones; a draft without a contact is not kept. */
function changesOf(
  kept: ReadonlyMap<number, string>,
  drafts: View['drafts'],
): ReadonlyArray<readonly [contact: number, text: string]> {
  const ids = new Set([...kept.keys(), ...drafts.keys()]);
  ids.delete(0);
  return [...ids].flatMap((id) => {
    const editor = drafts.get(id);
    const text = editor ? draftIn(editor) : '';
    return text === (kept.get(id) ?? '') ? [] : [[id, text] as const];
  });
}

/** Puts the kept drafts into the view; what was typed before they were read stands below them, and neither is lost. */
function withKept(view: View, before: ReadonlyMap<number, string>): View {
  return [...before].reduce(
    (now, [contact, text]) =>
      withDraft(now, contact, (editor) => {
        return editorOf(joinDrafts(text, draftIn(editor)));
      }),
    view,
  );
}
