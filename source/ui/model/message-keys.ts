import { say } from '../text/line.ts';

/** The keys while a message is selected. Every other character begins a draft. */
export const messageKeys = [
  {
    action: 'reply',
    keys: ['r'],
    where: 'selecting',
    help: say`reply and quote it`,
    hint: say`reply`,
  },
  {
    action: 'write-again',
    keys: ['e'],
    where: 'selecting',
    help: say`copy your own message into the draft`,
    hint: say`again`,
  },
  {
    action: 'ask-erase',
    keys: ['d', 'delete'],
    where: 'selecting',
    help: say`delete it from this disk (asks first)`,
    hint: say`delete`,
  },
  { action: 'copy-message', keys: ['y'], where: 'selecting', help: say`copy its text`, hint: say`copy` },
  {
    action: 'open-message',
    keys: ['o', 'enter'],
    where: 'selecting',
    help: say`show the whole message, with times and links`,
    hint: say`open`,
  },
  {
    action: 'wire-selected',
    keys: ['w'],
    where: 'selecting',
    help: say`show what the network saw of it`,
    hint: say`wire`,
  },
  {
    action: 'retry-message',
    keys: ['t'],
    where: 'selecting',
    help: say`try to send queued messages now`,
    hint: say`try`,
  },
  { action: 'pick-older', keys: ['up'], where: 'selecting', help: say`the message above` },
  {
    action: 'pick-newer',
    keys: ['down'],
    where: 'selecting',
    help: say`the message below; below the newest: back to writing`,
  },
  { action: 'pick-page-up', keys: ['pageup'], where: 'selecting', help: say`a page up` },
  { action: 'pick-page-down', keys: ['pagedown'], where: 'selecting', help: say`a page down` },
  { action: 'pick-oldest', keys: ['home', 'ctrl+home'], where: 'selecting', help: say`the oldest message` },
  { action: 'pick-newest', keys: ['end', 'ctrl+end'], where: 'selecting', help: say`the newest message` },
  {
    action: 'end-picking',
    keys: ['escape', 'ctrl+c'],
    where: 'selecting',
    help: say`back to writing`,
    hint: say`back`,
  },
] as const;
