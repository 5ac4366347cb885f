import type { ScreenCalls } from '../../core/calls.ts';
import type { Door, Opened } from '../../core/door.ts';
import { ChatError } from '../../core/errors.ts';
import { pasteable, printableLine } from '../../core/printable.ts';
import type { SlashName } from '../../core/slash-commands.ts';
import type { ListWidth, Settings, SettingValue } from '../../core/settings.ts';
import type { ReadThemes } from '../../core/themes.ts';
import type { Printable, State, Store } from '../../core/types.ts';
import { copiedWords, type CopiedTo } from '../model/copying.ts';
import type { Failure } from '../model/dialog.ts';
import type { InputEvent } from '../model/events.ts';
import { say } from '../text/line.ts';
import { withToast } from '../model/toast.ts';
import type { Anchor, View } from '../model/view.ts';
import type { ViewFrames } from './frames.ts';
import { limits } from '../../core/limits.ts';
import { fit } from '../text/cells.ts';
import { nameAmong, toldApart } from '../text/told-apart.ts';

/** Everything that the screen does to the terminal besides drawing. */
export type TerminalControl = {
  /** Gives the terminal back, stops the process, and takes it again when the shell says so. */
  readonly suspend: () => void;
  /** Draws everything again, for a screen that another program wrote on. */
  readonly redraw: () => void;
  /** Gives the terminal back while another program does `work`, then takes it again; nothing is drawn meanwhile. */
  readonly lend: (work: () => Promise<void>) => Promise<void>;
  /** Puts `text` into a buffer of tmux, else on the clipboard of the terminal's machine (OSC 52), which never confirms that. */
  readonly copy: (text: string) => Promise<CopiedTo>;
};

/** Sets the value at a path of names in config.toml; returns all settings after the change. Throws ChatError. */
export type SaveSetting = (path: readonly string[], value: SettingValue) => Promise<Settings>;

/** Work that a desk has under way, and the places that it remembers; none of this is drawn. */
type Underway = {
  /** The names of work that runs only once at a time (once.ts). */
  readonly names: Set<string>;
  /** Work that moves the window and then the view after it (reading/paging.ts). */
  readonly moves: Set<object>;
  /** The contacts that were there at the last look: one that was just added may be chosen before it is in the facts. */
  contacts: ReadonlySet<number>;
  /** The contacts whose link the person joined with since the start: their arrival needs no notice. */
  readonly joined: Set<number>;
  /** True while keys that were typed ahead wait: they decide what happens next. */
  typedAhead: boolean;
  /** The contact whom the person named last, by `/query` or a link, or had before them when they typed ahead; null for nobody. */
  named: number | null;
  /** The place that is held while the messages from the inbox come in; null where there is nothing to hold on to. */
  held: { readonly anchor: Anchor | null } | null;
  /** The width of the list of people before it was hidden. */
  listBefore: ListWidth;
  /** How often each action (`page-up`) and command (`mute`) was used since the start: never written down. */
  readonly uses: Map<string, number>;
};

/** Counts one use of an action or a command. */
export function countUse({ underway }: Pick<Desk, 'underway'>, name: string): void {
  underway.uses.set(name, (underway.uses.get(name) ?? 0) + 1);
}

/** A new desk has nothing under way. */
export function nothingUnderway(): Underway {
  return {
    names: new Set(),
    moves: new Set(),
    contacts: new Set(),
    joined: new Set(),
    typedAhead: false,
    named: null,
    held: null,
    listBefore: 'auto',
    uses: new Map(),
  };
}

