import { createCipheriv, randomBytes } from 'node:crypto';
import type { Bytes } from '../../source/core/types.ts';
import { signBundle } from '../../source/protocol/blob.ts';
import { bytes16, concat, utf8 } from '../../source/protocol/bytes.ts';
import { inviteKeys } from '../../source/protocol/invitation.ts';
import { encodeLink } from '../../source/protocol/link.ts';
import { newPerson } from '../support/ratchet-person.ts';
import type { Person } from '../support/ratchet-person.ts';
import { proofOfHead } from '../support/signed-post.ts';
import { startRawServer } from '../support/raw-server.ts';
import type { RawServer } from '../support/raw-server.ts';

/** An attacker who makes links and answers them with arbitrary blobs. */
export type FakeInviter = {
  readonly person: Person;
  readonly link: string;
  readonly server: RawServer;
  /** Seals an encoded bundle into a blob of 4096 bytes, signed by `signer`, or by the identity in the link. */
  readonly seal: (bundle: Bytes, signer?: Person) => Bytes;
};

/** Starts one; hands out `blobs()[n]` the n-th time that the link is picked up, and takes every POST. */
export async function startFakeInviter(blobs: () => readonly Bytes[]): Promise<FakeInviter> {
  const person = newPerson();
  const secret = new Uint8Array(randomBytes(16));
  const keys = inviteKeys(secret, person.identity);
  let pickups = 0;
  const server = await startRawServer((socket, head) => {
    const blob = head.startsWith('GET') ? blobs()[pickups++] : undefined;
    const lines = blob
      ? ['HTTP/1.1 200 OK', 'content-type: application/vnd.cryptochat', `content-length: ${blob.length}`]
      : ['HTTP/1.1 202 Accepted', 'content-length: 0', `x-cc-kept: ${proofOfHead(keys.slot, head)}`];
    socket.write([...lines, 'connection: close', '', ''].join('\r\n'));
    socket.end(blob ?? '');
  });
  const link = encodeLink({ identity: person.identity, secret, address: server.address, card: false });
  return {
    person,
    link,
    server,
    seal(bundle, signer = person) {
      const plain = new Uint8Array(4068);
      plain.set(concat(bytes16(bundle), signBundle(bundle, signer.privateKey)));
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keys.blob, nonce);
      cipher.setAAD(utf8('cryptochat/1 blob'));
      return concat(nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag());
    },
  };
}
