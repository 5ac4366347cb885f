import type { KeptBox } from '../../core/lent.ts';
import type { ContactState } from '../../core/types.ts';
import type { Reached } from '../../inbox/mailboxes.ts';

/** Facts about this machine and this home; nobody outside was asked for them. Times in ms since 1970. */
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
  /** The proxy that everything goes out through, without its password, and the reason why it is of no use; null when there is none. */
  readonly proxy: { readonly shown: string; readonly failure: string | null } | null;
  /** The Tor of this home; null when none is wanted. */
  readonly tor: TorFacts | null;
  /** True if `address` in config.toml says onion while `onion` is false: then nobody is told of the service, and nothing goes through Tor. */
  readonly isOnionOff: boolean;
  /** What the listener said last of the port that a router passes on; null when the router is not asked. */
  readonly mapped: { readonly place: string; readonly words: string } | null;
  readonly freeBytes: number;
  readonly home: string;
  /** The fault in the modes of keys/, or null. */
  readonly folders: { readonly text: string; readonly hint: string } | null;
  readonly passphrase: boolean;
  readonly quarantined: number;
  /** Envelopes that are left to the listener. */
  readonly carried: number;
  /** What keeps the listener from sending them, in its words; empty for nothing. */
  readonly trouble: string;
  /** The bytes that wait in the inbox itself. */
  readonly waitingBytes: number;
  /** What the listener wrote down of the mailboxes, and since when the slots are what they are; 0 when there are none. */
  readonly reached: readonly Reached[];
  readonly slotsAt: number;
};

/** Facts about the Tor of a home. */
export type TorFacts = {
  /** The program that is installed; null when there is none. */
  readonly program: { readonly path: string; readonly version: string } | null;
  /** The command that installs it. */
  readonly installation: string;
  /** The one that runs, and what it says of itself, if it says anything. */
  readonly pid: number | null;
  readonly report: { readonly percent: number; readonly summary: string; readonly announced: boolean } | null;
  /** The place of the onion service; null before it has a name. */
  readonly place: string | null;
  /** True if the address in config.toml names it. */
  readonly isTold: boolean;
  /** True if what is no onion service is reached without it. */
  readonly isForOnionsOnly: boolean;
};

/** Facts about one box of this home elsewhere. `reason` is empty when all is well. */
export type MailboxFacts = {
  readonly place: string;
  readonly createdAt: number;
  readonly isGranted: boolean;
  readonly answeredAt: number | null;
  /** When the slots and links were read that its host has. */
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
  /** Files that were set aside by a fault of the program. */
  readonly bugs: number;
  readonly people: readonly PersonFacts[];
  readonly mailboxes: readonly MailboxFacts[];
  /** The boxes that are kept here for others. */
  readonly lent: readonly KeptBox[];
  /** True if events tell what arrives; null when no client runs here. */
  readonly hasEvents: boolean | null;
};
