import { exits, type Failure } from './failure.ts';

const { operating, usage } = exits;

/** The part of core/failures.ts that is about the text of a message, and writing it in an editor. */
export const writingFailures = {
  'text-encoding': {
    text: (detail) => `${detail} is no text in the encoding of this locale`,
    hint: 'convert it, or set LC_ALL to a locale with the encoding that it has',
    exit: usage,
  },
  'editor-missing': {
    text: () => 'there is no editor here',
    hint: 'name one in $VISUAL or $EDITOR',
    exit: operating,
  },
  'editor-failed': {
    text: (detail) => `the editor ended with ${detail}`,
    hint: 'the draft is as it was before',
    exit: operating,
  },
  'draft-bad': {
    text: (detail) => detail,
    hint: 'the file is kept until the next start; the draft is as it was before',
    exit: operating,
  },
} as const satisfies Record<string, Failure>;
