/** A router that may pass a port on. */
export type Gateway = {
  /** Its IPv4 address towards this machine. */
  readonly host: string;
  /** Where it takes PCP and NAT-PMP, and where it hears who looks for UPnP: 5351 and 1900. */
  readonly port: number;
  readonly ssdpPort: number;
  /** What a PCP mapping is known by (12 bytes). */
  readonly nonce: Uint8Array;
  /** How long it is waited for. */
  readonly patience: Patience;
  readonly signal: AbortSignal;
};

/** How long a router is waited for, in ms: after each time that a question is put by UDP, for an answer to a search, for a whole HTTP exchange. */
export type Patience = {
  readonly asks: readonly number[];
  readonly search: number;
  readonly exchange: number;
};

/** As in RFC 6886 §3.1, cut short: what answers at all answers at once. */
export const usualPatience: Patience = { asks: [250, 500, 1000, 2000], search: 2500, exchange: 4000 };

/** What a router says that it passes on, and for how many seconds. Nothing of it is believed yet. */
export type Mapped = {
  readonly host: string;
  readonly port: number;
  readonly lifeS: number;
  readonly by: 'PCP' | 'NAT-PMP' | 'UPnP';
};
