import { skipKind, walkFrom, type Kind, type Walk } from './letters.ts';

/** The count and the kind of words of a motion by words. */
type WordMotion = {
  readonly count: number;
  /** Words are separated only by blanks. */
  readonly isBig: boolean;
};

/** The result of a motion by words; one that failed has moved as far as it could. */
export type Arrival = { readonly at: number; readonly failed: boolean };

/** Where `count` words further on begin; with `staysInLine` (an operator waits) the last word ends with its line. */
export function wordAhead(
  text: string,
  from: number,
  { count, isBig, staysInLine = false }: WordMotion & { readonly staysInLine?: boolean },
): Arrival {
  const walk = walkFrom(text, from, isBig);
  for (let left = count - 1; left >= 0; left -= 1) {
    const stops = staysInLine && left === 0;
    const isOver = stepWord(walk, text, stops);
    if (isOver !== 'on') return { at: walk.at(), failed: isOver === 'failed' };
  }
  return { at: walk.at(), failed: false };
}

type Stepped = 'on' | 'arrived' | 'failed';

/** One word on: `on` when there may be another, `arrived` when this must be the last step. */
function stepWord(walk: Walk, text: string, stops: boolean): Stepped {
  const kind = walk.kind();
  const isLastLine = !text.includes('\n', walk.at());
  const first = walk.ahead();
  if (first === 'none' || (first !== 'letter' && isLastLine)) return 'failed';
  if (first !== 'letter' && stops) return 'arrived';
  if (kind !== 'blank' && !leaveWord(walk, kind, stops)) return 'arrived';
  return skipBlanks(walk, isLastLine || stops);
}

/** Goes past the word; false where the motion ends there. */
function leaveWord(walk: Walk, kind: Kind, stops: boolean): boolean {
  while (walk.kind() === kind) {
    const step = walk.ahead();
    if (step === 'none' || (step !== 'letter' && stops)) return false;
  }
  return true;
}

/** Goes past blanks; `arrived` where the motion ends with its line. */
function skipBlanks(walk: Walk, endsWithLine: boolean): Stepped {
  while (walk.kind() === 'blank' && !walk.isEmptyLine()) {
    const step = walk.ahead();
    if (step === 'none' || (step !== 'letter' && endsWithLine)) return 'arrived';
  }
  return 'on';
}

/** Where `count` words before `from` begin. */
export function wordBack(text: string, from: number, { count, isBig }: WordMotion): Arrival {
  const walk = walkFrom(text, from, isBig);
  for (let left = count; left > 0; left -= 1) {
    if (!walk.back()) return { at: walk.at(), failed: true };
    const isThere = skipBlanksBack(walk);
    if (isThere === 'start') return { at: walk.at(), failed: false };
    if (isThere === 'empty') continue;
    if (!skipKind(walk, 'back')) return { at: walk.at(), failed: false };
    walk.ahead();
  }
  return { at: walk.at(), failed: false };
}

/** Goes back over blanks and ends of lines; stops on an empty line. */
function skipBlanksBack(walk: Walk): 'word' | 'empty' | 'start' {
  while (walk.kind() === 'blank') {
    if (walk.isEmptyLine()) return 'empty';
    if (!walk.back()) return 'start';
  }
  return 'word';
}

/** The ends that a motion to the end of a word may be at. */
type Ends = {
  /** A cursor on the last letter of a word stays there. */
  readonly stays?: boolean;
  /** An empty line is an end, too. */
  readonly atEmpty?: boolean;
};

/** Where `count` words further on end. */
export function wordEnd(
  text: string,
  from: number,
  { count, isBig, stays = false, atEmpty = false }: WordMotion & Ends,
): Arrival {
  const walk = walkFrom(text, from, isBig);
  for (let left = count; left > 0; left -= 1) {
    const end = stepToEnd(walk, { stays: stays && left === count, atEmpty });
    if (end === 'failed') return { at: walk.at(), failed: true };
    if (end === 'passed') walk.back();
  }
  return { at: walk.at(), failed: false };
}

function stepToEnd(walk: Walk, { stays = false, atEmpty = false }: Ends): 'passed' | 'empty' | 'failed' {
  const kind = walk.kind();
  if (walk.ahead() === 'none') return 'failed';
  const isWord = kind !== 'blank';
  const isInside = isWord && walk.kind() === kind;
  if (isWord && stays && !isInside) return 'passed';
  const found = isInside ? 'word' : blanksAhead(walk, atEmpty);
  return found === 'word' ? overWord(walk) : found;
}

function overWord(walk: Walk): 'passed' | 'failed' {
  return skipKind(walk, 'ahead') ? 'passed' : 'failed';
}

/** Goes on over blanks and ends of lines, up to an empty line where that counts. */
function blanksAhead(walk: Walk, atEmpty: boolean): 'word' | 'empty' | 'failed' {
  while (walk.kind() === 'blank') {
    if (atEmpty && walk.isEmptyLine()) return 'empty';
    if (walk.ahead() === 'none') return 'failed';
  }
  return 'word';
}
