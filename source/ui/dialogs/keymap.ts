import type { Printable } from '../../core/types.ts';
import { say } from '../text/say.ts';

/** The keys of all dialogs, and of each of them. */
export const dialogKeys = [
  { action: 'close-dialog', keys: ['escape', 'ctrl+c'], where: 'dialog', help: say`close`, hint: say`close` },
  { action: 'scroll-dialog-up', keys: ['up', 'pageup'], where: 'dialog', help: say`scroll up` },
  { action: 'scroll-dialog-down', keys: ['down', 'pagedown'], where: 'dialog', help: say`scroll down` },
  {
    action: 'answer-set-up',
    keys: ['enter'],
    where: 'set-up',
    help: say`next line; on the last one: begin`,
    hint: say`next`,
  },
  {
    action: 'next-field',
    keys: ['tab', 'down'],
    where: 'set-up',
    help: say`next line`,
  },
  { action: 'previous-field', keys: ['shift+tab', 'up'], where: 'set-up', help: say`line before` },
  { action: 'quit', keys: ['ctrl+c'], where: 'set-up', help: say`quit`, hint: say`quit` },
  { action: 'unlock', keys: ['enter'], where: 'unlock', help: say`unlock`, hint: say`unlock` },
  { action: 'quit', keys: ['ctrl+c', 'ctrl+d'], where: 'unlock', help: say`quit`, hint: say`quit` },
  {
    action: 'accept-no-passphrase',
    keys: ['y'],
    where: 'no-passphrase',
    help: say`go on without`,
    hint: say`go on without`,
  },
  { action: 'close-dialog', keys: ['escape'], where: 'no-passphrase', help: say`back`, hint: say`back` },
  { action: 'copy-link', keys: ['c', 'y'], where: 'invite', help: say`copy the link`, hint: say`copy` },
  { action: 'join', keys: ['enter'], where: 'join', help: say`join`, hint: say`join` },
  { action: 'next-field', keys: ['tab', 'down'], where: 'join', help: say`next line` },
  { action: 'previous-field', keys: ['shift+tab', 'up'], where: 'join', help: say`line before` },
  {
    action: 'join',
    keys: ['enter'],
    where: 'joined',
    help: say`go to the conversation`,
    hint: say`go there`,
  },
  { action: 'copy-key', keys: ['c'], where: 'keys', help: say`copy the fingerprint`, hint: say`copy` },
  { action: 'copy-pem', keys: ['p'], where: 'keys', help: say`copy the public key`, hint: say`copy PEM` },
  { action: 'confirm-rotation', keys: ['y'], where: 'rotate', help: say`rotate now`, hint: say`rotate now` },
  { action: 'palette-up', keys: ['up', 'ctrl+p', 'shift+tab'], where: 'palette', help: say`one up` },
  { action: 'palette-down', keys: ['down', 'ctrl+n', 'tab'], where: 'palette', help: say`one down` },
  { action: 'palette-take', keys: ['enter'], where: 'palette', help: say`go there`, hint: say`go there` },
  {
    action: 'next-wire-part',
    keys: ['tab', 'right'],
    where: 'wire',
    help: say`request, letters, bytes: the next`,
    hint: say`next part`,
  },
  { action: 'previous-wire-part', keys: ['shift+tab', 'left'], where: 'wire', help: say`the one before` },
  { action: 'examine-again', keys: ['r'], where: 'doctor', help: say`look again`, hint: say`look again` },
  { action: 'type-question', keys: ['?'], where: 'help', help: say`type a question mark` },
  { action: 'compare', keys: ['enter'], where: 'verify', help: say`compare the digits`, hint: say`compare` },
  ...identityKeys('identity', say`keep writing`),
  ...identityKeys('stopped', say`stay stopped`),
  { action: 'accept-request', keys: ['a'], where: 'requests', help: say`accept`, hint: say`accept` },
  { action: 'decline-request', keys: ['d'], where: 'requests', help: say`decline`, hint: say`decline` },
  { action: 'block-request', keys: ['b'], where: 'requests', help: say`block`, hint: say`block` },
  { action: 'request-up', keys: ['up', 'ctrl+p'], where: 'requests', help: say`one up` },
  { action: 'request-down', keys: ['down', 'ctrl+n'], where: 'requests', help: say`one down` },
  { action: 'copy-opened', keys: ['c', 'y'], where: 'message', help: say`copy its text`, hint: say`copy` },
  {
    action: 'confirm-erase',
    keys: ['y'],
    where: 'erase',
    help: say`delete it now`,
    hint: say`delete for good`,
  },
  {
    action: 'confirm-forget',
    keys: ['y'],
    where: 'forget',
    help: say`forget now`,
    hint: say`forget for good`,
  },
] as const;

/** What can be done about a key that has changed; `instead` says what closing means there. */
function identityKeys<Place extends 'identity' | 'stopped'>(where: Place, instead: Printable) {
  return [
    { action: 'compare-identity', keys: ['c'], where, help: say`compare now`, hint: say`compare now` },
    { action: 'close-dialog', keys: ['escape', 'ctrl+c'], where, help: instead, hint: instead },
    {
      action: 'invite-instead',
      keys: ['i'],
      where,
      help: say`make a new link for them`,
      hint: say`new link`,
    },
    { action: 'block-identity', keys: ['b'], where, help: say`block`, hint: say`block` },
  ] as const;
}
