import type { Printable } from '../../core/types.ts';

/** The parts of an output stream that the screen uses. */
export type Out = { readonly write: (text: string) => unknown };

const escape = '\u001b[';
/** Alternate screen, autowrap off (an over-wide row must not tear the frame), cursor home. */
const enterScreen = `${escape}?1049h${escape}?7l${escape}H${escape}2J`;
const wrapOn = `${escape}?7h`;
const leaveScreen = `${escape}?1049l${escape}?25h`;
/** Bracketed paste and focus reports. */
const reportsOn = `${escape}?2004h${escape}?1004h`;
const reportsOff = `${escape}?1004l${escape}?2004l`;
/** Presses of buttons and the wheel, in the SGR form. */
const mouseOn = `${escape}?1000h${escape}?1006h`;
const mouseOff = `${escape}?1006l${escape}?1000l`;
/** "Which colour is behind your text?" (OSC 11, of xterm). */
export const backgroundQuestion = '\u001b]11;?\u001b\\';
/** "Which kitty keyboard flags are on?" and "what are you?": a terminal that answers only the second has no such protocol. */
const question = `${escape}?u${escape}c`;
const kittyOn = `${escape}>1u`;
const kittyOff = `${escape}<u`;
/** xterm's modifyOtherKeys, level 1; a terminal that takes it for colours is reset right after. */
const otherKeysOn = `${escape}>4;1m${escape}m`;
const otherKeysOff = `${escape}>4;0m${escape}m`;

/** Keeps the title of the window, and puts it back (xterm's title stack). */
const keepTitle = `${escape}22;2t`;
const giveBackTitle = `${escape}23;2t`;

/** Starts a synchronized update: everything after it appears at once, when the renderer ends the update. */
export const beginUpdate = `${escape}?2026h`;
/** Ends a synchronized update. */
export const endUpdate = `${escape}?2026l`;
/** Erases the whole screen, cursor home. */
export const eraseScreen = `${escape}H${escape}2J`;

/** The modes of the terminal that are the screen's, not the renderer's. */
export type Modes = {
  /** Switches to the screen's modes, and asks how wide emoji are, which colour the background has and which keyboard protocol there is. */
  readonly enter: () => void;
  /** Switches the modes off again, but stays on the alternate screen: the renderer leaves it. Returns false if the modes were off. */
  readonly leave: () => boolean;
  /** Switches the modes off and leaves the alternate screen: for suspending, and where no renderer is. */
  readonly restore: () => void;
  /** Takes an answer of the terminal. */
  readonly answered: (reply: string) => void;
  /** Sets whether wheel and buttons are reported; without reports the terminal's own selection works. */
  readonly mouse: (isOn: boolean) => void;
  /** Gives the window the title `title` until the modes are switched off. */
  readonly title: (title: Printable) => void;
};

/** The questions to a terminal; one that does not understand questions (the Linux console) is asked nothing. */
export type Questions = {
  readonly asks: boolean;
  /** Asked first. */
  readonly probe: string;
};

/** Makes the mode switch of one terminal. */
export function createModes(stdout: Out, { asks, probe }: Questions): Modes {
  let isOn = false;
  let hasMouse = false;
  let keyboard: 'unknown' | 'kitty' | 'other-keys' = 'unknown';
  let title = '';
  const leave = (): boolean => {
    if (!isOn) return false;
    isOn = false;
    const keys = { unknown: '', kitty: kittyOff, 'other-keys': otherKeysOff }[keyboard];
    keyboard = 'unknown';
    stdout.write((asks ? giveBackTitle : '') + mouseOff + keys + reportsOff + wrapOn);
    return true;
  };
  return {
    enter() {
      isOn = true;
      const mouse = hasMouse ? mouseOn : '';
      const asked = asks ? keepTitle + titled(title) + probe + backgroundQuestion + question : '';
      stdout.write(enterScreen + reportsOn + mouse + asked);
    },
    leave,
    restore() {
      if (leave()) stdout.write(leaveScreen);
    },
    answered(reply) {
      if (!isOn || keyboard !== 'unknown') return;
      if (/^\?\d+u$/.test(reply)) keyboard = 'kitty';
      else if (/^\?[\d;]*c$/.test(reply)) keyboard = 'other-keys';
      if (keyboard !== 'unknown') stdout.write(keyboard === 'kitty' ? kittyOn : otherKeysOn);
    },
    mouse(wanted) {
      if (wanted === hasMouse) return;
      hasMouse = wanted;
      if (isOn) stdout.write(wanted ? mouseOn : mouseOff);
    },
    title(wanted) {
      if (wanted === title) return;
      title = wanted;
      if (isOn && asks) stdout.write(titled(title));
    },
  };
}

function titled(title: string): string {
  return title === '' ? '' : `\u001b]2;${title}\u0007`;
}
