import type { State } from '../../core/state.ts';
import type { Printable } from '../../core/types.ts';
import { bindingsIn, keyLabel } from '../bindings.ts';
import type { Binding, Where } from '../keymap.ts';
import type { Composing, Layout } from '../layout.ts';
import { fitLine, type Line, line, lineWidth, span } from '../line.ts';
import { repeated, say } from '../text/say.ts';
import { draftOf, selectedContact, type View } from '../view.ts';

/** The line between messages and draft; it says when newer messages are out of sight below. */
export function ruleLine(layout: Layout, columns: number, atEnd: boolean): Line {
  const note = atEnd ? say`` : say` ↓ newer below, Ctrl+End `;
  const left = layout.sidebar > 0 ? say`${repeated('─', layout.sidebar)}┴` : say``;
  const used = left.length + note.length + (atEnd ? 0 : 2);
  const rest = repeated('─', Math.max(0, columns - used));
  if (atEnd) return line(say`${left}${rest}`, 'dim');
  return [span(say`${left}${rest}`, 'dim'), span(note, 'accent'), span(say`──`, 'dim')];
}

/** The rows of the draft behind their prompt, or what could be written here. */
export function composerLines(view: View, facts: State, composing: Composing): readonly Line[] {
  if (draftOf(view).text === '') {
    return [[span(say` ❯ `, 'accent'), span(placeholder(view, facts), 'dim')]];
  }
  return composing.rows.map((row, at) => {
    const isFirst = composing.skipped + at === 0;
    return [span(isFirst ? say` ❯ ` : say`   `, 'accent'), span(row.text)];
  });
}

function placeholder(view: View, facts: State): Printable {
  const contact = selectedContact(view, facts);
  if (contact) return say`write to ${contact.label}…`;
  if (facts.phase === 'opening') return say`write…`;
  return facts.contacts.length === 0 ? say`/invite or /join…` : say`Ctrl+K goes to a conversation…`;
}

/** What went wrong or what was done, above the draft; without one, what the person must act on. */
export function noteLines(view: View, facts: State, columns: number): readonly Line[] {
  const { toast } = view;
  if (!toast) return facts.alert === null ? [] : [fitLine(line(say` ! ${facts.alert}`, 'warn'), columns)];
  const isError = toast.kind === 'error';
  const text = isError ? span(say` error: ${toast.text}`, 'bad') : span(say` ${toast.text}`, 'accent');
  const hint = toast.hint === '' ? [] : [fitLine(line(say` hint: ${toast.hint}`, 'dim'), columns)];
  return [fitLine([text], columns), ...hint];
}

/** The keys that help here, as many as fit; `?` for all of them stays at the end. */
export function hintLine(layers: readonly Where[], columns: number): Line {
  const last: Line = layers.includes('conversation') ? [span(say`?`, 'key'), span(say` help`, 'dim')] : [];
  const spans: Line[] = [];
  let used = 1 + lineWidth(last);
  for (const hint of layers.flatMap(bindingsIn).filter(hasHint).map(hintSpans)) {
    const width = lineWidth(hint) + 3;
    if (used + width > columns) break;
    used += width;
    spans.push(hint);
  }
  const all = last.length > 0 ? [...spans, last] : spans;
  return all.reduce<Line>(
    (row, hint, at) => [...row, ...(at > 0 ? [span(say` · `, 'dim')] : []), ...hint],
    [span(say` `)],
  );
}

type Hinted = Binding & { readonly hint: Printable };

function hasHint(binding: Binding): binding is Hinted {
  return binding.hint !== undefined;
}

function hintSpans({ keys, hint }: Hinted): Line {
  return [span(keyLabel(keys[0] ?? ''), 'key'), span(say` ${hint}`, 'dim')];
}
