import type { Instance } from 'ink';
import { charsetIn } from '../../core/charset.ts';
import type { Store } from '../../core/types.ts';
import type { InputEvent } from '../model/events.ts';
import type { EarlyRead, TerminalSource } from '../input/read-ahead.ts';
import { createTerminalInput, type TerminalInput } from '../input/terminal-input.ts';
import { isAsciiIn } from '../text/ascii-signs.ts';
import type { View } from '../model/view.ts';
import { measureEmoji, widthProbe } from './emoji-policy.ts';
import { followBackground } from './background.ts';
import { followFlow, type Flow } from './flow.ts';
import { createFrames, type Frames } from './frames.ts';
import { createTerminalControl, type Control } from './control.ts';
import { backgroundQuestion, createModes, eraseScreen, type Modes, type Questions } from './modes.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The two streams of a terminal, and the known facts about it. */
export type TerminalStreams = {
  readonly stdin: TerminalSource;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Environment;
  /** Returns the input typed while the program started; called once. */
  readonly early?: () => readonly EarlyRead[];
  /** Puts a text into a buffer of the tmux around this program; false where there is none. Never throws. */
  readonly toTmux?: (text: string) => Promise<boolean>;
};

/** A terminal that the screen has for itself. */
export type OwnTerminal = {
  readonly modes: Modes;
  readonly frames: Frames;
  readonly flow: Flow;
  readonly input: TerminalInput;
  readonly control: Control;
  /** The renderer, while there is one. */
  readonly ink: { current: Instance | null };
  /** Gives the terminal back as it was. */
  readonly tearDown: () => void;
};

/** Makes everything that one terminal is used with; the terminal's own answers are handled here, every other event is told. */
export function ownTerminal(
  { stdin, stdout, env, early, toTmux }: TerminalStreams,
  view: Store<View>,
  tell: (event: InputEvent) => void,
): OwnTerminal {
  const modes = createModes(stdout, questionsFor(env));
  const frames = createFrames(stdout);
  const flow = followFlow(stdout, () => control.redraw());
  const ink: OwnTerminal['ink'] = { current: null };
  const measured = measureEmoji(view);
  const background = followBackground(view);
  const { asks } = questionsFor(env);
  const heard = (event: InputEvent): void => {
    // It may have changed meanwhile, as by the time of day.
    if (asks && event.type === 'focus' && event.focused) frames.aside(backgroundQuestion);
    if (event.type !== 'reply') return tell(event);
    modes.answered(event.text);
    measured(event.text);
    background(event.text);
  };
  const input = createTerminalInput(stdin, heard, {
    early,
    charset: charsetIn(env),
    isHasty: () => view.get().settings.editing === 'vim',
  });
  const control = createTerminalControl({ stdout, modes, frames, flow, input, ink, view, env, toTmux });
  const tearDown = (): void => {
    input.release();
    if (ink.current) leaveInk(ink.current, modes, stdout);
    else modes.restore();
  };
  return { modes, frames, flow, input, control, ink, tearDown };
}

/** If only ASCII is understood, the bytes of an emoji may be control functions. */
function questionsFor(env: Environment): Questions {
  return { asks: env['TERM'] !== 'linux', probe: isAsciiIn(env) ? '' : widthProbe };
}

/**
 * The renderer leaves the alternate screen itself; if it ran until the end of the process, it would draw on the primary one. The
 * alternate screen is left empty: otherwise tmux, when its window has grown, takes a row of that screen over to the primary one.
 */
function leaveInk(ink: Instance, modes: Modes, stdout: NodeJS.WriteStream): void {
  if (modes.leave()) {
    ink.clear();
    stdout.write(eraseScreen);
  }
  ink.unmount();
}
