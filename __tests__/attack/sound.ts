import { expect } from 'vitest';
import { runningListener } from '../../source/session/home/running-listener.ts';
import type { Line, Peer } from './peer.ts';

const stackTrace = /^\s+at (?:async )?[\w$.<>[\] ]+ \(|node:internal|this is a bug/mu;

/** Fails unless every home is as it must be after any attack; running programs keep running. */
export async function checkSound(peers: readonly Peer[]): Promise<void> {
  for (const peer of peers) {
    const { screens, said, listens } = peer.trail;
    const printed = [...said, ...[...screens].map(({ screen }) => screen.raw())];
    expect(
      printed.filter((text) => stackTrace.test(text)),
      `${peer.name} printed a stack trace`,
    ).toEqual([]);
    for (const { screen, alive, ended } of screens) {
      expect(alive || ended, `a screen of ${peer.name} is gone:\n${screen.screen()}`).toBe(true);
    }
    expect(await peer.status(), `${peer.name} stumbled over a file`).toMatchObject({ bugs: 0 });
    if (listens) expect(await runningListener(peer.inbox), `${peer.name} listens`).not.toBeNull();
  }
  const all = await Promise.all(peers.map(async (peer) => ({ peer, lines: await peer.lines() })));
  for (const one of all) {
    expect(repeats(one.lines), `${one.peer.name} has a line twice`).toEqual([]);
    for (const other of all) if (one !== other) compare(one, other);
  }
}

type History = { readonly peer: Peer; readonly lines: readonly Line[] };

/** Fails unless the other wrote every received text, and every text shown as delivered arrived. */
function compare(one: History, other: History): void {
  const from = (history: History, name: string, direction: Line['direction']): Map<string, string> => {
    const lines = history.lines.filter(
      (line) => line.contact === name && line.direction === direction && line.kind === 'text',
    );
    return new Map(lines.map((line) => [line.id, line.text]));
  };
  const came = from(one, other.peer.name, 'in');
  const sent = from(other, one.peer.name, 'out');
  if (!other.peer.trail.lies) {
    for (const [id, text] of came) expect(sent.get(id), `${one.peer.name} has a line nobody sent`).toBe(text);
  }
  const delivered = other.lines.filter(
    (line) => line.contact === one.peer.name && line.kind === 'text' && line.state === 'delivered',
  );
  for (const { id, text } of delivered) {
    expect(came.get(id), `${other.peer.name} takes a line for delivered that is not there`).toBe(text);
  }
}

function repeats(lines: readonly Line[]): readonly string[] {
  const seen = new Set<string>();
  const keys = lines
    .filter((line) => line.kind === 'text')
    .map(({ contact, direction, id }) => `${contact} ${direction} ${id}`);
  return keys.filter((key) => seen.size === seen.add(key).size);
}
