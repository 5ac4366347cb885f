import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stopListener } from '../../source/session/home/running-listener.ts';
import type { Action } from '../../source/ui/keymap.ts';
import { jsonLines } from './command-line.ts';
import { actionBytes } from './key-bytes.ts';
import { takePort } from './ports.ts';
import type { InTerminal } from './pty.ts';
import { runHere } from './run-here.ts';
import { tempFolder } from './temp-home.ts';
import { startInTerminal } from './terminal.ts';
import { tapWire, type Wiretap } from './wiretap.ts';

/** Somebody who sits at a terminal, whose mail passes a wiretap. */
export type ScreenPerson = {
  readonly name: string;
  readonly home: string;
  readonly wire: Wiretap;
  /** The messenger that is open now. */
  readonly screen: () => InTerminal;
  /** Opens the messenger (again). */
  readonly open: () => InTerminal;
  /** Ends the messenger at once, without any chance to tidy up, and opens it again. */
  readonly crash: () => Promise<void>;
  /** Presses the key of an action of the key map. */
  readonly press: (action: Action) => void;
  readonly quit: () => Promise<void>;
  /** Types a text into the open conversation and sends it; answers when the screen shows its end. */
  readonly say: (text: string) => Promise<void>;
  /** The history, as `read` prints it. */
  readonly read: () => Promise<ReadonlyArray<Record<string, unknown>>>;
};

/** Answers the questions of the first run on a real screen, without a passphrase, on loopback. */
export async function firstRun(name: string): Promise<ScreenPerson> {
  const home = join(await tempFolder(), name);
  const port = await takePort();
  const wire = await tapWire(port);
  onTestFinished(async () => void (await stopListener(join(home, 'inbox'))));
  let screen = openOn(home);
  await screen.sees('Welcome');
  screen.type(name);
  await screen.sees(name);
  screen.type(actionBytes('change-address'));
  for (const answer of [wire.address, `127.0.0.1:${port}`]) {
    screen.type(actionBytes('kill-to-start') + answer);
    await screen.sees(answer);
    screen.type(actionBytes('answer-set-up'));
  }
  await screen.sees('cryptochat:');
  screen.type(actionBytes('close-dialog'));
  await screen.sees(`listening on 127.0.0.1:${port}`);
  const open = (): InTerminal => (screen = openOn(home));
  return {
    name,
    home,
    wire,
    screen: () => screen,
    open,
    async crash() {
      screen.kill('SIGKILL');
      await screen.exited;
      open();
      await screen.sees('listening');
    },
    press: (action) => screen.type(actionBytes(action)),
    async quit() {
      screen.type(actionBytes('quit'));
      await screen.exited;
    },
    async say(text) {
      screen.type(`\u001B[200~${text}\u001B[201~`);
      screen.type(actionBytes('send'));
      await screen.sees(text.slice(-12));
      await screen.sees('❯ write to');
    },
    read: async () => jsonLines(await runHere(['read', '--json', '--last', '2000', '--home', home])),
  };
}

function openOn(home: string): InTerminal {
  return startInTerminal(['--home', home], { cols: 120, rows: 30 });
}
