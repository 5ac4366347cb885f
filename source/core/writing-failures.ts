import { exits, type Failure } from './failure.ts';

const { operating } = exits;

/** The part of core/failures.ts that is about writing a draft in an editor. */
export const writingFailures = {
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
