import type { State } from '../core/types.ts';
import { linkAlone } from '../core/slash-commands.ts';
import { labelOn, sayNote, type Desk } from './desk/desk.ts';
import { isChosen } from './composer/popup.ts';
import { layersOf } from './composer/vimming.ts';
import { isCommand } from './composer/writing.ts';
import { actionFor } from './model/bindings.ts';
import { insert, replaced } from './model/editor.ts';
import type { InputEvent } from './model/events.ts';
import { contactsInOrder, draftOf, isAsking, withDraft, type View } from './model/view.ts';
import { select } from './reading/reading.ts';
import { say } from './text/line.ts';

/** A person cannot have read whose conversation it is that opened so short a time before (ms). */
const readMs = 1000;

/** Texts whose Enter came before their writer can have seen whom they go to (decision 0052). */
export type EarlyTexts = {
  /** Takes the text of the draft if `event` would send it to somebody whom nobody named; tells whether it did. */
  readonly takes: (event: InputEvent) => boolean;
  /** Puts what was taken into the draft of the conversation that opens, and says what Enter does with it. */
  readonly giveBack: () => void;
  /** Takes note of the first conversation that opens, if a draft for it had begun. */
  readonly look: () => void;
  /** Takes note of the conversation that the keys typed ahead led to. */
  readonly arrive: () => void;
  /** Tells whether `event` would send a draft before anybody can have read where that goes, and says where. */
  readonly isTooSoon: (event: InputEvent) => boolean;
};

/** Keeps such texts; `now` is the clock, in ms since 1970. */
export function createEarlyTexts(desk: Desk, now: () => number): EarlyTexts {
  let texts: string[] = [];
  let hasLooked = false;
  let opened: { readonly contact: number; readonly at: number } | null = null;
  const arrive = (): void => {
    const { selected } = desk.view.get();
    if (selected !== null) opened = { contact: selected, at: now() };
  };
  return {
    arrive,
    takes(event) {
      if (!sendsToUnnamed(desk, event)) return false;
      const view = desk.view.get();
      texts.push(draftOf(view).text);
      desk.view.update(() => withDraft(view, view.selected ?? 0, (editor) => replaced(editor, '')));
      return true;
    },
    giveBack() {
      if (texts.length === 0) return;
      const text = texts.join('\n');
      texts = [];
      putBack(desk, text);
    },
    look() {
      const view = desk.view.get();
      if (hasLooked || view.selected === null) return;
      hasLooked = true;
      if (draftOf(view).text !== '') arrive();
    },
    isTooSoon(event) {
      if (opened === null || !sendsToUnnamed(desk, event)) return false;
      const { contact, at } = opened;
      const isSoon = desk.view.get().selected === contact && Math.abs(now() - at) < readMs;
      if (isSoon) sayWaits(desk, contact);
      else opened = null;
      return isSoon;
    },
  };
}

function sendsToUnnamed(desk: Desk, event: InputEvent): boolean {
  const [view, facts] = [desk.view.get(), desk.facts.get()];
  if (event.type !== 'key' || view.dialog !== null || isNamed(desk, view, facts)) return false;
  if (actionFor(view.keys, event.name, layersOf(view, facts)) !== 'send' || isChosen(desk)) return false;
  const { text } = draftOf(view);
  return text.trim() !== '' && !isCommand(text) && linkAlone(text) === null;
}

/** Without a contact there is nobody to mistake; with one alone there is only one to mean. */
function isNamed({ underway }: Desk, { selected }: View, { contacts }: State): boolean {
  return contacts.length < 2 || (selected !== null && selected === underway.named);
}

/** Puts a text back into the draft, before anything typed after it. */
function putBack(desk: Desk, text: string): void {
  const facts = desk.facts.get();
  const to = desk.view.get().selected ?? contactsInOrder(facts)[0]?.id ?? null;
  if (to !== null) select(desk, to);
  desk.view.update((view) =>
    withDraft(view, to ?? 0, (editor) =>
      insert(replaced(editor, ''), editor.text === '' ? text : `${text}\n${editor.text}`),
    ),
  );
  if (to !== null) sayWaits(desk, to);
}

function sayWaits(desk: Desk, contact: number): void {
  const found = desk.facts.get().contacts.find(({ id }) => id === contact);
  if (found && isAsking(found)) return;
  sayNote(desk, say`not sent yet: press Enter to send this to ${labelOn(desk, contact)}`, say``);
}
