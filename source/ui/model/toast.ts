import type { Failure } from './dialog.ts';
import { draftOf, type Toast, type View } from './view.ts';

/** A person who is changing a draft when an error comes has had time to see it after this long. */
const seenMs = 1500;

/** The view with a line about what happened: it stays until the next command, or the first key of the next draft. */
export function withToast(view: View, kind: Toast['kind'], said: Failure): View {
  return { ...view, toast: { ...said, kind, since: view.now } };
}

/**
 * The view after a key or a paste, which changed `before`: a line that was there before is gone when the draft begins, and an error also when the
 * draft that it was about is changed after a moment.
 */
export function afterWriting(view: View, before: View): View {
  const { toast } = view;
  if (!toast || toast !== before.toast || view.selected !== before.selected) return view;
  const [was, is] = [draftOf(before).text, draftOf(view).text];
  if (was === is) return view;
  const isError = toast.kind === 'error';
  // The line may be about the letters just typed.
  if (isError && !isSeen(toast, view.now)) return view;
  return was.trim() === '' || isError ? withoutToast(view) : view;
}

/** Tells whether a person who was typing has had time to see it. */
export function isSeen({ since }: Toast, now: number): boolean {
  return now - since >= seenMs;
}

/** The view without a line about what happened. */
export function withoutToast(view: View): View {
  return view.toast === null ? view : { ...view, toast: null };
}

/** The view at a later time. */
export function atTime(view: View, now: number): View {
  return { ...view, now };
}
