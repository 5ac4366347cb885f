/** How a thing stands: as it should; worth knowing; or in the way of messages. */
export type CheckState = 'ok' | 'note' | 'problem';

/** What can be looked at. */
export type CheckName =
  | 'listener'
  | 'bound'
  | 'address'
  | 'interface'
  | 'port'
  | 'connection'
  | 'disk'
  | 'folders'
  | 'passphrase'
  | 'quarantine'
  | 'events'
  | 'bugs'
  | 'clock'
  | 'key'
  | 'standing'
  | 'answers'
  | 'waiting'
  | 'follows';

/**
 * One thing that `doctor` looked at: `subject` is what (an address, a folder, what the user calls a contact), `text` one sentence,
 * `hint` one thing to do, empty when there is none. Raw texts.
 */
export type Check = {
  readonly check: CheckName;
  readonly subject: string;
  readonly state: CheckState;
  readonly text: string;
  readonly hint: string;
};
