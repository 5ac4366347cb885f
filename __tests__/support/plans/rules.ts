import type { Message } from '../../../source/core/types.ts';
import { currentIdentity } from '../../../source/store/identities.ts';
import type { ContactRow } from '../../../source/store/contacts.ts';
import type { Database } from '../../../source/store/database.ts';
import { page } from '../../../source/store/messages.ts';
import { settingOrNull } from '../../../source/store/settings.ts';
import { other, people } from './plan.ts';
import type { Plan, Step, Who } from './plan.ts';
import type { Stage } from './stage.ts';

/** What is left of somebody when all is over. */
type End = {
  readonly database: Database;
  readonly contact: ContactRow | null;
  readonly lines: readonly Message[];
  readonly epoch: number;
};

type Ends = readonly [End, End];

/** Every rule that is broken after a plan and the honest hours, in words. Whatever is allowed is allowed by a sentence of PROTOCOL.md. */
export async function brokenRules(plan: Plan, stage: Stage): Promise<readonly string[]> {
  const ends: Ends = [await endOf(stage, 0), await endOf(stage, 1)];
  const why = whyCut(plan, stage, ends);
  return [
    ...stage.ledger.bugs.map((bug) => `a bug: ${bug}`),
    ...people.flatMap((who) => [
      ...brokenStates(plan, stage, ends, who),
      ...brokenShows(ends, who),
      ...brokenTicks(plan, stage, ends, who),
      ...brokenPromises(stage, ends, who),
    ]),
    ...(why === null ? people.flatMap((who) => brokenTalk(plan, ends, who)) : brokenSilence(why, ends)),
  ];
}

async function endOf(stage: Stage, who: Who): Promise<End> {
  const { opened } = await stage.open(who);
  const contact = await stage.contactOf(who);
  stage.ledger.noteHome(who, opened);
  return {
    database: opened,
    contact,
    lines: contact ? page(opened, contact.id, { before: null, count: 100_000 }) : [],
    epoch: currentIdentity(opened).epoch,
  };
}

function did(plan: Plan, ...what: ReadonlyArray<Step['do']>): boolean {
  return plan.some((step) => what.includes(step.do));
}

/** Whether a text may not have come through, and must be said instead; each with its sentence. */
type Cut = { readonly because: string; readonly said: RegExp | null };

function whyCut(plan: Plan, stage: Stage, ends: Ends): Cut | null {
  const states = ends.map(({ contact }) => contact?.state ?? null);
  // §11: "blocked: new messages: none". Nobody is told.
  if (states.includes('blocked')) return { because: 'blocked', said: null };
  // §7: "Sending stops; only a new link helps." "After that its sender sends no text any more".
  if (ends.some(({ database }) => settingOrNull(database, 'revoked-at') !== null) || states.includes('revoked'))
    return { because: 'revoked', said: null };
  // §11: "The contact, its keys, sessions, slots, contents and waiting envelopes are deleted".
  if (states.includes(null) && did(plan, 'forget')) return { because: 'forgotten', said: null };
  // §7: "A second, different successor of one key makes the contact conflict: sending stops."
  if (people.some((who) => hasForked(stage, who))) return { because: 'two successors', said: /sending is stopped|key change/u };
  // §12: "A home that has rotated since cannot speak for itself from an older backup, because the reset comes with a retired key."
  if (people.some((who) => (ends[other(who)].contact?.epoch ?? 0) > ends[who].epoch))
    return { because: 'an older key', said: /before their last key change|new link/u };
  return null;
}

/** Whether somebody made two different successors of one key: only a home that was set back does. */
function hasForked(stage: Stage, who: Who): boolean {
  const epochs = [...stage.ledger.keys[who]].map((key) => key.split(' ')[0]);
  return new Set(epochs).size < epochs.length;
}

function brokenStates(plan: Plan, stage: Stage, ends: Ends, who: Who): readonly string[] {
  const { contact } = ends[who];
  if (!contact) return did(plan, 'forget') ? [] : [`${who}: the contact is gone`];
  const { state } = contact;
  const legal: Record<string, boolean> = {
    'not-compared': true,
    conflict: hasForked(stage, other(who)),
    revoked: did(plan, 'revoke'),
    blocked: did(plan, 'block'),
  };
  return legal[state] ? [] : [`${who}: a false ${state}`];
}

