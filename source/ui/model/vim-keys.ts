import { say } from '../text/line.ts';

/**
 * The keys that vim mode has besides those that change the draft (composer/vim/): in normal mode, and while a message is selected. A
 * letter here is a command, not text.
 */
export const vimKeys = [
  {
    action: 'vim-redo',
    keys: ['ctrl+r'],
    where: 'vim',
    help: say`redo (rotating keys is in the palette)`,
  },
  { action: 'half-page-down', keys: ['ctrl+d'], where: 'vim', help: say`scroll half a page down` },
  { action: 'half-page-up', keys: ['ctrl+u'], where: 'vim', help: say`scroll half a page up` },
  { action: 'vim-find', keys: ['/'], where: 'vim', help: say`find messages` },
  { action: 'vim-go-to', keys: [':'], where: 'vim', help: say`go to a person or a command` },

  { action: 'pick-newer', keys: ['j'], where: 'vim-selecting', help: say`the message below` },
  { action: 'pick-older', keys: ['k'], where: 'vim-selecting', help: say`the message above` },
  { action: 'pick-oldest', keys: ['g'], where: 'vim-selecting', help: say`the oldest message` },
  { action: 'pick-newest', keys: ['G'], where: 'vim-selecting', help: say`the newest message` },
  { action: 'pick-page-down', keys: ['ctrl+d'], where: 'vim-selecting', help: say`a page down` },
  { action: 'pick-page-up', keys: ['ctrl+u'], where: 'vim-selecting', help: say`a page up` },
] as const;
