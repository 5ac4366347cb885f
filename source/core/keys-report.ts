import type { ContactState } from './types.ts';

/** The output of `keys --json` (a contract); `created` is ISO 8601 UTC. */
export type KeysReport = {
  readonly fingerprint: string;
  readonly created: string;
  readonly epoch: number;
  readonly publicKeyPem: string;
  /** The digits of this key, to be read out to any contact. */
  readonly ownDigits: string;
  readonly contacts: ReadonlyArray<{
    readonly name: string;
    readonly state: ContactState;
    readonly safetyNumber: string;
    /** True if this contact already uses our newest key. */
    readonly followed: boolean;
  }>;
};
