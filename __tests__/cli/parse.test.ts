import meow from 'meow';
import { expect, test } from 'vitest';
import { spell } from '../../source/commands/flags.ts';
import { helpText } from '../../source/cli/help.ts';
import { checkCommandLine, flagTypes, withDashes } from '../../source/cli/parse.ts';
import { namedCommands } from '../../source/cli/table.ts';
import { ChatError } from '../../source/core/errors.ts';

/** Reads a command line as cli/main.ts does. */
function read(...argv: string[]) {
  return checkCommandLine(() =>
    meow({
      importMeta: import.meta,
      pkg: { name: 'cryptochat', version: '0' },
      argv: withDashes(argv),
      flags: flagTypes,
      booleanDefault: undefined,
      autoHelp: false,
      autoVersion: false,
    }),
  );
}

function refusal(...argv: string[]): string {
  try {
    read(...argv);
  } catch (error) {
    if (error instanceof ChatError && error.exit === 2) return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

test('a command line without a command opens the messenger', () => {
  expect(read()).toMatchObject({ name: undefined, words: [], flags: {} });
  expect(read('--plain', '--home', 'x')).toMatchObject({ flags: { plain: true, home: 'x' } });
});

test('words and flags come in any order', () => {
  const line = { name: 'send', words: ['bob', 'hi', 'there'], flags: { home: '/h', wait: 'sent' } };
  expect(read('send', 'bob', 'hi', 'there', '--home', '/h', '--wait', 'sent')).toMatchObject(line);
  expect(read('--home=/h', 'send', '--wait', 'sent', 'bob', 'hi', 'there')).toMatchObject(line);
});

test.each([
  [
    ['send', 'bob', '007'],
    ['bob', '007'],
  ],
  [
    ['send', 'bob', '-5'],
    ['bob', '-5'],
  ],
  [
    ['send', 'bob', '1e3'],
    ['bob', '1e3'],
  ],
  [
    ['send', 'bob', 'a', '--', '--b', '-c'],
    ['bob', 'a', '--b', '-c'],
  ],
  [
    ['send', 'bob', ''],
    ['bob', ''],
  ],
  [
    ['send', 'bob', ' two  spaces '],
    ['bob', ' two  spaces '],
  ],
])('%j keeps its words unchanged', (argv, words) => {
  expect(read(...argv).words).toEqual(words);
});

test('flags have their types', () => {
  expect(read('read', '--last', '5', '--json', '--follow').flags).toEqual({
    last: 5,
    json: true,
    follow: true,
  });
  expect(read('init', '--name', '007', '--no-passphrase').flags).toEqual({ name: '007', passphrase: false });
  expect(read('status', '--passphrase-fd', '3').flags).toEqual({ passphraseFd: 3 });
});

test.each([
  [['snd', 'bob', 'x'], 'there is no command snd, did you mean send'],
  [['demo-pear'], 'there is no command demo-pear'],
  [['zzzzz'], 'there is no command zzzzz'],
  [['toString'], 'there is no command toString'],
  [['status', '--jsno'], 'there is no flag --jsno, did you mean --json'],
  [['status', '--pasphrase-fd', '3'], 'there is no flag --pasphrase-fd, did you mean --passphrase-fd'],
  [['status', '--wait', 'sent'], '--wait is not a flag of status'],
  [['--json'], '--json is not a flag of the messenger'],
  [['send', 'bob', '-x'], 'there is no flag -x; put -- before a text that starts with -'],
  [['status', '--home'], '--home needs DIR'],
  [['status', '--no-home'], '--home needs DIR'],
  [['status', '--home', 'a', '--home', 'b'], '--home can be given only once'],
  [['read', '--last'], '--last needs N'],
  [['read', '--last', 'x'], '--last needs a whole number'],
  [['read', '--last', '1.5'], '--last needs a whole number'],
  [['read', '--last', '-1'], '--last needs a whole number'],
  [['join'], 'something is missing: cryptochat join LINK'],
  [['join', 'a', 'b'], 'unexpected b: cryptochat join LINK'],
  [['status', 'x'], 'unexpected x: cryptochat status'],
])('%j is refused with a reason', (argv, message) => {
  expect(refusal(...argv)).toBe(message);
});

test('refuses a passphrase on the command line, and does not repeat it', () => {
  for (const argv of [
    ['--passphrase', 'hunter2'],
    ['init', '--name', 'x', '--passphrase', 'hunter2'],
  ]) {
    expect(refusal(...argv)).toBe('a passphrase is never given on the command line; use --passphrase-fd N');
  }
});

test('a mistyped word reaches the terminal only as text', () => {
  expect(refusal('\u001b[31mred\u202e')).not.toMatch(/[\u001b\u202e]/u);
});

test('help and version work for every command, complete or not', () => {
  expect(read('join', '--help').flags.help).toBe(true);
  expect(read('-h').flags.help).toBe(true);
  expect(read('--version').flags.version).toBe(true);
});

test('the help names every command and every flag of it', () => {
  const all = helpText(undefined);
  for (const [name, entry] of namedCommands) {
    expect(all).toContain(`  ${name} `.trimEnd());
    const own = helpText(name);
    for (const flag of entry.flags) {
      expect(own).toContain(spell(flag));
    }
  }
  for (const line of all.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test.each([
  [
    ['join', 'LINK', '--pouch', '-'],
    ['join', 'LINK', '--pouch=-'],
  ],
  [
    ['verify', 'bob', '-'],
    ['verify', 'bob', '-'],
  ],
  [
    ['send', 'bob', '--json', '-'],
    ['send', 'bob', '--json', '-'],
  ],
  [['-'], ['-']],
])('a dash belongs to the flag before it: %j', (argv, joined) => {
  expect(withDashes(argv)).toEqual(joined);
});
