import { exits, type Failure } from './failure.ts';

const { operating, tryAgain } = exits;

/** The part of core/failures.ts that is about whether a home is there, whose it is, and who has it open. */
export const homeFailures = {
  'home-missing': {
    text: (home) => `there is no cryptochat home at ${home}`,
    hint: 'cryptochat init --name NAME makes one',
    exit: operating,
  },
  'home-exists': {
    text: (home) => `there is already a cryptochat home at ${home}`,
    hint: 'open it with cryptochat, or choose another with --home',
    exit: operating,
  },
  'home-open': {
    text: () => 'another cryptochat screen is open on this home',
    hint: 'use that one, or choose another home with --home',
    exit: tryAgain,
  },
  'home-busy': {
    text: () => 'another cryptochat command is using this home',
    hint: 'try again in a moment',
    exit: tryAgain,
  },
  'home-silent': {
    text: () => 'another cryptochat has this home open and does not answer',
    hint: 'bring it back with fg or kill -CONT, or end it',
    exit: tryAgain,
  },
  'folder-open': {
    text: (folder) => `${folder} can be read or changed by others`,
    hint: 'chmod 700 the folder and chmod 600 the files in it, and think about who may have read them',
    exit: operating,
  },
  'folder-owner': {
    text: (folder) => `${folder} belongs to another user`,
    hint: 'use a home of your own with --home',
    exit: operating,
  },
  'path-open': {
    text: (path) => `other users may write to ${path}`,
    hint: 'chmod go-w it and look at what they may have changed, or choose another home with --home',
    exit: operating,
  },
  'path-pattern': {
    text: (path) => `there is a * in ${path}: Node would let the listener into every folder that fits`,
    hint: 'rename that folder, or choose another home with --home',
    exit: operating,
  },
  'home-shape': {
    text: (detail) => detail,
    hint: 'move it away, and put back what belongs there: docs/MANUAL.md, "Files of a home"',
    exit: operating,
  },
  'home-unmakeable': {
    text: (why) => `no home can be made there: ${why}`,
    hint: 'choose another place with --home DIR',
    exit: operating,
  },
  'home-nowhere': {
    text: () => 'HOME is empty or no absolute path, so there is no place for a home',
    hint: 'set HOME, or say where with --home DIR or CRYPTOCHAT_HOME',
    exit: operating,
  },
  'inbox-replaced': {
    text: (path) => `${path} was removed or replaced while cryptochat uses it`,
    hint: 'put it back, or start cryptochat again to go on with what is there now',
    exit: tryAgain,
  },
  'home-replaced': {
    text: (path) => `${path} was removed or replaced while cryptochat uses it; nothing is stored any more`,
    hint: 'put it back, or start cryptochat again to go on with what is there now',
    exit: tryAgain,
  },
  'path-long': {
    text: (path) => `the path ${path} is too long for a UNIX socket`,
    hint: 'choose a home with a shorter path',
    exit: operating,
  },
} as const satisfies Record<string, Failure>;
