/** The draft of somebody who typed before the kept draft was read: what was typed stands below it, and neither is lost. */
export function joinDrafts(kept: string, typed: string): string {
  if (kept === '' || typed === '' || typed === kept) return typed === '' ? kept : typed;
  return `${kept}\n${typed}`;
}
