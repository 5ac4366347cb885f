import { exits, type Failure } from './failure.ts';

const { usage, operating, locked } = exits;

/** The part of core/failures.ts that is about key files and their passphrases. */
export const keyFailures = {
  'passphrase-bad': {
    text: (detail) => detail,
    hint: 'choose another; nothing was changed',
    exit: usage,
  },
  'no-passphrase': {
    text: () => 'this home has no passphrase to lock it with',
    hint: 'cryptochat passphrase sets one',
    exit: operating,
  },
  'key-file-bad': {
    text: (detail) => `this is no key file that can be imported: ${detail}`,
    hint: 'cryptochat keys export FILE writes one; take an unchanged copy',
    exit: operating,
  },
  'key-file-open': {
    text: () => 'this private key is not encrypted',
    hint: 'lock it with openssl pkcs8 -topk8 -scrypt -scrypt_p 5, and think about who may have read it',
    exit: operating,
  },
  'key-file-weak': {
    text: () => 'this private key is not encrypted strongly enough',
    hint: 'lock it again with openssl pkcs8 -topk8 -scrypt -scrypt_p 5',
    exit: operating,
  },
  'key-file-locked': {
    text: () => 'the passphrase does not open this key file',
    hint: 'try again, or take an unchanged copy of the file; nothing was changed here',
    exit: locked,
  },
  'home-talks': {
    text: () => 'this home already talks with others under its own key',
    hint: 'import into a new home: cryptochat init --name NAME --home DIR',
    exit: operating,
  },
  'file-exists': {
    text: (path) => `there is already something at ${path}`,
    hint: 'choose another name; nothing is ever overwritten',
    exit: operating,
  },
  'file-failed': {
    text: (detail) => detail,
    hint: 'check that the file, or the folder for it, is there and yours',
    exit: operating,
  },
} as const satisfies Record<string, Failure>;
