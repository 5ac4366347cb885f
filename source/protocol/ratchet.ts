import {
  ErrorCode,
  KEMPublicKey,
  LibSignalErrorBase,
  PreKeyBundle,
  PreKeySignalMessage,
  processPreKeyBundle,
  ProtocolAddress,
  PublicKey,
  signalDecrypt,
  signalDecryptPreKey,
  signalEncrypt,
  SignalMessage,
} from '@signalapp/libsignal-client';
import type { Bytes } from '../core/types.ts';
import type { Bundle } from './bundle.ts';
import { sha256 } from './digest.ts';
import type { Inner } from './envelope.ts';
import { toHex } from '../core/bytes.ts';
import { utf8 } from './bytes.ts';
import { createOverlay, type Changes } from './overlay.ts';
import { planDecryption, type Plan } from './plan.ts';
import type { RatchetReads } from './reads.ts';
import { trimRecord } from './session-states.ts';

const firstMessage = 3;
const device = 1;

/** A decrypted message; the text is valid only once its changes are committed. */
export type Opened =
  | { readonly kind: 'opened'; readonly plaintext: Bytes; readonly changes: Changes }
  /** The key of this message was already used; only `seen` can tell whether the message is a repeat. */
  | { readonly kind: 'used' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The budget for a message: `take` returns true if that many keys may be derived, `giveBack` returns unused ones. */
export type Allowance = {
  readonly take: (keys: number) => boolean;
  readonly giveBack: (keys: number) => void;
};

const anyKeys: Allowance = { take: () => true, giveBack: () => undefined };

/** Begins a session from a bundle; nothing is sent yet. The bundle must have come through decodeBundle. */
export async function beginSession(reads: RatchetReads, bundle: Bundle): Promise<Changes> {
  const overlay = createOverlay(reads);
  const { theirs, mine } = addresses(reads);
  const keys = toPreKeyBundle(bundle, reads.theirIdentity);
  await withBugs(overlay, processPreKeyBundle(keys, theirs, mine, overlay.sessions, overlay.identities));
  const { session, ...others } = overlay.changes();
  return { ...others, session: session && trimRecord(session) };
}

/**
 * Encrypts one content in the session of `reads`; returns null when there is no session that can send (none yet, or the other side has
 * not answered its first messages for 30 days). The changes MUST be committed before anything is sent.
 */
export async function ratchetEncrypt(
  reads: RatchetReads,
  plaintext: Bytes,
): Promise<{ readonly inner: Inner; readonly changes: Changes } | null> {
  const overlay = createOverlay(reads);
  const { theirs, mine } = addresses(reads);
  if (!(await overlay.sessions.getSession())?.hasCurrentState()) return null;
  const message = await withBugs(
    overlay,
    signalEncrypt(plaintext, theirs, mine, overlay.sessions, overlay.identities),
  );
  const type = message.type() === firstMessage ? 3 : 2;
  const inner: Inner = { type, sender: reads.myIdentity, ciphertext: new Uint8Array(message.serialize()) };
  return { inner, changes: overlay.changes() };
}

/**
 * Decrypts the inside of an envelope in the session of `reads`. A far message is not tried before `allowance` agrees, and `allowance` is
 * never asked for more than `limits.ratchetKeys`.
 */
export async function ratchetDecrypt(
  reads: RatchetReads,
  inner: Inner,
  allowance: Allowance = anyKeys,
): Promise<Opened> {
  const plan = planDecryption(inner, reads.session());
  if (!plan || !allowance.take(plan.keys)) return { kind: 'unreadable', reason: 'too far, or no message' };
  const opened = await decryptAsPlanned(plan, reads, inner);
  if (opened.kind === 'opened') allowance.giveBack(plan.keys - plan.jump);
  return opened;
}

async function decryptAsPlanned(plan: Plan, reads: RatchetReads, inner: Inner): Promise<Opened> {
  const overlay = createOverlay({ ...reads, session: () => plan.given });
  try {
    const plaintext = new Uint8Array(await withBugs(overlay, decryptWith(overlay, reads, inner)));
    const changes = overlay.changes();
    const session = changes.session && plan.restore(changes.session);
    if (!session) return { kind: 'unreadable', reason: 'the session would be too large' };
    return { kind: 'opened', plaintext, changes: { ...changes, session } };
  } catch (error) {
    if (LibSignalErrorBase.is(error, ErrorCode.DuplicatedMessage)) return { kind: 'used' };
    if (error instanceof LibSignalErrorBase) return { kind: 'unreadable', reason: ErrorCode[error.code] };
    throw error;
  }
}

type Overlay = ReturnType<typeof createOverlay>;

/** The result of a step; or the error that a store threw meanwhile, which libsignal's own error hides. */
async function withBugs<Answer>(overlay: Overlay, step: Promise<Answer>): Promise<Answer> {
  try {
    return await step;
  } catch (error) {
    throw overlay.bug() ?? error;
  }
}

async function decryptWith(overlay: Overlay, reads: RatchetReads, inner: Inner): Promise<Uint8Array> {
  const { theirs, mine } = addresses(reads);
  const { sessions, identities } = overlay;
  if (inner.type !== firstMessage) {
    const message = SignalMessage.deserialize(inner.ciphertext);
    return signalDecrypt(message, theirs, mine, sessions, identities);
  }
  const message = PreKeySignalMessage.deserialize(inner.ciphertext);
  const { preKeys, signedPreKeys, kyberPreKeys } = overlay;
  return signalDecryptPreKey(
    message,
    theirs,
    mine,
    sessions,
    identities,
    preKeys,
    signedPreKeys,
    kyberPreKeys,
  );
}

function addresses(reads: RatchetReads): { theirs: ProtocolAddress; mine: ProtocolAddress } {
  return { theirs: ratchetAddress(reads.theirIdentity), mine: ratchetAddress(reads.myIdentity) };
}

/** Addresses made before, by the identity key as it was read: the same two come with every message. */
const known = new WeakMap<Bytes, ProtocolAddress>();

function ratchetAddress(identity: Bytes): ProtocolAddress {
  const before = known.get(identity);
  if (before) return before;
  const address = makeAddress(identity);
  known.set(identity, address);
  return address;
}

/** The UUID-shaped address that libsignal binds into a session; PROTOCOL.md "Keys". */
function makeAddress(identity: Bytes): ProtocolAddress {
  const digest = sha256(utf8('cryptochat/1 address'), identity).subarray(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x40;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const uuid = toHex(digest).replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
  return ProtocolAddress.new(uuid, device);
}

function toPreKeyBundle(bundle: Bundle, identity: Bytes): PreKeyBundle {
  return PreKeyBundle.new(
    bundle.registrationId,
    device,
    bundle.oneTime?.id ?? null,
    bundle.oneTime && PublicKey.deserialize(bundle.oneTime.key),
    bundle.signedPreKeyId,
    PublicKey.deserialize(bundle.signedPreKey),
    bundle.signedPreKeySignature,
    PublicKey.deserialize(identity),
    bundle.kyberPreKeyId,
    KEMPublicKey.deserialize(bundle.kyberPreKey),
    bundle.kyberPreKeySignature,
  );
}
