import {
  beyondOf,
  changing,
  defineDialog,
  failureLines,
  openOf,
  paragraph,
  type Panel,
  type Scene,
} from './define.ts';
import { printableLine } from '../../core/printable.ts';
import type { ScreenCalls } from '../../core/calls.ts';
import type { ContactView, Printable, State } from '../../core/types.ts';
import { attempt, callsOf, labelOn, sayNote, type Desk, type Handler } from '../desk/desk.ts';
import { blank, line, say, span, type Line } from '../text/line.ts';
import { catchUp } from '../reading/paging.ts';
import { close, open, select } from '../reading/reading.ts';
import { contactsInOrder, inDialog, isAsking } from '../model/view.ts';
import { past } from '../text/times.ts';
import { toldApart } from '../text/told-apart.ts';
import { wrap } from '../text/wrap.ts';
import { dialogOf, type DialogOf } from '../model/dialog.ts';

/** The people who ask to be let in. */
export const requests = defineDialog({
  kind: 'requests',
  shape: 'box',
  titles: { requests: 'On the list of requests' },
  keys: [
    { action: 'accept-request', keys: ['a'], help: say`accept`, hint: say`accept`, does: answers('accept') },
    {
      action: 'decline-request',
      keys: ['d'],
      help: say`decline`,
      hint: say`decline`,
      does: answers('decline'),
    },
    { action: 'block-request', keys: ['b'], help: say`block`, hint: say`block`, does: answers('block') },
    { action: 'request-up', keys: ['up', 'ctrl+p'], help: say`move up`, does: moves(-1) },
    { action: 'request-down', keys: ['down', 'ctrl+n'], help: say`move down`, does: moves(1) },
  ],
  clicked: (desk, index) =>
    desk.view.update((view) => inDialog(view, 'requests', (now) => ({ ...now, index, failure: null }))),
  panel: requestsPanel,
});

/** Opens the list of people who ask to be let in; the one whose conversation is on the screen is chosen. */
export function openRequests(desk: Desk): void {
  if (!callsOf(desk)) return;
  const { selected } = desk.view.get();
  const at = asking(desk.facts.get()).findIndex(({ id }) => id === selected);
  open(desk, dialogOf(requests, { index: Math.max(0, at) }));
}

function asking(facts: State): readonly ContactView[] {
  return contactsInOrder(facts).filter(isAsking);
}

function chosenOf(dialog: DialogOf<'requests'>, facts: State): ContactView | undefined {
  const all = asking(facts);
  return all[Math.min(dialog.index, all.length - 1)];
}

/** Moves the choice; it stops at both ends. */
function moves(by: 1 | -1): Handler {
  return changing('requests', (now, desk) => {
    const last = asking(desk.facts.get()).length - 1;
    return { ...now, index: Math.max(0, Math.min(last, Math.min(now.index, last) + by)), failure: null };
  });
}

type Answer = {
  readonly ask: (calls: ScreenCalls, contact: string) => Promise<unknown>;
  readonly done: (name: Printable) => Printable;
};

const ways = {
  accept: {
    ask: (calls, contact) => calls.accept({ contact }),
    done: (name) => say`${name} is a contact now`,
  },
  decline: {
    ask: (calls, contact) => calls.decline({ contact }),
    done: (name) => say`you declined ${name}; they are not told`,
  },
  block: {
    ask: (calls, contact) => calls.block({ contact }),
    done: (name) => say`${name} is blocked`,
  },
} as const satisfies Record<string, Answer>;

/** Answers the chosen request; closes the list after the last one, and shows the conversation with an accepted contact. */
function answers(kind: keyof typeof ways): Handler {
  return (desk) => {
    const dialog = openOf(desk, 'requests');
    const contact = dialog ? chosenOf(dialog, desk.facts.get()) : undefined;
    if (contact) answer(desk, contact, kind);
  };
}

/** Answers a request, and shows the result. */
export function answer(desk: Desk, contact: ContactView, kind: keyof typeof ways): void {
  const calls = callsOf(desk);
  if (!calls) return;
  const { ask, done } = ways[kind];
  const name = labelOn(desk, contact.id);
  const work = async (): Promise<void> => {
    await ask(calls, String(contact.id));
    // Do this before the list closes, so nothing else announces the accepted person.
    catchUp(desk);
    const isLast = asking(desk.facts.get()).every(({ id }) => id === contact.id);
    if (isLast && openOf(desk, 'requests')) close(desk);
    if (kind === 'accept' && isLast) select(desk, contact.id);
    sayNote(desk, done(name), say``);
  };
  attempt(desk, work, (failure) =>
    desk.view.update((view) => inDialog(view, 'requests', (now) => ({ ...now, failure }))),
  );
}

/** Contents of the list: as many requests as there is room for, with the chosen one among them. */
function requestsPanel(dialog: DialogOf<'requests'>, scene: Scene): Panel {
  const { facts, columns, rows } = scene;
  const title = say`Requests`;
  const all = asking(facts);
  const at = all.findIndex((contact) => contact === chosenOf(dialog, facts));
  if (at < 0)
    return { title, lines: [line(say`You have no requests.`, 'dim')], caret: null, idle: answering };
  const how = say`These people used your card. Accept to let them write to you; declining tells them nothing.`;
  const top = [...paragraph(how, columns, 'dim'), blank];
  const failure = failureLines(dialog.failure, columns);
  const told = toldApart(facts.contacts, columns - 2, scene.isAscii);
  const people = all.map((contact, place) =>
    requestLines(contact, { isChosen: place === at, name: told.get(contact.id) ?? contact.label }, scene),
  );
  const fit = Math.max(1, Math.floor((rows - top.length - failure.length) / (people[0]?.length ?? 1)));
  const first = Math.max(0, at - fit + 1);
  const seen = people.slice(first, first + fit);
  const choices = [...top.map(() => null), ...seen.flatMap((one, place) => one.map(() => first + place))];
  const beyond = beyondOf(first, seen.length, people.length);
  return { title, lines: [...top, ...seen.flat(), ...failure], caret: null, choices, beyond };
}

/** The actions that need somebody who asks. */
const answering = ['accept-request', 'decline-request', 'block-request'];

function requestLines(
  contact: ContactView,
  { isChosen, name }: { readonly isChosen: boolean; readonly name: Printable },
  { now, columns }: Scene,
): readonly Line[] {
  const mark = isChosen ? span(say`❯ `, 'accent') : span(say`  `);
  const when = say`asked ${past(contact.lastActivityAt, now)}`;
  const key = wrap(printableLine(contact.fingerprint), columns - 2);
  return [
    [mark, span(name, isChosen ? 'strong' : 'plain'), span(say`   ${when}`, 'dim')],
    ...key.map(({ text }) => line(say`  ${text}`, 'dim')),
  ];
}
