import { defaultSettings, type Settings } from '../../core/settings.ts';
import { baseForms, type EmojiKind } from '../text/emoji-drawing.ts';

/** What a terminal can show, whatever the settings say. */
export type Terminal = {
  readonly hasColour: boolean;
  /** Whether it shows ASCII alone. */
  readonly isAscii: boolean;
  /** The kinds of emoji that it draws as one picture, as far as it has shown. */
  readonly emoji: ReadonlySet<EmojiKind>;
};

/** What holds on a terminal of which nothing is known, for somebody who set nothing. */
export const plainly: { readonly settings: Settings; readonly terminal: Terminal } = {
  settings: defaultSettings,
  terminal: { hasColour: true, isAscii: false, emoji: baseForms },
};
