/** Joins the kept draft and what was typed before it was read: the typed text goes below, and neither is lost. */
export function joinDrafts(kept: string, typed: string): string {
  if (kept === '' || kept === typed) return typed;
  return typed === '' ? kept : `${kept}\n${typed}`;
}
