import type { ListWidth } from '../../core/settings.ts';
import { changeSetting } from './change-setting.ts';
import type { Desk } from './desk.ts';

/** From the narrowest to the widest. */
const widths = ['narrow', 'auto', 'wide'] as const satisfies readonly ListWidth[];

/** Hides the list of people, or brings it back at its earlier width. */
export function toggleList(desk: Desk): void {
  const { list } = desk.view.get().settings;
  if (list === 'hidden') return changeSetting(desk, ['list'], desk.underway.listBefore);
  desk.underway.listBefore = list;
  changeSetting(desk, ['list'], 'hidden');
}

/** Makes the list wider or narrower by a step; a hidden one is shown again. */
export function resizeList(desk: Desk, by: 1 | -1): void {
  const { list } = desk.view.get().settings;
  if (list === 'hidden') return toggleList(desk);
  const next = widths[widths.indexOf(list) + by];
  if (next) changeSetting(desk, ['list'], next);
}