function texts(end: End, direction: 'in' | 'out'): readonly Message[] {
  return end.lines.filter((line) => line.direction === direction && line.kind === 'text');
}

/** Nothing is ever shown twice. */
function brokenShows(ends: Ends, who: Who): readonly string[] {
  const came = texts(ends[who], 'in').map(({ text }) => text);
  return came.filter((text, at) => came.indexOf(text) !== at).map((text) => `${who}: shown twice: ${text}`);
}

/** §6: "sent" is a 202; "delivered" is an ack of what is stored. */
function brokenTicks(plan: Plan, { ledger }: Stage, ends: Ends, who: Who): readonly string[] {
  const reader = ends[other(who)];
  const stored = new Set(texts(reader, 'in').map(({ id }) => id));
  const mine = texts(ends[who], 'out');
  const forgot = did(plan, 'forget');
  const ever = ledger.had[other(who)];
  const isSetBack = plan.some((step) => (step.do === 'setBack' || step.do === 'restore') && step.who === other(who));
  return [
    ...mine
      .filter(({ id, state }) => state === 'delivered' && !stored.has(id) && !(ever.has(id) && (forgot || isSetBack)))
      .map(({ text }) => `${who}: delivered, and not there: ${text}`),
    ...mine
      .filter(({ id, state }) => (state === 'sent' || state === 'delivered') && !ledger.stored.has(id) && !ledger.forged.has(id))
      .map(({ text, state }) => `${who}: ${state}, and never arrived: ${text}`),
  ];
}

/** What `send` answered for is in the history of its writer. */
function brokenPromises({ ledger }: Stage, ends: Ends, who: Who): readonly string[] {
  const there = new Set(texts(ends[who], 'out').map(({ id }) => id));
  return [...ledger.promised[who]].filter((id) => !there.has(id)).map((id) => `${who}: a text of mine is gone: ${id}`);
}

/** Between two who may talk, all that one has sent is with the other, once, in order, without a gap, and known to be there. */
function brokenTalk(plan: Plan, ends: Ends, who: Who): readonly string[] {
  const me = ends[who];
  const mine = texts(me, 'out');
  const came = texts(ends[other(who)], 'in');
  const missing = new Set(mine.map(({ text }) => text));
  for (const { text } of came) missing.delete(text);
  const broken = [...missing].map((text) => `${who}: never shown: ${text}`);
  if (!did(plan, 'setBack', 'restore', 'forget')) {
    const [sent, shown] = [mine, came].map((list) => list.map(({ text }) => text).join(', '));
    if (sent !== shown) broken.push(`${who}: not in order: ${shown} instead of ${sent}`);
  }
  for (const { text, state } of mine) if (state !== 'delivered') broken.push(`${who}: still ${state}: ${text}`);
  for (const { text, missingBefore } of came) if (missingBefore > 0) broken.push(`${who}: a gap is left before ${text}`);
  return [...broken, ...left(me, who)];
}

function left({ database }: End, who: Who): readonly string[] {
  const outbox = database.get<{ n: number }>('SELECT count(*) AS n FROM outbox')?.n ?? 0;
  const sql = "SELECT group_concat(seq || ' ' || text || ' ' || state, ', ') AS what FROM messages WHERE direction = 'out' AND state <> 'delivered' AND kind = 'hidden'";
  const what = database.get<{ what: string | null }>(sql)?.what;
  return [...(outbox > 0 ? [`${who}: ${outbox} left in the outbox`] : []), ...(what ? [`${who}: not acknowledged: ${what}`] : [])];
}

/** A line must say so where the two cannot talk any more. */
function brokenSilence({ because, said }: Cut, ends: Ends): readonly string[] {
  const isSaid = said === null || ends.some(({ lines }) => lines.some(({ kind, text }) => kind === 'notice' && said.test(text)));
  return isSaid ? [] : [`nobody says: ${because}`];
}
