import type { ContactView, State } from '../core/state.ts';
import { keyFor, type KeyMap } from './bindings.ts';
import { type Line, line, span } from './line.ts';
import { isAsking, standingOf } from './states.ts';
import { say } from './text/say.ts';
import type { ContactState, Printable } from '../core/types.ts';
import { selectedContact, type View } from './view.ts';

/**
 * What stands above the draft: what went wrong or what was done; without that, what the person must act on, and what is to be
 * known about the contact before one writes. Not cut to any width.
 */
export function notes(view: View, facts: State): readonly Line[] {
  const { toast } = view;
  if (toast) {
    const isError = toast.kind === 'error';
    const text = isError ? span(say` error: ${toast.text}`, 'bad') : span(say` ${toast.text}`, 'accent');
    return toast.hint === '' ? [[text]] : [[text], line(say` hint: ${toast.hint}`, 'dim')];
  }
  const alert = facts.alert === null ? [] : [line(say` ! ${facts.alert}`, 'warn')];
  const contact = selectedContact(view, facts);
  const warning = contact && warningOf(contact, view.keys);
  if (!warning) return alert;
  const { sign, look } = standingOf(contact);
  return [...alert, line(say` ${sign} ${warning.text}: ${warning.advice}`, look)];
}

/** What is to be known about a contact before one writes, and what to do about it. */
export type Warning = {
  readonly text: Printable;
  readonly advice: Printable;
};

type Say = (label: Printable, verify: Printable) => Warning;

const warnings: Readonly<Partial<Record<ContactState, Say>>> = {
  requested: (label) => ({ text: say`${label} was asked`, advice: say`what you write waits for their yes` }),
  'changed-signed': (label, verify) => ({
    text: say`${label} has a new key`,
    advice: say`${verify} compares`,
  }),
  conflict: (label, verify) => ({ text: say`two keys claim to be ${label}`, advice: verify }),
  revoked: (label, verify) => ({ text: say`${label} revoked this key`, advice: verify }),
  blocked: (label) => ({ text: say`${label} is blocked`, advice: say`/unblock` }),
};

/** The warning about `contact`; null when there is nothing to warn of. */
export function warningOf(
  contact: Pick<ContactView, 'label' | 'state' | 'request'>,
  keys: KeyMap,
): Warning | null {
  const { label, state } = contact;
  if (isAsking(contact)) return { text: say`${label} wants to write with you`, advice: say`/requests` };
  return warnings[state]?.(label, keyFor(keys, 'verify-contact', say`/verify`)) ?? null;
}
