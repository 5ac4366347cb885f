import { expect, onTestFinished, test, vi } from 'vitest';
import { printableLine } from '../../source/core/printable.ts';
import { createStore, type ContactView } from '../../source/core/types.ts';
import { followClock, tellTime } from '../../source/ui/follow-clock.ts';
import { keymap } from '../../source/ui/keymap.ts';
import { keyMapOf } from '../../source/ui/model/bindings.ts';
import { plainly } from '../../source/ui/model/terminal.ts';
import { withToast } from '../../source/ui/model/toast.ts';
import { firstView, type View } from '../../source/ui/model/view.ts';
import { say } from '../../source/ui/text/line.ts';
import { contactOf, noon, sampleState } from './support/samples.ts';

/** Counts the times that the view changes in `ms`, with a contact who was heard 5 minutes before. */
function changesIn(ms: number, given: Partial<View> = {}, contact: Partial<ContactView> = {}): number {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: noon });
  onTestFinished(() => void vi.useRealTimers());
  const bob = contactOf(1, 'bob', { lastHeardAt: noon - 5 * 60_000, ...contact });
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

test('draws nothing for an hour after the first half minute, and each age before', () => {
  expect(changesIn(3600_000)).toBe(0);
  expect(changesIn(3600_000, {}, { lastHeardAt: noon })).toBe(3);
  expect(changesIn(60_000, { selected: null })).toBe(0);
});

test('wakes once a minute while no age can change, and for each age as soon as somebody is heard', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: noon });
  onTestFinished(() => void vi.useRealTimers());
  const bob = contactOf(1, 'bob', { lastHeardAt: noon - 5 * 60_000 });
  const view = createStore<View>({
    ...firstView({ columns: 80, rows: 24 }, noon, { ...plainly, keys: keyMapOf(keymap) }),
    selected: 1,
  });
  const facts = createStore(sampleState({ contacts: [bob] }));
  const wakes = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => wakes.mockRestore());
  const end = followClock({ view, facts }, Date.now);
  vi.advanceTimersByTime(5 * 60_000);
  expect(wakes.mock.calls.length).toBeLessThanOrEqual(6);
  vi.advanceTimersByTime(2000);
  const lastHeardAt = Date.now();
  facts.update((now) => ({ ...now, contacts: [{ ...bob, lastHeardAt }] }));
  view.update((now) => ({ ...now, now: lastHeardAt }));
  vi.advanceTimersByTime(14_000);
  expect(view.get().now).toBeGreaterThanOrEqual(lastHeardAt + 10_000);
  end();
  expect(vi.getTimerCount()).toBe(0);
});

test('brings the time of the next try up to date every few seconds', () => {
  const nextTryAt = noon + 10 * 60_000;
  const reach = { kind: 'away' as const, attempts: 9, nextTryAt, reason: printableLine('') };
  expect(changesIn(10 * 60_000, {}, { reach })).toBe(7);
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

test('what comes after a suspension is drawn with the current time', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: noon });
  onTestFinished(() => void vi.useRealTimers());
  const view = createStore<View>(
    firstView({ columns: 80, rows: 24 }, noon, { ...plainly, keys: keyMapOf(keymap) }),
  );
  const facts = createStore(sampleState());
  const end = followClock({ view, facts }, Date.now);
  const later = noon + 60 * 3600_000;
  vi.setSystemTime(later);
  facts.update((now) => ({ ...now, queued: now.queued + 1 }));
  expect(view.get().now).toBe(later);
  end();
});
