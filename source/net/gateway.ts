/** A router that may map a port. */
export type Gateway = {
  /** Its IPv4 address towards this machine. */
  readonly host: string;
  /** Its ports for PCP and NAT-PMP, and for UPnP discovery: 5351 and 1900. */
  readonly port: number;
  readonly ssdpPort: number;
  /** The nonce of a PCP mapping (12 bytes). */
  readonly nonce: Uint8Array;
  /** How long to wait for it. */
  readonly patience: Patience;
  readonly signal: AbortSignal;
};

/** How long to wait for a router, in ms: after each UDP question, for an answer to a search, for a whole HTTP exchange. */
type Patience = {
  readonly asks: readonly number[];
  readonly search: number;
  readonly exchange: number;
};

/** As in RFC 6886 §3.1, cut short: a router that answers at all answers at once. */
export const usualPatience: Patience = { asks: [250, 500, 1000, 2000], search: 2500, exchange: 4000 };

/** A mapping as a router claims it, and for how many seconds; none of it is checked yet. */
export type Mapped = {
  readonly host: string;
  readonly port: number;
  readonly lifeS: number;
  readonly by: 'PCP' | 'NAT-PMP' | 'UPnP';
};
