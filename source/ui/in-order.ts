import { actionFor } from './model/bindings.ts';
import { createEarlyTexts, type EarlyTexts } from './early-texts.ts';
import { edits } from './model/edits.ts';
import { sayNote, type Desk } from './desk/desk.ts';
import { isDoor } from './model/dialog.ts';
import { dispatch } from './handlers.ts';
import { stillPasted } from './input/bursts.ts';
import type { InputEvent, KeyEvent, PasteEvent } from './model/events.ts';
import { keepReading } from './reading/reading.ts';
import { say } from './text/line.ts';
import { withoutToast } from './model/toast.ts';
import { draftOf } from './model/view.ts';

/** Actions that change the draft at once while the client opens. */
const writing: ReadonlySet<string> = new Set([...Object.keys(edits), 'new-line']);

/**
 * Takes events in order: an event that needs the client waits while the client opens or joins with a link, and so does every event after it.
 * A second quit does not wait, and Ctrl+C discards the waiting events. Anything typed after a wrong passphrase, or after a link that nobody
 * joined with, is forgotten with it. Lines that come without the marks of a paste before the client is open were typed ahead, and each Enter counts.
 * No text of theirs goes to somebody whom nobody named (decision 0052). `now` is the clock, in ms since 1970.
 */
export function takeInOrder(
  desk: Desk,
  ends: Array<() => void>,
  now: () => number,
): (event: InputEvent) => void {
  const early = createEarlyTexts(desk, now);
  let waiting: InputEvent[] = [];
  let isForJoined = false;
  let next: NodeJS.Immediate | undefined;
  const forget = (): void => {
    waiting = [];
    isForJoined = false;
    desk.underway.typedAhead = false;
  };
  const hold = (event: InputEvent): void => {
    if (actionOf(desk, event) === 'clear-draft') forget();
    else waiting.push(event);
    if (waiting.length === 1) desk.underway.named = desk.view.get().selected;
    isForJoined = waiting.length > 0 && (isForJoined || isJoining(desk));
    desk.underway.typedAhead = waiting.length > 0;
    if (waiting.length === 1 && !isJoining(desk))
      sayNote(desk, say`still opening`, say`your keys take effect once it is open`);
  };
  const take = (event: InputEvent): void => {
    if (event.type === 'paste' && isTyped(desk, event)) return takeLine(event.keys, take);
    // A click is meant for the current frame, and keys typed before it would go there, too.
    if (event.type === 'click' && waiting.length > 0) return;
    if (goesAtOnce(desk, event, waiting)) {
      if (isJoining(desk) && closesDialog(desk, event)) forget();
      return early.isTooSoon(event) ? undefined : dispatch(desk, event);
    }
    hold(event);
  };
  const goOn = (): void => {
    next = undefined;
    if (isOpening(desk)) return;
    const [late, isForThem] = [waiting, isForJoined];
    forget();
    desk.view.update(withoutToast);
    if (!leadsNowhere(desk, isForThem)) carryOut(desk, late, early, take);
  };
  const changed = (): void => {
    early.look();
    if (waiting.length === 0) return;
    if (isJoining(desk)) isForJoined = true;
    if (!isOpening(desk)) next ??= setImmediate(goOn);
  };
  ends.push(desk.view.subscribe(changed), desk.facts.subscribe(changed), () => clearImmediate(next));
  return take;
}

/** A form is filled in line by line: the keys after an Enter go where that Enter leads. */
function takeLine(keys: readonly KeyEvent[], take: (event: InputEvent) => void): void {
  const line = keys.findIndex(({ name }) => name === 'enter') + 1 || keys.length;
  for (const key of keys.slice(0, line)) take(key);
  for (const rest of stillPasted(keys.slice(line))) take(rest);
}

/** Only a join that led to its conversation leaves no dialog: after any other end the keys would go to somebody else. */
function leadsNowhere(desk: Desk, isForJoined: boolean): boolean {
  const { dialog } = desk.view.get();
  return dialog !== null && (isForJoined || dialog.failure !== null);
}

/** Carries out what was typed ahead: the only contact is open before it counts; of several, the program chooses one after it. */
function carryOut(
  desk: Desk,
  late: readonly InputEvent[],
  early: EarlyTexts,
  take: (event: InputEvent) => void,
): void {
  if (desk.facts.get().contacts.length === 1) keepReading(desk);
  for (const event of late) if (!early.takes(event)) take(event);
  early.giveBack();
  keepReading(desk);
  early.arrive();
}

function isAtDoor(desk: Desk): boolean {
  const { dialog } = desk.view.get();
  return dialog !== null && isDoor(dialog);
}

/** Tells whether no client can be asked yet: the door is being opened, or the session behind it was not seen yet. */
function isOpening(desk: Desk): boolean {
  const { dialog } = desk.view.get();
  if (isAtDoor(desk)) return dialog?.busy === true;
  if (isJoining(desk)) return true;
  return desk.opened() === null || desk.facts.get().phase === 'opening';
}

/** Tells whether a link is being joined: text typed meanwhile is for the conversation that it opens. */
function isJoining(desk: Desk): boolean {
  const { dialog } = desk.view.get();
  return dialog?.kind === 'join' && dialog.busy;
}

function isTyped(desk: Desk, { keys }: PasteEvent): boolean {
  return keys.length > 0 && (isAtDoor(desk) || isOpening(desk));
}

function goesAtOnce(desk: Desk, event: InputEvent, waiting: readonly InputEvent[]): boolean {
  if (!isOpening(desk) && waiting.length === 0) return true;
  if (event.type !== 'key' && event.type !== 'paste') return true;
  if (isJoining(desk)) return closesDialog(desk, event);
  const action = actionOf(desk, event);
  if (waiting.length > 0) return action === 'quit' && waiting.some((one) => actionOf(desk, one) === 'quit');
  return action === 'quit' || action === 'clear-draft' || isForDraft(desk, event, action);
}

function closesDialog(desk: Desk, event: InputEvent): boolean {
  return event.type === 'key' && actionFor(desk.view.get().keys, event.name, ['dialog']) === 'close-dialog';
}

/** Tells whether an event changes the draft and nothing else; at a door there is none. */
function isForDraft(desk: Desk, event: KeyEvent | PasteEvent, action: string | null): boolean {
  if (isAtDoor(desk)) return false;
  if (event.type === 'paste') return true;
  if (action !== null) return writing.has(action);
  return event.text !== '' && !(event.text === '?' && draftOf(desk.view.get()).text === '');
}

/** The action of a key in a conversation, which is where the key goes in the end. */
function actionOf(desk: Desk, event: InputEvent): string | null {
  if (event.type !== 'key') return null;
  return actionFor(desk.view.get().keys, event.name, ['conversation', 'text', 'everywhere']);
}
