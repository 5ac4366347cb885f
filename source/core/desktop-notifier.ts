/** Desktop notifications, shown by the system instead of the terminal. */
export type DesktopNotifier = {
  /** Shows one line; false if no program of the system could. Never throws. */
  readonly show: (text: string) => Promise<boolean>;
  /** Ends the programs that still run. */
  readonly end: () => void;
};
