import { type DialogBound, dialogKeys } from './dialog-list.ts';
import type { Settings } from '../core/settings.ts';
import { keyFault, type KeyFault } from './model/key-faults.ts';
import { anyDialogKeys, type Binding, everywhereKeys, mainKeys } from './model/keymap.ts';

/** Every key of the program. Dispatch, hints and the help screen are built from it. */
export const keymap: readonly Binding[] = [...mainKeys, ...anyDialogKeys, ...dialogKeys, ...everywhereKeys];

/** The place and the action of each of them. */
export type Bound = (typeof mainKeys | typeof anyDialogKeys | typeof everywhereKeys)[number] | DialogBound;

/** The name of any action of a key. */
export type Action = Bound['action'];

/** The first error in the keys of the settings; null when the keys can be used. */
export function faultOfKeys(keys: Settings['keys']): KeyFault | null {
  return keyFault(keymap, keys);
}
