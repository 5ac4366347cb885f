import { createContext } from 'react';
import { type Looks, looksOf } from '../model/theme.ts';

/** The properties of the terminal that drawing depends on. */
export type Drawing = {
  /** They change with the theme while the screen runs. */
  readonly looks: Looks;
  /** True if only ASCII may be written. */
  readonly isAscii: boolean;
};

/** The context that everything inside is drawn with. */
export const DrawingContext = createContext<Drawing>({
  looks: looksOf('dark', new Map(), { depth: 16, background: null }),
  isAscii: false,
});
