/** Columns from which on the sidebar is shown. */
const sidebarFrom = 60;

/** Columns of the sidebar without its line, on a terminal of `columns`; 0 when it is hidden. */
export function sidebarColumns(columns: number): number {
  return columns < sidebarFrom ? 0 : Math.min(28, Math.max(18, Math.floor(columns / 5)));
}
