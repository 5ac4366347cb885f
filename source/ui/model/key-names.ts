/** Final bytes of `CSI … X` and `SS3 X` that are keys (xterm ctlseqs, "PC-Style Function Keys"). */
export const finals: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  M: 'enter',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
};

/** Numbers of `CSI n ~` (xterm ctlseqs; 7 and 8 are rxvt's). */
export const tildes: Readonly<Record<number, string>> = named(
  '1 home 2 insert 3 delete 4 end 5 pageup 6 pagedown 7 home 8 end 11 f1 12 f2 13 f3 14 f4 15 f5 17 f6 18 f7 19 f8 ' +
    '20 f9 21 f10 23 f11 24 f12',
);

/** Code points of `CSI n u` and `CSI 27 ; m ; n ~` that are named keys; 57399 and up: the kitty protocol's keypad. */
export const codes: Readonly<Record<number, string>> = named(
  '8 backspace 9 tab 13 enter 27 escape 32 space 127 backspace 57399 0 57400 1 57401 2 57402 3 57403 4 57404 5 57405 6 ' +
    '57406 7 57407 8 57408 9 57409 . 57410 / 57411 * 57412 - 57413 + 57414 enter 57415 = 57417 left 57418 right ' +
    '57419 up 57420 down 57421 pageup 57422 pagedown 57423 home 57424 end 57425 insert 57426 delete',
);

/** C0 controls (and DEL) that are not Ctrl with a letter. */
export const controls: Readonly<Record<number, string>> = named(
  '0 ctrl+space 8 ctrl+h 9 tab 10 ctrl+j 13 enter 28 ctrl+\\ 29 ctrl+] 30 ctrl+^ 31 ctrl+_ 127 backspace',
);

function named(list: string): Record<number, string> {
  const words = list.split(' ');
  const table: Record<number, string> = {};
  for (let at = 0; at < words.length; at += 2) table[Number(words[at])] = words[at + 1] ?? '';
  return table;
}
