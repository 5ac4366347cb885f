import type { Message } from '../../../source/core/types.ts';
import { settingOrNull } from '../../../source/store/settings.ts';
import {
  did,
  endOf,
  hasBundle,
  hasForked,
  hasLostContent,
  hasLostKey,
  hasLostNewest,
  hasLostSlot,
  hasNothingToPost,
  hasStaleBundle,
  isCutOff,
  isMute,
  writesToGone,
} from './ends.ts';
import type { End, Ends } from './ends.ts';
import { other, people } from './plan.ts';
import type { Who } from './plan.ts';
import type { Stage } from './stage.ts';

/** Every rule that is broken after a plan and the honest hours, in words. Each exception is allowed by a sentence of PROTOCOL.md. */
export async function brokenRules(stage: Stage): Promise<readonly string[]> {
  const ends: Ends = [await endOf(stage, 0), await endOf(stage, 1)];
  const why = whyCut(stage, ends);
  return [
    ...stage.ledger.bugs.map((bug) => `a bug: ${bug}`),
    ...people.flatMap((who) => [
      ...brokenStates(stage, ends, who),
      ...brokenShows(ends, who),
      ...brokenTicks(stage, ends, who),
      ...brokenPromises(stage, ends, who),
    ]),
    ...(why === null ? people.flatMap((who) => brokenTalk(stage, ends, who)) : brokenSilence(why, ends)),
  ];
}

/**
 * Everything that moved although nothing should any more. Of somebody who is cut off, §10: what is not answered is asked again "after
 * pauses that double up to a day", of which one may end in these hours; so is what is not acknowledged.
 */
export async function brokenQuiet(stage: Stage, moved: readonly string[]): Promise<readonly string[]> {
  const ends: Ends = [await endOf(stage, 0), await endOf(stage, 1)];
  const isOnce = new Set(moved.map((what) => what.split(' ')[0])).size === 1;
  return isOnce && whyCut(stage, ends) !== null ? [] : moved.map((what) => `not quiet: ${what}`);
}

/** A reason why a text may not have come through, and the sentence that must be said instead. */
type Cut = { readonly because: string; readonly said: RegExp | null };

function whyCut(stage: Stage, ends: Ends): Cut | null {
  const states = ends.map(({ contact }) => contact?.state ?? null);
  // §11: a contact in state `blocked` has new messages "none". Nobody is told.
  if (states.includes('blocked')) return { because: 'blocked', said: null };
  // §7: "Sending stops; only a new link helps." "After a revocation its sender sends no text".
  if (
    ends.some(({ database }) => settingOrNull(database, 'revoked-at') !== null) ||
    states.includes('revoked')
  )
    return { because: 'revoked', said: null };
  // §11: "The client deletes the contact, its keys, sessions, slots, contents and waiting envelopes".
  if (states.includes(null) && did(stage, ['forget'])) return { because: 'forgotten', said: null };
  // §7: "a second, different successor of a key": the contact becomes `conflict`, and sending stops. §12: "A home that has rotated since
  // cannot speak for itself from an older backup, because the reset comes with a retired key."
  if (people.some((who) => did(stage, ['setBack', 'restore'], who) && hasLostKey(ends, who)))
    return {
      because: 'a key that the other follows is gone',
      said: /before they rotated it|sending is stopped|new link/u,
    };
  if (people.some((who) => ends[other(who)].contact?.state === 'conflict' && seemsTwo(stage, ends, who)))
    return { because: 'two claim to be one contact', said: /sending is stopped/u };
  // A person who forgot somebody and came back under a newer key is a new person to them: the old contact is left without another side.
  if (people.some((who) => did(stage, ['forget'], who) && turnsAway(stage, ends, who)))
    return { because: 'forgotten, and met as somebody new', said: /does not know you/u };
  // §8: 404, "a POST without the mac of a slot": the slot came with a link, and one of the homes was set back to before that; or another took its place
  // (§7: "keeps … the slots from before for 14 days"), and the other was set back to before it heard of that.
  const isMoved = did(stage, ['link', 'relink', 'rotate']) && did(stage, ['setBack', 'restore']);
  if (isMoved && people.some((who) => turnsAway(stage, ends, who)))
    return {
      because: 'a slot that the other writes to is gone',
      said: /does not know you|sending is stopped/u,
    };
  return whyWithoutKeys(stage, ends);
}

