import type { ContactState } from '../../core/types.ts';

const reasons: Partial<Record<ContactState, string>> = {
  requested: 'this contact was not accepted yet',
  conflict: 'two different keys claim to be this contact, sending is stopped',
  revoked: 'this contact has revoked the key, sending is stopped',
  blocked: 'this contact is blocked',
};

/** Why nothing may be written to a contact, or null. */
export function frozenReason(contact: { readonly state: ContactState }): string | null {
  return reasons[contact.state] ?? null;
}

/** The state of a contact that two keys claim to be; a revoked one stays so, because comparing or a link ends a conflict. */
export function inConflict({ state }: { readonly state: ContactState }): ContactState {
  return state === 'revoked' ? 'revoked' : 'conflict';
}
