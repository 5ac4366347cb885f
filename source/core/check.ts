/** The result of a check: fine; worth knowing; or stopping messages. */
export type CheckState = 'ok' | 'note' | 'problem';

/** The names of all checks. */
export type CheckName =
  | 'listener'
  | 'bound'
  | 'address'
  | 'interface'
  | 'port'
  | 'proxy'
  | 'tor'
  | 'router'
  | 'connection'
  | 'mailboxes'
  | 'lent'
  | 'disk'
  | 'folders'
  | 'passphrase'
  | 'quarantine'
  | 'left'
  | 'events'
  | 'bugs'
  | 'clock'
  | 'key'
  | 'standing'
  | 'answers'
  | 'waiting'
  | 'follows';

/**
 * One check of `doctor`: `subject` is the thing checked (an address, a folder, the user's name for a contact), `text` one sentence, `hint`
 * one thing to do, empty when there is none. Raw texts.
 */
export type Check = {
  readonly check: CheckName;
  readonly subject: string;
  readonly state: CheckState;
  readonly text: string;
  readonly hint: string;
};
