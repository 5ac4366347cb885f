import { expect, onTestFinished, test, vi } from 'vitest';
import { createStore } from '../../source/core/types.ts';
import { followClock, tellTime } from '../../source/ui/follow-clock.ts';
import { keymap } from '../../source/ui/keymap.ts';
import { keyMapOf } from '../../source/ui/model/bindings.ts';
import { plainly } from '../../source/ui/model/terminal.ts';
import { withToast } from '../../source/ui/model/toast.ts';
import { firstView, type View } from '../../source/ui/model/view.ts';
import { say } from '../../source/ui/text/line.ts';
import { contactOf, noon, sampleState } from './support/samples.ts';

/** Counts the times that the view changes in `ms`, with a contact who was heard 5 minutes before. */
function changesIn(ms: number, given: Partial<View> = {}): number {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: noon });
  onTestFinished(() => void vi.useRealTimers());
  const bob = contactOf(1, 'bob', { lastHeardAt: noon - 5 * 60_000 });
  const view = createStore<View>({
    ...firstView({ columns: 80, rows: 24 }, noon, { ...plainly, keys: keyMapOf(keymap) }),
    selected: 1,
    ...given,
  });
  let changes = 0;
  view.subscribe(() => (changes += 1));
  const end = followClock({ view, facts: createStore(sampleState({ contacts: [bob] })) }, Date.now);
  vi.advanceTimersByTime(ms);
  end();
  return changes;
}

test('draws nothing while no age on the screen changes, and each age that does', () => {
  expect(changesIn(50_000)).toBe(0);
  expect(changesIn(10 * 60_000)).toBe(10);
  expect(changesIn(60_000, { selected: null })).toBe(0);
});

test('draws when the day changes, which the lines between the messages name', () => {
  expect(changesIn(24 * 3600_000, { selected: null })).toBe(1);
});

test('draws again once a person has seen a notice', () => {
  const said = { text: say`it failed`, hint: say`` };
  const { toast } = withToast(
    firstView({ columns: 80, rows: 24 }, noon, { ...plainly, keys: keyMapOf(keymap) }),
    'error',
    said,
  );
  expect(changesIn(18_000, { toast })).toBe(1);
});

test('an event brings the time up to date, even if no frame needed it', () => {
  const view = createStore<View>(
    firstView({ columns: 80, rows: 24 }, noon, { ...plainly, keys: keyMapOf(keymap) }),
  );
  tellTime(view, noon + 500);
  expect(view.get().now).toBe(noon);
  tellTime(view, noon + 3600_000);
  expect(view.get().now).toBe(noon + 3600_000);
});
