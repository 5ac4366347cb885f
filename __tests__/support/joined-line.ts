/** The line that the program puts into a conversation when somebody comes by a link: tests about other lines leave it out. */
const joinedLine = / joined with your link$/u;

/** The lines of a conversation without the one that says that somebody joined. */
export function withoutJoined<Line extends { readonly text: string; readonly kind: string }>(
  lines: readonly Line[],
): readonly Line[] {
  return lines.filter(({ kind, text }) => kind !== 'notice' || !joinedLine.test(text));
}
