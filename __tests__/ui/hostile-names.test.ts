import { expect, test } from 'vitest';
import { limits } from '../../source/core/limits.ts';
import { printableLine } from '../../source/core/printable.ts';
import type { ContactView, State } from '../../source/core/types.ts';
import { ChatError } from '../../source/core/errors.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { scanTerminal } from '../support/scan-terminal.ts';
import { mountScreen, type Mounted } from './support/mount.ts';
import { contactOf, sampleClient, sampleKeys, sampleState, type Sample } from './support/samples.ts';

/** The sequences that the renderer and the screen write themselves: colours, cursor, erasing, modes, and the title of the window. */
const own =
  /\u001b\[[\d;:]*[ABCDEGHJKm]|\u001b\[>4;1m|\u001b\[\?(?:7|25|1000|1004|1006|1049|2004|2026)[hl]|\u001b\]2;(?:\(\d+\) )?cryptochat(?: — \P{Cc}*)?\u0007|\u001b\]8;(?:id=whole)?;\u001b\\|\r/gu;
const escape = '\u001b[27u';

/** How a client tells the screen of somebody: the label printable, and the raw name wherever a call answers one. */
function clientWith(name: string): Sample {
  const label = printableLine(name, limits.nameCells);
  const bad: Partial<ContactView> = { label, address: printableLine(name), fingerprint: name, unread: 1 };
  const state: State = {
    ...sampleState(),
    name: label,
    contacts: [
      contactOf(1, 'x', { ...bad, state: 'conflict' }),
      contactOf(2, 'x', { ...bad, state: 'requested', request: 'received' }),
    ],
  };
  const plain = sampleClient(state);
  const raw = contactRaw(name);
  return sampleClient(state, {
    keys: () =>
      Promise.resolve({ ...sampleKeys, contacts: sampleKeys.contacts.map((each) => ({ ...each, name })) }),
    verify: async (ask) => ({
      ...(await plain.calls.verify(ask)),
      contact: raw,
      fingerprint: name,
      rival: name,
    }),
    block: () => Promise.reject(new ChatError('contact-unknown', name)),
    forget: () => Promise.resolve({ name, erased: true }),
    rename: () => Promise.resolve({ ...raw, alias: name }),
    join: () => Promise.resolve({ ...raw, joined: 'new' }),
  });
}

function contactRaw(name: string) {
  const { label: _label, reach: _reach, ...rest } = contactOf(1, 'x');
  return { ...rest, name, alias: name, fingerprint: name, address: name };
}

/** Every place where a name is drawn: what is typed, and what is seen then. */
const places: ReadonlyArray<readonly [string, string, RegExp]> = [
  ['the key of one in conflict', '\u0007', /The key of/u],
  ['comparing', 'c', /Their digits/u],
  ['the keys', `${escape}\u000f`, /PUBLIC KEY/u],
  ['the palette', `${escape}\u000b`, /Go to/u],
  ['a rotation', `${escape}\u0012`, /Rotate your key/u],
  ['its followers', 'y', /You have a new key/u],
  ['requests', `${escape}/requests\r`, /These people used your card/u],
  ['joined', `${escape}/join cryptochat:abc\r`, /is added: you can write/u],
  ['a failure of a call', `${escape}/block\r`, /error:/u],
  ['the question before forgetting', `${escape}\u0003/forget\r`, /Forget/u],
  ['forgotten', 'y', /is forgotten/u],
  ['renamed', `${escape}/rename x\r`, /now called/u],
];

function expectHarmless(mounted: Mounted, name: string, place: string, from: number): void {
  const drawn = mounted.raw().slice(from).replaceAll(own, '');
  expect(scanTerminal(drawn), `${place} with ${JSON.stringify(name)}`).toEqual([]);
  // The screen itself switches the mouse and draws in colour.
  if (/\p{Cc}/u.test(name.replaceAll(own, ''))) expect(mounted.raw().slice(from)).not.toContain(name);
}

/** A text of printable ASCII alone is drawn as it is. */
const names = hostileStrings.filter((name) => !/^[ -~]+$/u.test(name));

test('a name cannot steer the terminal from any dialog', { timeout: 300_000 }, async () => {
  for (const name of names) {
    const client = clientWith(name);
    const mounted = mountScreen({ kind: 'ready', open: () => Promise.resolve(client) });
    await mounted.sees(/✗|❯/u);
    await mounted.sees('listening on');
    // Behind what is asked of the terminal at the start.
    let from = mounted.raw().lastIndexOf('\u001b[c') + 3;
    for (const [place, keys, seen] of places) {
      mounted.type(keys);
      await mounted.sees(seen);
      expectHarmless(mounted, name, place, from);
      from = mounted.raw().length;
    }
    mounted.type('\u0011');
    await mounted.ended;
  }
});