/** True if somebody's listener refuses the other, who hears of it: a backup that "has nothing to begin with" (§12) posts nothing. */
function turnsAway(stage: Stage, ends: Ends, who: Who): boolean {
  const writer = other(who);
  const postsNothing =
    did(stage, ['restore'], writer) && isMute(ends[writer]) && hasNothingToPost(ends[writer]);
  return hasLostSlot(ends, who) && !postsNothing;
}

/** The reasons of a home that was set back or restored and can neither speak nor be spoken to. */
function whyWithoutKeys(stage: Stage, ends: Ends): Cut | null {
  // §10: a reset goes "in a new session begun from the contact's reserve bundle", and a backup has no sessions: one that was made before the
  // bundle came can neither read the contact nor ask it.
  if (people.some((who) => did(stage, ['restore'], who) && isMute(ends[who])))
    return { because: 'a backup from before the bundle of the other', said: /for a new link/u };
  // §12: "This heals for as long as the contact has the keys of its reserve bundle, at least two weeks after the backup."
  if (people.some((who) => did(stage, ['restore'], who) && hasStaleBundle(ends, who)))
    return { because: 'a backup from before the keys of the other', said: /for a new link/u };
  // §10: "A home that was set back to before it made the keys of the bundle that the contact has, and that has no bundle of the contact, or
  // one whose keys are gone there, can neither read nor be read".
  if (did(stage, ['setBack']) && isCutOff(ends))
    return { because: 'neither has keys from which to begin anew', said: /for a new link/u };
  // §7: "The rotating side keeps the retired identity key, its seal keys, its prekeys and the slots from before for 14 days".
  if (people.some((who) => did(stage, ['setBack', 'restore'], who) && writesToGone(ends, who)))
    return { because: 'a key that the other gave up long ago is all that is known', said: /new link/u };
  return null;
}

/**
 * §7: a home that writes on under a key that it has changed since is a second user of it, or was set back; also "to right after the change,
 * before it had a bundle of the reader", and "to before something that is still under way, and changed its key then".
 */
function goesOnUnderOld(stage: Stage, ends: Ends, who: Who): boolean {
  const hasChanged = did(stage, ['rotate'], who);
  const hasOnlyOld = hasChanged && (!hasBundle(ends[who]) || hasLostContent(stage, ends, who));
  return did(stage, ['setBack', 'restore'], who) && (hasOnlyOld || hasLostKey(ends, who));
}

/**
 * True if what somebody did may make the other say `conflict`. §7: "a second, different successor of a key that the reader knows",
 * also when it arrives after a link that names the first one. "only when the contact has answered a reset …, and no statement came": a home
 * that was set back knows nothing of a key that it had.
 */
function seemsTwo(stage: Stage, ends: Ends, who: Who): boolean {
  return hasForked(stage, who) || goesOnUnderOld(stage, ends, who) || hasLostNewest(stage, ends, who);
}

function brokenStates(stage: Stage, ends: Ends, who: Who): readonly string[] {
  const { contact } = ends[who];
  if (!contact) return did(stage, ['forget']) ? [] : [`${who}: the contact is gone`];
  const { state } = contact;
  const legal: Record<string, boolean> = {
    'not-compared': true,
    conflict: seemsTwo(stage, ends, other(who)),
    revoked: did(stage, ['revoke'], other(who)),
    blocked: did(stage, ['block'], who),
  };
  if (!legal[state]) return [`${who}: a false ${state}`];
  return isToldOfNothing(stage, ends, who)
    ? [`${who}: does not know that the other has given up the key`]
    : [];
}

