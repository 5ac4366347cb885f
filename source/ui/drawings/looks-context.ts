import { createContext } from 'react';
import { looksOf } from '../theme.ts';

/** The looks that what is inside is drawn with; they change with the theme while the screen runs. */
export const LooksContext = createContext(looksOf('dark', true));
