/** The state of the home's own Tor, as far as the client knows; `off` when none is wanted, or another program provides it. */
export type OnionState =
  | { readonly phase: 'off' }
  | { readonly phase: 'starting' }
  | {
      readonly phase: 'running';
      readonly pid: number;
      /** Its progress in connecting to the Tor network, in percent; it can be used at 100. */
      readonly percent: number;
      /** True once Tor has made the onion service's descriptor and uploads it; others can then find it, usually within a minute. */
      readonly announced: boolean;
      readonly summary: string;
    }
  | { readonly phase: 'failed'; readonly reason: string; readonly hint: string };

/** The own Tor in the output of `status --json` (a contract). */
export type OnionReport = {
  /** The place of the onion service; null before it has one. */
  readonly place: string | null;
  readonly running: boolean;
  /** Tor's progress in connecting, in percent. */
  readonly percent: number;
  /** As in OnionState. */
  readonly announced: boolean;
};