/** Everything a key handler works with. Handlers read the stores, never the last frame. */
export type Desk = {
  readonly version: string;
  /** The door as it is now: a locked one after the messenger was locked. */
  readonly door: () => Door;
  readonly view: Store<View>;
  readonly frames: ViewFrames;
  /** The session's state as it is drawn: follows the real one, at a pace (follow.ts). */
  readonly facts: Store<State>;
  /** The open client; null before the door is open. */
  readonly opened: () => Opened | null;
  /** Tells the desk that the door is open: the dialog at the door is closed. */
  readonly enter: (opened: Opened) => void;
  /** Ends the client and shows the locked door; `enter` comes back to the same conversation. */
  readonly lock: () => void;
  readonly underway: Underway;
  readonly terminal: TerminalControl;
  readonly saveSetting: SaveSetting;
  readonly readThemes: ReadThemes;
  readonly quit: () => void;
  /** Ends the screen with a bug: the terminal is restored, then `runScreen` throws it. */
  readonly crash: (error: unknown) => void;
};

/** Handler of one action. */
export type Handler = (desk: Desk, event: InputEvent) => void;

/** One command of the composer. Its `run` gets the text after its name, and returns false to keep the draft. */
export type Command = {
  readonly name: string;
  readonly wants: Printable;
  readonly help: Printable;
  readonly run: (desk: Desk, rest: string) => boolean;
};

/** The actions of some commands, by name. */
export type Runs = Readonly<Partial<Record<SlashName, Command['run']>>>;

/** The words of a failure that a person can act on; any other error is a bug and is thrown again. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof ChatError)) throw error;
  return { text: printableLine(error.message), hint: printableLine(error.hint) };
}

/**
 * Runs one call of the client. A failure that a person can act on goes to `failed` (by default: shown as a toast); a bug ends the
 * screen. Nobody needs the outcome of a call after its client was locked.
 */
export function attempt(
  desk: Desk,
  work: () => Promise<void>,
  failed: (failure: Failure) => void = (failure) => sayError(desk, failure),
): void {
  const client = desk.opened();
  const run = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (client !== null && desk.opened() !== client) return;
      try {
        failed(failureOf(error));
      } catch (bug) {
        desk.crash(bug);
      }
    }
  };
  void run();
}

/** Shows an error with its hint above the composer. */
export function sayError(desk: Desk, failure: Failure): void {
  desk.view.update((view) => withToast(view, 'error', failure));
}

/** Shows a line about something that went well. */
export function sayNote(desk: Desk, text: Printable, hint: Printable): void {
  desk.view.update((view) => withToast(view, 'note', { text, hint }));
}

/** The calls of the client; null, with a note to the person, while the client is still opening. */
export function callsOf(desk: Desk): ScreenCalls | null {
  const calls = desk.opened()?.calls ?? null;
  if (!calls)
    sayError(desk, { text: say`still opening`, hint: say`try again in a moment; what you typed is kept` });
  return calls;
}

/** Puts `text` on the clipboard, and says what is known about the result. */
export function copyText(desk: Desk, text: string): void {
  attempt(desk, async () => {
    const { text: said, hint } = copiedWords[await desk.terminal.copy(pasteable(text))];
    sayNote(desk, said, hint);
  });
}

/** The facts of the session with its contacts, and whether only ASCII may be written. */
type Seen = { readonly facts: State; readonly isAscii: boolean };

/** A contact's name, which nobody else has on this terminal; no name for a contact that is gone. */
export function labelIn({ facts, isAscii }: Seen, contact: number): Printable {
  return nameAmong(facts.contacts, contact, Infinity, isAscii);
}

/** As labelIn(), for words outside of a dialog. */
export function labelOn({ facts, view }: Pick<Desk, 'facts' | 'view'>, contact: number): Printable {
  return labelIn({ facts: facts.get(), isAscii: view.get().terminal.isAscii }, contact);
}

/** Finds, for each name that a report may give a contact, the name that is drawn in `columns` columns. */
export function namesIn({ facts, isAscii }: Seen, columns: number): (name: string) => Printable {
  const told = toldApart(facts.contacts, columns, isAscii);
  const names = new Map(facts.contacts.map(({ id, label }) => [label, told.get(id)]));
  return (name) => {
    const label = printableLine(name, limits.nameCells);
    return names.get(label) ?? fit(label, columns);
  };
}
