import { parsePlace, whoJoinsBy } from '../core/place.ts';
import { ChatError } from '../core/errors.ts';
import { printableLine } from '../core/printable.ts';
import type { OpenLink } from '../core/types.ts';
import { whyDeaf } from './deaf.ts';
import type { Flags } from './flags.ts';
import { print, say, type Invocation } from './invocation.ts';
import { blobTarget } from './pouch.ts';
import { withHome } from './with-home.ts';
import { dayAndTime } from './message-line.ts';
import { isoTime, jsonLine } from './shapes.ts';

const once = 'Send this link to one person over a channel you trust. It works once, within 14 days.';
const often =
  'People with this reusable link can ask to be your contact; you accept or decline each one. It works until you withdraw it: cryptochat invite --card --withdraw.';

/**
 * `invite`: the link, or with --card the card, alone on standard output; on a terminal with a QR code of it. Makes sure that a listener
 * runs. --list shows the open links, --withdraw and --withdraw-all end them.
 */
export async function invite(call: Invocation): Promise<void> {
  checkFlags(call.flags);
  const { list, withdraw, withdrawAll } = call.flags;
  if (list) return listLinks(call);
  if (withdraw || withdrawAll) return withdrawLinks(call, withdrawAll ? 'all' : 'card');
  const made = await makeLink(call);
  print(call, made.link);
  await explain(call, made);
}

async function explain(call: Invocation, { link, waits = false }: Made): Promise<void> {
  if (call.stderr.isTTY) say(call, await drawQr(link));
  say(call, call.flags.card ? often : once);
  if (waits) say(call, 'The host of your mailbox is unreachable. The link works once it answers.');
  const kept = call.flags.pouch === undefined ? whoJoinsBy(link) : null;
  if (kept !== null) say(call, kept);
}

type Made = { readonly link: string; readonly waits?: boolean };

/** With --pouch, writes the blob of the link to a file before it shows the link; then nobody has to reach this machine. */
async function makeLink(call: Invocation): Promise<Made> {
  const { pouch } = call.flags;
  if (pouch === undefined) {
    return withHome(call, 'supervise', async (reached) => {
      const why = await whyDeaf(reached);
      if (why !== null) throw new ChatError('deaf', why);
      return reached.calls.invite(askOf(call.flags));
    });
  }
  const target = await blobTarget(call, pouch);
  try {
    const made = await withHome(call, 'none', ({ calls }) => calls.invite(askOf(call.flags)));
    await target.fill(made.blob ?? '');
    return made;
  } catch (error) {
    await target.drop();
    throw error;
  }
}

function askOf({ address, card = false, new: anew = false, pouch }: Flags) {
  const byHand = pouch !== undefined;
  return { card, anew, ...(byHand && { byHand }), ...(address === undefined ? {} : { address }) };
}

/** The flags that may accompany each flag; alone, a flag may stand with --json and the flags of every command. */
const partners = {
  address: ['card', 'new', 'pouch'],
  card: ['address', 'new', 'withdraw', 'pouch'],
  new: ['address', 'card', 'pouch'],
  pouch: ['address', 'card', 'new'],
  withdraw: ['card'],
  withdrawAll: [],
  list: ['json'],
  json: ['list'],
} as const satisfies Partial<Record<keyof Flags, ReadonlyArray<keyof Flags>>>;

function checkFlags(flags: Flags): void {
  const given = (Object.keys(partners) as Array<keyof typeof partners>).filter((name) => flags[name]);
  for (const one of given) {
    const beside: readonly string[] = partners[one];
    const other = given.find((name) => name !== one && !beside.includes(name));
    if (other) throw new ChatError('usage', 'these flags of invite exclude each other');
  }
  if ((flags.new || flags.withdraw) && !flags.card)
    throw new ChatError('usage', '--new and --withdraw need --card');
  if (flags.json && !flags.list) throw new ChatError('usage', '--json needs --list');
  if (flags.address !== undefined && parsePlace(flags.address) === null)
    throw new ChatError('address-bad', printableLine(flags.address, 60));
}

async function listLinks(call: Invocation): Promise<void> {
  const links = await withHome(call, 'read', ({ calls }) => calls.links());
  for (const link of links) print(call, call.flags.json ? jsonLine(linkJson(link)) : linkLine(link));
  if (links.length === 0 && !call.flags.json) say(call, 'No open links.');
}

function linkLine({ kind, createdAt, endsAt }: OpenLink): string {
  const end = endsAt === null ? 'until you withdraw it' : `until ${dayAndTime(endsAt)}`;
  return `${kind.padEnd('single-use'.length)}  made ${dayAndTime(createdAt)}  ${end}`;
}

/** One line of `invite --list --json`; times ISO 8601 UTC, a card has no end. */
function linkJson({ kind, createdAt, endsAt }: OpenLink) {
  return { kind, created: isoTime(createdAt), ends: isoTime(endsAt) };
}

async function withdrawLinks(call: Invocation, what: 'card' | 'all'): Promise<void> {
  const { withdrawn } = await withHome(call, 'none', ({ calls }) => calls.withdraw({ what }));
  const links = withdrawn === 1 ? '1 open link withdrawn' : `${withdrawn} open links withdrawn`;
  const card = withdrawn === 0 ? 'There was no reusable link.' : 'The reusable link no longer works.';
  say(call, what === 'card' ? card : `${links}.`);
}

async function drawQr(link: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr');
  return renderUnicodeCompact(link, { border: 2 });
}
