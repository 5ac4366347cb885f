/** The 60 digits of a safety number as two lines of six groups of five, to be read out and compared. */
export function digitLines(digits: string): readonly string[] {
  const fives = digits.match(/\d{5}/gu) ?? [];
  return [fives.slice(0, 6).join(' '), fives.slice(6).join(' ')];
}