/** §7: a revocation goes to every contact "as the identity that the contact is known to use". §11: nothing goes to somebody who is blocked, or has revoked too. */
function isToldOfNothing(stage: Stage, ends: Ends, who: Who): boolean {
  const [mine, theirs] = [ends[who].contact, ends[other(who)].contact];
  const hasRevoked = settingOrNull(ends[other(who)].database, 'revoked-at') !== null;
  // §12: who was set back to before a rotation of their own can read nothing more.
  // §8: 404, "a POST without the mac of a slot"; a backup has no links, so nobody comes in by one that was made before. §11: the slots of a contact
  // that is forgotten go, also those that it is told of later. Nor does somebody set back get through to a slot that is gone, to ask.
  const isShut =
    did(stage, ['setBack', 'restore', 'forget'], who) && people.some((one) => hasLostSlot(ends, one));
  // §7: it goes in a new session from the reserve bundle, or where there is none in the one that the reader has lost.
  const isLost = did(stage, ['setBack', 'restore'], who) && !hasBundle(ends[other(who)]);
  // §12: "A backup from before the first reserve bundle of a contact's newest key has nothing to begin with."
  const isSilent = people.some((one) => did(stage, ['restore'], one) && isMute(ends[one]));
  const isDeaf = isShut || isLost || isSilent || people.some((one) => hasLostKey(ends, one));
  const isCut =
    isDeaf ||
    !theirs ||
    theirs.state === 'blocked' ||
    theirs.state === 'revoked' ||
    mine?.state === 'blocked';
  return hasRevoked && !isCut && mine?.state !== 'revoked';
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
function brokenTicks(stage: Stage, ends: Ends, who: Who): readonly string[] {
  const { ledger } = stage;
  const reader = ends[other(who)];
  const stored = new Set(texts(reader, 'in').map(({ id }) => id));
  const mine = texts(ends[who], 'out');
  const forgot = did(stage, ['forget']);
  const ever = ledger.had[other(who)];
  const isSetBack = did(stage, ['setBack', 'restore'], other(who));
  return [
    ...mine
      .filter(
        ({ id, state }) =>
          state === 'delivered' && !stored.has(id) && !(ever.has(id) && (forgot || isSetBack)),
      )
      .map(({ text }) => `${who}: delivered, and not there: ${text}`),
    ...mine
      .filter(
        ({ id, state }) =>
          (state === 'sent' || state === 'delivered') && !ledger.stored.has(id) && !ledger.forged.has(id),
      )
      .map(({ text, state }) => `${who}: ${state}, and never arrived: ${text}`),
  ];
}

/** Every text that `send` answered for is in the history of its writer. */
function brokenPromises({ ledger }: Stage, ends: Ends, who: Who): readonly string[] {
  const sql = "SELECT lower(hex(id)) AS id FROM messages WHERE direction = 'out' AND kind = 'text'";
  const there = new Set(ends[who].database.all<{ id: string }>(sql).map(({ id }) => id));
  return [...ledger.promised[who]]
    .filter((id) => !there.has(id))
    .map((id) => `${who}: a text of mine is gone: ${id}`);
}

/** Between two who may talk, all that one has sent is with the other, once, in order, without a gap, and known to be there. */
function brokenTalk(stage: Stage, ends: Ends, who: Who): readonly string[] {
  const me = ends[who];
  const mine = texts(me, 'out');
  const came = texts(ends[other(who)], 'in');
  const missing = new Set(mine.map(({ text }) => text));
  for (const { text } of came) missing.delete(text);
  const broken = [...missing].map((text) => `${who}: never shown: ${text}`);
  if (!did(stage, ['setBack', 'restore', 'forget'])) {
    const [sent, shown] = [mine, came].map((list) => list.map(({ text }) => text).join(', '));
    if (sent !== shown) broken.push(`${who}: not in order: ${shown} instead of ${sent}`);
  }
  for (const { text, state } of mine)
    if (state !== 'delivered') broken.push(`${who}: still ${state}: ${text}`);
  for (const { text, missingBefore } of came)
    if (missingBefore > 0) broken.push(`${who}: a gap is left before ${text}`);
  return [...broken, ...left(me, who)];
}

function left({ database, contact }: End, who: Who): readonly string[] {
  const of = [contact?.id ?? 0];
  const outbox =
    database.get<{ n: number }>('SELECT count(*) AS n FROM outbox WHERE contact_id = ?', of)?.n ?? 0;
  const sql = `SELECT group_concat(seq || ' ' || coalesce(what, text) || ' ' || state, ', ') AS what FROM messages
    WHERE contact_id = ? AND direction = 'out' AND state <> 'delivered' AND kind = 'hidden'`;
  const what = database.get<{ what: string | null }>(sql, of)?.what;
  return [
    ...(outbox > 0 ? [`${who}: ${outbox} left in the outbox`] : []),
    ...(what ? [`${who}: not acknowledged: ${what}`] : []),
  ];
}

/** A line must say so where the two cannot talk any more. */
function brokenSilence({ because, said }: Cut, ends: Ends): readonly string[] {
  const isSaid =
    said === null ||
    ends.some(({ lines }) => lines.some(({ kind, text }) => kind === 'notice' && said.test(text)));
  return isSaid ? [] : [`nobody says: ${because}`];
}
