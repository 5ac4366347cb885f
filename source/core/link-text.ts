/** Line ends that mail and chat put between the letters of a link, plain or quoted-printable, with the marks of a quotation. */
export const lineEnds = /=?\r?\n(?:[ \t]*[>|])*/gu;

/** Blanks and invisible characters that mail and chat add to a link. */
export const blanks = /[\s\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;

/** Matches an invite link in a text without `blanks`. PROTOCOL.md "Invite link". */
export const links =
  /cryptochat:[\w-]*@(?:https:\/\/)?(?:\[[0-9a-f:.]*\]|[\w.-]+):\d{1,5}(?:\/[\w-]{1,64}){0,3}/giu;
