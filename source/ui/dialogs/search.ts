import {
  beyondOf,
  changing,
  choicesAfter,
  defineDialog,
  failureLines,
  formLines,
  openOf,
  paragraph,
  type Panel,
  type Scene,
} from './define.ts';
import { printable } from '../../core/printable.ts';
import type { Message, MessageView, Printable } from '../../core/types.ts';
import { callsOf, failureOf, labelIn, type Desk, type Handler } from '../desk/desk.ts';
import { goToHit } from '../reading/finding.ts';
import { blank, line, say, type Line } from '../text/line.ts';
import { once } from '../desk/once.ts';
import { toldApart } from '../text/told-apart.ts';
import { inDialog } from '../model/view.ts';
import { answerIn, dialogOf, fieldOf, type DialogOf, type Failure } from '../model/dialog.ts';
import { hitLine, senderColumns } from './hit-line.ts';
import { close, open } from '../reading/reading.ts';

/** Finds messages while the person types. */
export const searching = defineDialog({
  kind: 'search',
  shape: 'box',
  titles: { search: 'While searching' },
  keys: [
    {
      action: 'take-hit',
      keys: ['enter'],
      help: say`go to this message`,
      hint: say`go there`,
      does: takeHit,
    },
    {
      action: 'switch-scope',
      keys: ['tab'],
      help: say`search all conversations, or only this one`,
      hint: say`here or everywhere`,
      does: switchScope,
    },
    { action: 'hit-up', keys: ['up', 'ctrl+p'], help: say`move up`, does: moves(-1) },
    { action: 'hit-down', keys: ['down', 'ctrl+n'], help: say`move down`, does: moves(1) },
  ],
  clicked(desk, index) {
    update(desk, { index });
    takeHit(desk);
  },
  panel: searchPanel,
});

/** Maximum number of hits that are fetched; a person who wants others types more of the text. */
const mostHits = 200;
/** The index finds texts by three characters: fewer mean reading the whole history, so such a search waits for Enter. */
const leastAsTyped = 3;

/** Opens the search in the conversation on the screen, for `text` if there is one. */
export function openSearch(desk: Desk, text = ''): void {
  if (!callsOf(desk)) return;
  const contact = desk.view.get().selected;
  const own = { contact, everywhere: contact === null, asked: null, hits: [], index: 0 };
  open(desk, dialogOf(searching, own, [fieldOf('text', say`❯`, text)]));
  if (text === '') return;
  if (isShort(text)) find(desk);
  else searchAsTyped(desk);
}

function isShort(text: string): boolean {
  return [...text.trim()].length < leastAsTyped;
}

/** Searches for the typed text, unless that was done already; while another answer is awaited, it waits for that first. */
export function searchAsTyped(desk: Desk): void {
  const dialog = openOf(desk, 'search');
  if (!dialog || isAsked(dialog)) return;
  if (!isShort(answerIn(dialog, 'text'))) return find(desk);
  if (dialog.asked) update(desk, { asked: null, hits: [], index: 0 });
}

function isAsked(dialog: DialogOf<'search'>): boolean {
  const { asked, everywhere } = dialog;
  return asked !== null && asked.text === answerIn(dialog, 'text') && asked.everywhere === everywhere;
}

function update(desk: Desk, change: Partial<DialogOf<'search'>>): void {
  desk.view.update((view) => inDialog(view, 'search', (now) => ({ ...now, ...change })));
}

function find(desk: Desk): void {
  const dialog = openOf(desk, 'search');
  const calls = desk.opened()?.calls;
  if (!dialog || !calls) return;
  const { everywhere, contact } = dialog;
  const text = answerIn(dialog, 'text');
  const answer = (hits: readonly Message[], failure: Failure | null): void =>
    update(desk, { asked: { text, everywhere }, hits: hits.toReversed().map(viewed), index: 0, failure });
  const work = async (): Promise<void> => {
    const ofOne = everywhere || contact === null ? {} : { contact: String(contact) };
    try {
      answer(await calls.search({ text, ...ofOne, last: mostHits }), null);
    } catch (error) {
      // It counts as asked, whatever the result: a bug ends the screen, and must not be repeated again and again.
      update(desk, { asked: { text, everywhere } });
      answer([], failureOf(error));
    }
  };
  once(desk, 'search', work, () => searchAsTyped(desk));
}

