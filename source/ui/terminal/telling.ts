import type { DesktopNotifier } from '../../core/desktop-notifier.ts';
import type { Printable, Store } from '../../core/types.ts';
import type { View } from '../model/view.ts';
import { asciiOf } from '../text/ascii.ts';
import { bell, notification, wayIn } from './notification.ts';

/** The ways out of the program that a notification may take. */
type Outlets = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes to the terminal beside the frames; nothing while the terminal is stuck. */
  readonly write: (bytes: string) => void;
  /** Null where nobody sits at this machine's desktop. */
  readonly desktop: DesktopNotifier | null;
};

/**
 * Makes the function that shows one line as the settings say: by the terminal if it can notify, because it may be on another machine; else
 * by the system; else the bell rings.
 */
export function createTelling(
  view: Store<View>,
  { env, write, desktop }: Outlets,
): (text: Printable) => void {
  const way = wayIn(env);
  return (text) => {
    const { settings, terminal } = view.get();
    const shown = terminal.isAscii ? asciiOf(text) : text;
    const { notify_by: by } = settings;
    if (way !== 'bell' || by === 'bell' || by === 'terminal' || !desktop)
      return write(notification(shown, way, by));
    void tellDesktop(desktop, text, () => write(bell), by === 'both');
  };
}

async function tellDesktop(
  desktop: DesktopNotifier,
  text: Printable,
  ring: () => void,
  alsoRings: boolean,
): Promise<void> {
  if (alsoRings) ring();
  const isShown = await desktop.show(text);
  if (!isShown && !alsoRings) ring();
}
