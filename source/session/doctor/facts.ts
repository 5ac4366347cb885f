import type { KeptBox } from '../../core/lent.ts';
import type { ContactState } from '../../core/types.ts';
import type { Reached } from '../../inbox/mailboxes.ts';

/** Facts about this machine and this home, gathered without asking anyone outside. Times in ms since 1970. */
export type MachineFacts = {
  readonly now: number;
  /** As in config.toml, HOST:PORT. */
  readonly listen: string;
  /** The places where others reach this home, the best first. */
  readonly places: readonly OwnPlace[];
  /** Where a listener of this home is bound, if one runs. */
  readonly listener: { readonly host: string; readonly port: number; readonly pid: number } | null;
  /** Every address of every interface, loopback too. */
  readonly interfaces: readonly string[];
  /** The proxy for everything that is sent, without its password, and why it does not work; null when there is none. */
  readonly proxy: { readonly shown: string; readonly failure: string | null } | null;
  /** The Tor of this home; null when none is wanted. */
  readonly tor: TorFacts | null;
  /** True if `address` in config.toml says onion while `onion` is false: then contacts do not learn of the service, and nothing is sent through Tor. */
  readonly isOnionOff: boolean;
  /** The listener's last report about the port that the router forwards; null when the router is not asked. */
  readonly mapped: { readonly place: string; readonly words: string } | null;
  readonly freeBytes: number;
  readonly home: string;
  /** The fault in the modes of keys/, or null. */
  readonly folders: { readonly text: string; readonly hint: string } | null;
  readonly passphrase: boolean;
  readonly quarantined: number;
  /** Envelopes that the listener holds. */
  readonly carried: number;
  /** The reason why the listener cannot send them, in its own words; empty if it can. */
  readonly trouble: string;
  /** The bytes waiting in the inbox itself. */
  readonly waitingBytes: number;
  /** The listener's report about the mailboxes, and the time of the last change of the slots; 0 when there are none. */
  readonly reached: readonly Reached[];
  readonly slotsAt: number;
};

/** Facts about the Tor of a home. */
export type TorFacts = {
  /** The installed program; null when there is none. */
  readonly program: { readonly path: string; readonly version: string } | null;
  /** The command that installs it. */
  readonly installation: string;
  /** The running one, and its report, if it gives one. */
  readonly pid: number | null;
  readonly report: { readonly percent: number; readonly summary: string; readonly announced: boolean } | null;
  /** The place of the onion service; null before it has a name. */
  readonly place: string | null;
  /** True if the address in config.toml names it. */
  readonly isTold: boolean;
  /** True if it carries onion services only. */
  readonly isForOnionsOnly: boolean;
};

/** Facts about one box of this home elsewhere. `reason` is empty when it works. */
export type MailboxFacts = {
  readonly place: string;
  readonly createdAt: number;
  readonly isGranted: boolean;
  readonly answeredAt: number | null;
  /** When the slots and links were read that its host now has. */
  readonly tableAt: number;
  readonly reason: string;
};

/** One place of this home (core/place.ts), and the outcome of a connection from here to it; null when it was not tried. */
export type OwnPlace = {
  readonly address: string;
  readonly connection: { readonly taken: boolean; readonly reason: string } | null;
};

/** Facts about one contact. */
export type PersonFacts = {
  readonly label: string;
  readonly state: ContactState;
  readonly request: 'sent' | 'received' | null;
  readonly address: string;
  readonly lastHeardAt: number | null;
  readonly lastAnsweredAt: number | null;
  /** Failed tries in a row, as far as this program made them. */
  readonly away: { readonly attempts: number; readonly nextTryAt: number; readonly reason: string } | null;
  /** Messages that wait, and since when the first of them has waited. */
  readonly queued: number;
  readonly waitsSince: number | null;
  readonly unknownSince: number | null;
  readonly followed: boolean;
};

/** Everything that the checks look at. */
export type Facts = {
  readonly machine: MachineFacts;
  readonly revoked: boolean;
  /** Files that were set aside because of a bug. */
  readonly bugs: number;
  readonly people: readonly PersonFacts[];
  readonly mailboxes: readonly MailboxFacts[];
  /** The boxes that this home keeps for others. */
  readonly lent: readonly KeptBox[];
  /** True if the system reports new files; null when no client runs here. */
  readonly hasEvents: boolean | null;
};