function viewed(message: Message): MessageView {
  return { ...message, text: printable(message.text) };
}

/** Enter: goes to the chosen hit, or searches if nothing was searched for yet. */
function takeHit(desk: Desk): void {
  const dialog = openOf(desk, 'search');
  if (!dialog) return;
  if (!isAsked(dialog)) return answerIn(dialog, 'text').trim() === '' ? undefined : find(desk);
  const { asked, hits, index } = dialog;
  if (!asked || hits.length === 0) return;
  close(desk);
  goToHit(desk, { text: asked.text, hits, at: index });
}

/** Moves the choice; it stops at both ends. */
function moves(by: 1 | -1): Handler {
  return changing('search', (now) => ({
    ...now,
    index: Math.max(0, Math.min(now.hits.length - 1, now.index + by)),
  }));
}

const noConversation: Failure = {
  text: say`no conversation is open`,
  hint: say`searching all conversations`,
};

/** Searches all conversations, or again only the one on the screen. */
function switchScope(desk: Desk): void {
  desk.view.update((view) =>
    inDialog(view, 'search', (now) =>
      now.contact === null ? { ...now, failure: noConversation } : { ...now, everywhere: !now.everywhere },
    ),
  );
  const dialog = openOf(desk, 'search');
  if (dialog?.asked && dialog.contact !== null) find(desk);
}

/** Contents of the search dialog: the line to fill in, and as many hits as there is room for. */
function searchPanel(dialog: DialogOf<'search'>, scene: Scene): Panel {
  const { columns, rows, facts, now, isAscii } = scene;
  const { hits, index, everywhere, contact } = dialog;
  const title = everywhere ? say`Find everywhere` : say`Find with ${labelIn(scene, contact ?? 0)}`;
  const form = formLines(dialog, columns);
  const room = Math.max(2, Math.min(12, rows - 4));
  const first = Math.max(0, Math.min(index - room + 2, hits.length - room));
  const names = toldApart(facts.contacts, senderColumns, isAscii);
  const found = hits
    .slice(first, first + room)
    .map((hit, at) =>
      hitLine(hit, { wanted: dialog.asked?.text ?? '', isChosen: first + at === index, names, now, columns }),
    );
  const failure = failureLines(dialog.failure, columns);
  const said = failure.length > 0 ? failure : hits.length > 0 ? found : nothing(dialog, columns);
  const rest = Array.from({ length: Math.max(0, room - said.length) }, (): Line => blank);
  const status = line(hits.length > 0 ? countOf(hits.length) : say``, 'dim');
  const choices = said === found ? choicesAfter(form.lines.length + 1, first, found.length) : [];
  const lines = [...form.lines, blank, ...said, ...rest, status];
  const beyond = said === found ? beyondOf(first, found.length, hits.length) : beyondOf(0, 0, 0);
  return { title, lines, caret: form.caret, choices, beyond, idle: idleIn(dialog) };
}

/** Enter searches for what was not searched for yet, or goes to a hit. */
function idleIn(dialog: DialogOf<'search'>): readonly string[] {
  const isBlank = answerIn(dialog, 'text').trim() === '';
  const hasNothing = isBlank || (isAsked(dialog) && dialog.hits.length === 0);
  return [...(hasNothing ? ['take-hit'] : []), ...(dialog.contact === null ? ['switch-scope'] : [])];
}

function countOf(count: number): Printable {
  if (count === 1) return say`1 message`;
  return count < mostHits ? say`${count} messages, the newest first` : say`the newest ${count} messages`;
}

function nothing(dialog: DialogOf<'search'>, columns: number): readonly Line[] {
  if (dialog.asked) {
    const other = dialog.everywhere ? say`` : say` Tab searches all conversations.`;
    return paragraph(say`No messages found.${other}`, columns, 'dim');
  }
  const how = say`Three letters search as you type; Enter searches for fewer. Case and accents do not matter.`;
  return paragraph(how, columns, 'dim');
}
