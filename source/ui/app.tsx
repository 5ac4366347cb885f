import { Box, useCursor } from 'ink';
import { useSyncExternalStore, type ReactElement } from 'react';
import type { Desk } from './desk/desk.ts';
import { isDoor, isSheet } from './model/dialog.ts';
import { DialogBox } from './drawings/dialog-box.tsx';
import { Lines } from './drawings/lines.tsx';
import { DrawingContext, type Drawing } from './drawings/drawing-context.ts';
import { draftCaret, MainScreen } from './drawings/main-screen.tsx';
import { placedPanel } from './placing.ts';
import { line, say, spread } from './text/line.ts';
import { pastingLine } from './desk/pasting.ts';
import { chosenTheme } from './dialogs/themes.ts';
import { looksOf } from './model/theme.ts';
import type { View } from './model/view.ts';

const leastColumns = 24;
const leastRows = 7;

/** The whole screen: draws the contents of the two stores and puts the terminal's own cursor at the caret. */
export function App({ desk }: { readonly desk: Desk }): ReactElement {
  const view = useSyncExternalStore(desk.frames.subscribe, desk.view.get);
  const facts = useSyncExternalStore(desk.facts.subscribe, desk.facts.get);
  const { setCursorPosition } = useCursor();
  if (view.columns < leastColumns || view.rows < leastRows) {
    setCursorPosition(undefined);
    return <TooSmall columns={view.columns} rows={view.rows} />;
  }
  const placed = placedPanel(desk, view, facts);
  const caret = view.dialog ? placed?.caret : draftCaret(view, facts);
  setCursorPosition(caret ?? undefined);
  return (
    <DrawingContext value={drawingOf(view)}>
      <Box width={view.columns} height={view.rows} flexDirection="column" overflow="hidden">
        {view.dialog && (isSheet(view.dialog) || isDoor(view.dialog)) ? null : (
          <MainScreen view={view} facts={facts} />
        )}
        {placed ? <DialogBox placed={placed} /> : null}
        <Pasting view={view} />
      </Box>
    </DrawingContext>
  );
}

/** Covers the last row, which only names keys. */
function Pasting({ view }: { readonly view: View }): ReactElement | null {
  const said = pastingLine(view);
  if (!said) return null;
  const lines = [spread(said, [], view.columns)];
  return (
    <DialogBox placed={{ x: 0, y: view.rows - 1, columns: view.columns, lines, caret: null, choices: [] }} />
  );
}

function drawingOf({ settings, terminal, themes, dialog }: View): Drawing {
  const name = (dialog?.kind === 'themes' ? chosenTheme(dialog) : null) ?? settings.theme;
  return { looks: looksOf(name, themes.files, terminal), isAscii: terminal.isAscii };
}

/** In words that fit into about any window, the smallest size that is enough. */
const tooSmall = [line(say`window too small`), line(say`${leastColumns}x${leastRows} is enough`)];

function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }): ReactElement {
  return (
    <Box width={columns} height={rows} overflow="hidden">
      <Lines lines={tooSmall} width={columns} />
    </Box>
  );
}
