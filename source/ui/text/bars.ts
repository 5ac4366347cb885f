import type { Printable } from '../../core/types.ts';
import { pad } from './cells.ts';
import { say } from './say.ts';

const eighths: readonly Printable[] = [say``, say`▏`, say`▎`, say`▍`, say`▌`, say`▋`, say`▊`, say`▉`];
const whole = say`█`;

/** A bar of `part` (0 to 1) of `width` columns, to an eighth of a column, filled up with blanks; any part above 0 is visible. */
export function bar(part: number, width: number): Printable {
  const most = width * 8;
  const length = Math.min(most, Math.max(part > 0 ? 1 : 0, Math.round(part * most)));
  const drawn = whole.repeat(Math.floor(length / 8)) as Printable;
  return pad(say`${drawn}${eighths[length % 8] ?? say``}`, width);
}
