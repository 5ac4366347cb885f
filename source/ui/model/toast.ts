import type { Failure } from './dialog.ts';
import type { Toast, View } from './view.ts';

const toastMs = { error: 20_000, note: 6000 };
/** A person who is typing when an error comes has had time to see it after this long. */
const seenMs = 1500;

/** The view with a line about what happened. */
export function withToast(view: View, kind: Toast['kind'], said: Failure): View {
  return { ...view, toast: { ...said, kind, until: view.now + toastMs[kind] } };
}

/** The view at the next key: an error that was there long enough to be seen is gone. */
export function atKey(view: View): View {
  const { toast, now } = view;
  const isOld = toast?.kind === 'error' && now - (toast.until - toastMs.error) >= seenMs;
  return isOld ? { ...view, toast: null } : view;
}

/** The view at a later time: lines that were there long enough are gone. */
export function atTime(view: View, now: number): View {
  return { ...view, now, toast: view.toast && view.toast.until < now ? null : view.toast };
}
