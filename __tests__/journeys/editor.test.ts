// The draft in $EDITOR: another program has the terminal, mail goes on, and the file is nobody else's.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { setUpPerson, type Person } from '../support/command-line.ts';
import { actionBytes } from '../support/key-bytes.ts';
import type { InTerminal } from '../support/pty.ts';
import { tempFolder } from '../support/temp-home.ts';
import { startInTerminal } from '../support/terminal.ts';
import { until } from '../support/until.ts';

const editDraft = actionBytes('edit-draft');

/** A program that waits until it may go on, and notes what it got. */
async function makeEditor(folder: string, body: string): Promise<string> {
  const path = join(folder, 'editor.sh');
  const script = `#!/bin/sh
trap '' INT
cd '${folder}'
printf '%s\\n' "$@" > arguments
ls -l /proc/self/fd 2>/dev/null | sed -n 's/.*-> //p' > handles
test -t 0 && test -t 1 && test -t 2 && touch terminal
echo EDITING
while ! test -e go; do sleep 0.05; done
${body}
`;
  await writeFile(path, script);
  await chmod(path, 0o700);
  return path;
}

function open(person: Person, visual: string): InTerminal {
  return startInTerminal(['--home', person.home], { env: { VISUAL: visual } });
}

async function pair(): Promise<readonly [alice: Person, bob: Person]> {
  const [alice, bob] = [await setUpPerson('alice'), await setUpPerson('bob')];
  await bob.does('join', (await alice.does('invite')).stdout.trim());
  await alice.does('sync');
  await bob.does('sync');
  return [alice, bob];
}

test('a draft is written in the editor while mail arrives', async () => {
  const folder = await tempFolder();
  const [alice, bob] = await pair();
  const editor = await makeEditor(folder, `printf 'second line' >> "$2"`);
  const screen = open(alice, `'${editor}' 'two words'`);
  await screen.sees('write to bob');
  screen.type(`first line${editDraft}`);
  await screen.sees('EDITING');
  await until('the editor has begun', () => existsSync(join(folder, 'handles')));
  const [flag, file = ''] = readFileSync(join(folder, 'arguments'), 'utf8').split('\n');
  expect(flag).toBe('two words');
  expect(file).toContain(join(alice.home, 'keys', 'editing'));
  expect(readFileSync(file, 'utf8')).toBe('first line\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700);
  expect(statSync(join(alice.home, 'keys', 'editing')).mode & 0o777).toBe(0o700);
  expect(existsSync(join(folder, 'terminal'))).toBe(true);
  expect(readFileSync(join(folder, 'handles'), 'utf8')).not.toMatch(/chat\.db|errors\.log|socket|inbox/u);
  const before = screen.raw().length;
  screen.type('\u0003');
  await bob.does('send', '--wait', 'delivered', 'alice', 'came meanwhile');
  expect(screen.raw().slice(before).replace('^C', '')).toBe('');
  await writeFile(join(folder, 'go'), '');
  await screen.sees('came meanwhile');
  await screen.sees(/❯ first line\s+second line/u);
  screen.type('\r');
  await until('bob has it', async () => {
    await bob.does('sync');
    return (await bob.does('read', 'alice')).stdout.includes('second line');
  });
  expect(readdirSync(join(alice.home, 'keys', 'editing'))).toEqual([]);
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});

test('an edit that is too long or no text is refused, and the file is named and kept', async () => {
  const folder = await tempFolder();
  const [alice] = await pair();
  await writeFile(join(folder, 'go'), '');
  const editor = await makeEditor(folder, `printf '\\377' > "$1"`);
  const screen = startInTerminal(['--home', alice.home], { env: { VISUAL: editor }, cols: 160 });
  await screen.sees('write to bob');
  screen.type(`my draft${editDraft}`);
  await screen.sees('the draft is not UTF-8');
  await screen.sees('❯ my draft');
  const [kept = ''] = readdirSync(join(alice.home, 'keys', 'editing'));
  expect(screen.screen()).toContain(kept);
  await makeEditor(folder, `head -c 70000 /dev/zero | tr '\\0' x > "$1"`);
  screen.type(editDraft);
  await screen.sees('the limit is 61440');
  await makeEditor(folder, 'exit 3');
  screen.type(editDraft);
  await screen.sees('the editor ended with 3');
  screen.type(actionBytes('quit'));
  expect(await screen.exited).toBe(0);
});

test('a messenger that is killed while the editor is open leaves nothing that others can read, and the next start removes the file', async () => {
  const folder = await tempFolder();
  const [alice] = await pair();
  const screen = open(alice, await makeEditor(folder, 'true'));
  onTestFinished(() => writeFile(join(folder, 'go'), ''));
  await screen.sees('write to bob');
  screen.type(`a secret${editDraft}`);
  await screen.sees('EDITING');
  screen.kill('SIGKILL');
  await screen.exited;
  const editing = join(alice.home, 'keys', 'editing');
  const [draft = ''] = readdirSync(editing);
  expect(statSync(join(editing, draft, 'message.txt')).mode & 0o077).toBe(0);
  const again = open(alice, 'true');
  await again.sees('write to bob');
  expect(existsSync(editing)).toBe(false);
  again.type(actionBytes('quit'));
  expect(await again.exited).toBe(0);
});
