/**
 * Letters that look like another one, grouped by that one; a compact choice from UTS 39's confusables, for names. A reader may take every
 * letter of a group for its key. Case counts here: Greek Η looks like H, but η like n.
 */
const groups: Readonly<Record<string, string>> = {
  a: 'АаΑαɑᴀ⍺',
  b: 'ВвЬьΒβʙᏏƄ',
  c: 'СсϹϲᴄⅽ',
  d: 'ԁᴅɗᏧ',
  e: 'ЕеЁёΕεЭэєЄеҽᴇ℮',
  f: 'ƒϝꜰ',
  g: 'ɡɢԍԌց',
  h: 'НнҺһΗʜհᏂ',
  j: 'ЈјϳΙϳյᴊ',
  k: 'КкΚκᴋĸ',
  l: 'IiІіΙιЇїıɪɩӀӏӀ|1!ʟᛁ∣ǀⵏ',
  m: 'МмΜᴍ',
  n: 'ΝηռпПᴎɴ',
  o: '0ОоΟοօσᴏØøθѳѲ',
  p: 'РрΡρᴘҏ',
  q: 'ԛԚգզ',
  r: 'гГɼᴦʀ',
  s: 'ЅѕꜱʂՏ$5',
  t: 'ТтΤτᴛ',
  u: 'υᴜսµμцԱ',
  v: 'νѴѵᴠ∨',
  w: 'ԜԝшШωωѡᴡաɯ',
  x: 'ХхΧχ×ⲭ',
  y: 'УуΥүҮγᴠʏყ',
  z: 'ΖζᴢʐƵ2',
  3: 'ЗзӠӡƷʒЗ',
  '-': '‐‑‒–—―−﹘',
  "'": '’‘ʼʹ`´ˈ',
};

/** Maps each confusable letter to the letter that it looks like. */
export const looksLike: ReadonlyMap<string, string> = new Map(
  Object.entries(groups).flatMap(([like, letters]) => [...letters].map((letter) => [letter, like] as const)),
);
