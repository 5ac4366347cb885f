// The first conversation of two people who have nothing yet, with the built program and what it chooses itself. Each action is counted: a
// command, an answer, a key.

import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stopListener } from '../../source/session/home/running-listener.ts';
import { makeNetworks, missingForNetworks, type Machine } from '../support/networks.ts';
import { openTerminal, program, type InTerminal } from '../support/pty.ts';
import { tempFolder } from '../support/temp-home.ts';
import { until } from '../support/until.ts';

const isMissing = missingForNetworks !== null;
const needs = isMissing ? ` (needs ${missingForNetworks})` : '';

/** Somebody at a terminal whose actions are counted, in all terminals together. */
type Newcomer = {
  readonly screen: () => InTerminal;
  /** Types a command and enters it. */
  readonly runs: (...words: readonly string[]) => void;
  /** Types an answer, or a message, and enters it. */
  readonly enters: (text: string) => void;
};

/** Counts what people do. */
function countActions() {
  let actions = 0;
  const newcomer = async (machine: Machine, name: string): Promise<Newcomer> => {
    const home = join(await tempFolder(), name);
    onTestFinished(async () => void (await stopListener(join(home, 'inbox'))));
    let screen: InTerminal | undefined;
    const at = (): InTerminal => screen ?? expect.fail(`${name} has started nothing`);
    return {
      screen: at,
      runs(...words) {
        actions += 1;
        const command = [...machine.enter, process.execPath, program, ...words];
        const started = openTerminal(command, { cols: 100, rows: 34, env: { CRYPTOCHAT_HOME: home } });
        onTestFinished(() => started.kill('SIGKILL'));
        screen = started;
      },
      enters(text) {
        actions += 1;
        at().type(`${text}\r`);
      },
    };
  };
  return { newcomer, actions: () => actions };
}

/** Two machines with public addresses, and somebody new at each. */
async function newcomers() {
  const networks = makeNetworks();
  const machines = [networks.machine('one'), networks.machine('other')] as const;
  for (const [at, machine] of machines.entries()) networks.plugIn(machine, `203.0.113.${at + 10}/24`);
  const counted = countActions();
  const alice = await counted.newcomer(machines[0], 'alice');
  const bob = await counted.newcomer(machines[1], 'bob');
  return { alice, bob, actions: counted.actions };
}

const link = /cryptochat:[\w-]{68}@[\d.]+:\d+/u;

function linkOn(person: Newcomer): string {
  return link.exec(person.screen().screen().replaceAll('\n', ''))?.[0] ?? '';
}

describe.skipIf(isMissing)(`two fresh homes${needs}`, () => {
  test.each([
    ['cryptochat join LINK', ['join']],
    ['cryptochat LINK', []],
  ])('four actions and a link lead to the first message, with %s', async (_what, words) => {
    const { alice, bob, actions } = await newcomers();
    alice.runs();
    await alice.screen().sees('Welcome', 60_000);
    alice.enters('Alice');
    await until('a link', () => linkOn(alice) !== '', 60_000);
    bob.runs(...words, linkOn(alice));
    await bob.screen().sees('You join with the link at 203.0.113.10', 60_000);
    expect(bob.screen().screen()).toContain('Name');
    bob.enters('Bob');
    await bob.screen().sees('write to Alice', 60_000);
    expect(actions()).toBe(4);
    bob.enters('hello Alice, this took no time');
    await alice.screen().sees('Bob joined.', 60_000);
    alice.enters('');
    await alice.screen().sees('hello Alice, this took no time', 60_000);
    await alice.screen().sees('Bob joined with your link');
    alice.enters('hello Bob');
    await bob.screen().sees('hello Bob', 60_000);
    expect(actions()).toBe(7);
  });

  test('all of it can be typed before the screen is there', async () => {
    const { alice, bob } = await newcomers();
    alice.runs();
    alice.screen().type('Alice\r');
    await until('a link', () => linkOn(alice) !== '', 60_000);
    bob.runs(linkOn(alice));
    bob.screen().type('Bob\rfirst\rsecond\r');
    await bob.screen().sees('write to Alice', 60_000);
    await alice.screen().sees('Bob joined.', 60_000);
    alice.enters('');
    // The list shows the last words before the page has read its rows.
    await until('first above second', () => /┃ first[^┃]*┃ second/u.test(alice.screen().screen()), 60_000);
  });

  test('a link pasted into an empty screen joins after one Enter, and is never sent', async () => {
    const { alice, bob } = await newcomers();
    for (const person of [alice, bob]) {
      person.runs();
      await person.screen().sees('Welcome', 60_000);
      person.enters(person === alice ? 'Alice' : 'Bob');
      await until('a link', () => linkOn(person) !== '', 60_000);
    }
    const given = linkOn(alice);
    bob.screen().type(`\u001b[200~${given}\u001b[201~`);
    await bob.screen().sees('Paste the link');
    bob.screen().type('\r');
    await bob.screen().sees('write to Alice', 60_000);
    await alice.screen().sees('Bob joined.', 60_000);
    bob.screen().type(`\u001b[200~${given}\u001b[201~`);
    await bob.screen().sees('Paste the link');
    bob.screen().type('\u001b');
    await until('the dialog is closed', () => !bob.screen().screen().includes('Paste the link'));
    bob.screen().type(given);
    await bob.screen().sees('❯ cryptochat:');
    bob.screen().type('\r');
    await bob.screen().sees('Paste the link');
    alice.enters('');
    await alice.screen().sees('write to Bob');
    expect(alice.screen().screen()).not.toContain('cryptochat:');
  });
});

test('a damaged link is refused before anything is asked', async () => {
  const { newcomer } = countActions();
  const here = { enter: [] } as unknown as Machine;
  for (const words of [['join', 'cryptochat:abc@192.0.2.1:80'], ['cryptochat:abc@192.0.2.1:80']]) {
    const bob = await newcomer(here, 'bob');
    bob.runs(...words);
    expect(await bob.screen().exited).toBe(2);
    expect(bob.screen().raw()).toContain('this link is damaged or was cut short');
  }
});
