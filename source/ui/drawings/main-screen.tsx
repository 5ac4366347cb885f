import { Box } from 'ink';
import { useMemo, type ReactElement } from 'react';
import type { State } from '../../core/types.ts';
import { layoutOf, promptColumns, type Layout } from '../model/layout.ts';
import { blank, line, say, type Line } from '../text/line.ts';
import { isRightToLeft } from '../text/right-to-left.ts';
import { dayNumber } from '../text/times.ts';
import type { Where } from '../model/keymap.ts';
import { besideConversation } from '../composer/vimming.ts';
import { drawnWhole } from '../text/cells.ts';
import { nameAmong } from '../text/told-apart.ts';
import { selectedContact, type View } from '../model/view.ts';
import { composerLines, lastLine, ruleLine } from './bottom.ts';
import { headLine } from './head.ts';
import { Lines } from './lines.tsx';
import { messageRows } from './messages.ts';
import { sidebarRows, type SidebarRow } from './sidebar.ts';
import { titleLine } from './title.ts';

/** A caret on the whole screen. */
export type Caret = { readonly x: number; readonly y: number };

/** Where the draft's caret stands on the main screen. */
export function draftCaret(view: View, facts: State): Caret {
  const { composer } = layoutOf(view, facts);
  const y = view.rows - 1 - composer.rows.length + composer.caret.row;
  return { x: Math.min(view.columns - 1, promptColumns + composer.caret.column), y };
}

/** The main screen: title, people, conversation, draft, keys. */
export function MainScreen({ view, facts }: { readonly view: View; readonly facts: State }): ReactElement {
  const { columns } = view;
  const layout = layoutOf(view, facts);
  const faded = view.dialog !== null;
  const contact = selectedContact(view, facts);
  const messages = messageRows(view, facts, layout.main, layout.pane);
  const { isAscii } = view.terminal;
  const head = contact
    ? headLine(contact, view.now, layout.main, (room) => nameAmong(facts.contacts, contact.id, room, isAscii))
    : blank;
  const top = layout.head > 1 ? [head, blank] : [head];
  const bottom = [
    ruleLine(layout, columns, { atEnd: messages.atEnd, unread: contact?.unread ?? 0 }, view.keys),
    ...layout.notes,
    ...composerLines(view, facts, layout.composer),
    lastLine(view, keysPlaces(view, facts)),
  ];
  return (
    <Box flexDirection="column" width={columns} height={view.rows}>
      <Lines lines={[titleLine(facts, columns, view.settings.list)]} width={columns} faded={faded} />
      <Box height={layout.pane + layout.head} flexShrink={0}>
        {layout.sidebar > 0 ? <People view={view} facts={facts} layout={layout} /> : null}
        <Lines
          lines={[...top, ...messages.rows.map(({ spans }) => spans)]}
          width={layout.main}
          faded={faded}
        />
      </Box>
      <Lines lines={bottom} width={columns} faded={faded} />
    </Box>
  );
}

function keysPlaces(view: View, facts: State): readonly Where[] {
  const beside = besideConversation(view, facts);
  return beside.length === 0 || beside.includes('vim') ? ['conversation'] : beside;
}

type PeopleProps = { readonly view: View; readonly facts: State; readonly layout: Layout };

function People({ view, facts, layout }: PeopleProps): ReactElement {
  const height = layout.pane + layout.head;
  const faded = view.dialog !== null;
  const { contacts, phase } = facts;
  const { selected, terminal, now } = view;
  const emoji = drawnWhole();
  const today = dayNumber(now);
  // A key changes nothing here, and there may be a thousand people. The lines go with the kinds of emoji that they were made for.
  const { lines, edge } = useMemo(() => {
    const rows = sidebarRows({ selected, terminal, today }, { contacts, phase }, layout.sidebar, height);
    return { emoji, lines: rows.map(({ spans }) => spans), edge: rows.map(edgeBeside) };
  }, [emoji, contacts, phase, selected, terminal, layout.sidebar, height, today]);
  return (
    <>
      <Lines lines={lines} width={layout.sidebar} faded={faded} />
      <Lines lines={edge} width={1} faded={faded} />
    </>
  );
}

const edgeLine = line(say`│`, 'dim');
/** A letter that looks like the line, and that is written from left to right: what is left of it stays there. */
const letterEdge = line(say`ǀ`, 'dim');

function edgeBeside({ spans }: SidebarRow): Line {
  return spans.some(({ text }) => isRightToLeft(text)) ? letterEdge : edgeLine;
}
