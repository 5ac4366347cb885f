import { concat } from '../bytes.ts';
import type { Kind } from './kind.ts';

/** An empty content: fills a seq whose content is gone. */
export const nothing: Kind<object> = {
  number: 9,
  ordered: true,
  write: () => concat(),
  read: () => ({}),
};
