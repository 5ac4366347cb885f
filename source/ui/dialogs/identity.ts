import { ask, defineDialog, failureLines, openOf, paragraph, type Panel, type Scene } from './define.ts';
import type { ScreenCalls } from '../../core/calls.ts';
import { isStopped } from '../model/view.ts';
import { openInvite } from './invite.ts';
import { dialogOf, type DialogOf, type DialogStep } from '../model/dialog.ts';
import type { ContactView, Printable, Verification } from '../../core/types.ts';
import { callsOf, labelIn, type Desk } from '../desk/desk.ts';
import { blank, line, say } from '../text/line.ts';
import { past } from '../text/times.ts';
import { open } from '../reading/reading.ts';
import { blockContact } from './people.ts';
import { keyLines, openVerify } from './verify.ts';

/** Explains what happened to the key of a contact. */
export const identity = defineDialog({
  kind: 'identity',
  shape: 'box',
  titles: { identity: 'When a key has changed', stopped: 'When sending is stopped' },
  keys: [...keysWith({}, say`keep writing`), ...keysWith({ step: 'stopped' }, say`stay stopped`)],
  panel: identityPanel,
});

/** The states in which verifying begins with the story of the key. */
const changed: ReadonlySet<ContactView['state']> = new Set(['changed-signed', 'conflict', 'revoked']);

/** Opens the dialog about the key of `contact`: what happened to the key if something did, else the comparison. */
export function openIdentity(desk: Desk, contact: ContactView): void {
  if (!callsOf(desk)) return;
  if (!changed.has(contact.state)) return openVerify(desk, contact.id);
  open(desk, dialogOf(identity, { contact: contact.id, found: null }));
  const answer = async (calls: ScreenCalls): Promise<Partial<DialogOf<'identity'>>> => {
    const found = await calls.verify({ contact: String(contact.id) });
    return { found, step: isStopped(found.contact) ? 'stopped' : null };
  };
  ask(desk, 'identity', answer, { isQuiet: true });
}

/** Goes on to the comparison. */
function compareIdentity(desk: Desk): void {
  const dialog = openOf(desk, 'identity');
  if (dialog) openVerify(desk, dialog.contact);
}

/** Blocks the contact that the dialog is about. */
function blockIdentity(desk: Desk): void {
  const dialog = openOf(desk, 'identity');
  if (dialog) blockContact(desk, dialog.contact);
}

/** The choices for a key that has changed; `instead` says what closing the dialog means. */
function keysWith<const At extends { readonly step?: DialogStep }>(at: At, instead: Printable) {
  return [
    {
      action: 'compare-identity',
      keys: ['c'],
      ...at,
      help: say`verify now`,
      hint: say`verify now`,
      does: compareIdentity,
    },
    { action: 'close-dialog', keys: ['escape', 'ctrl+c'], ...at, help: instead, hint: instead },
    {
      action: 'invite-instead',
      keys: ['i'],
      ...at,
      help: say`make a new link for them`,
      hint: say`new link`,
      does: openInvite,
    },
    {
      action: 'block-identity',
      keys: ['b'],
      ...at,
      help: say`block`,
      hint: say`block`,
      does: blockIdentity,
    },
  ] as const;
}

/** Contents of the dialog: what happened, the keys, and what can be done. */
function identityPanel(dialog: DialogOf<'identity'>, scene: Scene): Panel {
  const { facts, columns, now } = scene;
  const name = labelIn(scene, dialog.contact);
  const contact = facts.contacts.find(({ id }) => id === dialog.contact);
  const { found } = dialog;
  const title = say`The key of ${name}`;
  if (!found || !contact) {
    const lines = [line(say`reading…`, 'dim'), ...failureLines(dialog.failure, columns)];
    return { title, lines, caret: null };
  }
  const { what, look, advice, others } = storyOf(found, contact, now);
  const lines = [
    ...paragraph(what, columns, look),
    blank,
    ...others.flatMap(([label, key]) => keyLines(label, key, Math.min(columns, 50))),
    blank,
    ...paragraph(advice, columns),
    ...failureLines(dialog.failure, columns),
  ];
  return { title, lines, caret: null };
}

type Story = {
  readonly what: Printable;
  readonly look: 'warn' | 'bad' | 'plain';
  readonly advice: Printable;
  readonly others: ReadonlyArray<readonly [Printable, string]>;
};

/** Names the keys by what is known about them, never by who is right. */
function storyOf({ fingerprint, previous, rival }: Verification, contact: ContactView, now: number): Story {
  const { label, state } = contact;
  const pinned = [say`the key you have of ${label}`, fingerprint] as const;
  if (state === 'conflict') {
    return {
      what: say`✗ Two keys claim to be ${label}, and nothing shows which one is right. Nothing is sent until you decide.`,
      look: 'bad',
      advice: say`It may be a new device, or someone posing as ${label}. Talk to them over another channel: verify the safety number, or ask for a new link (or send them one).`,
      others: [pinned, ...(rival === null ? [] : [[say`the other key`, rival] as const])],
    };
  }
  if (state === 'revoked') {
    return {
      what: say`✗ ${label} has revoked this key: someone else may have it. Nothing is sent.`,
      look: 'bad',
      advice: say`Ask ${label} for a new link over another channel, or send them one.`,
      others: [pinned],
    };
  }
  const before = previous === null ? [] : [[say`before`, previous] as const];
  return {
    what:
      state === 'changed-signed'
        ? say`~ ${label} has a new key${sinceOf(contact, now)}, signed with the old key that you verified.`
        : say`Nothing is wrong with the key of ${label}.`,
    look: state === 'changed-signed' ? 'warn' : 'plain',
    advice: say`You can keep writing. Verify again to be sure it was ${label} and not someone who stole the old key.`,
    others: [...before, [say`now`, fingerprint]],
  };
}

function sinceOf({ keyChangedAt }: ContactView, now: number): Printable {
  return keyChangedAt === null ? say`` : say`, made ${past(keyChangedAt, now)}`;
}
