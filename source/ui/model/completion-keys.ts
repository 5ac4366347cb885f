import { say } from '../text/say.ts';

/** The keys of the popup above the draft; every other key goes on to the draft. */
export const completionKeys = [
  {
    action: 'take-completion',
    keys: ['tab'],
    where: 'completion',
    help: say`take the entry (Enter too, once one was chosen)`,
    hint: say`take`,
  },
  {
    action: 'next-completion',
    keys: ['down'],
    where: 'completion',
    help: say`choose the next one`,
    hint: say`choose`,
  },
  { action: 'previous-completion', keys: ['up'], where: 'completion', help: say`choose the one before` },
  {
    action: 'close-completion',
    keys: ['escape'],
    where: 'completion',
    help: say`close the list`,
    hint: say`close`,
  },
] as const;
