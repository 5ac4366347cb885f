/** Every way in which secret bytes could appear in a stream: raw, in hexadecimal, and in base64 at each of its phases. */
export function spellings(secret: Uint8Array): readonly Buffer[] {
  const raw = Buffer.from(secret);
  const hex = raw.toString('hex');
  const base64 = [0, 1, 2].flatMap((phase) => {
    const text = Buffer.concat([Buffer.alloc(phase), raw]).toString('base64');
    // Only the characters that depend on the secret alone.
    const own = text.slice(Math.ceil((phase * 8) / 6), Math.floor(((phase + raw.length) * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [raw, ...[hex, hex.toUpperCase(), ...base64].map((text) => Buffer.from(text))];
}

/** The names of the secrets that appear anywhere in `bytes`. */
export function findSecrets(bytes: Buffer, secrets: Readonly<Record<string, Uint8Array>>): readonly string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    spellings(secret).some((spelling) => bytes.includes(spelling)) ? [name] : [],
  );
}

/** Whether two of the bodies share 16 bytes, at any position, or one contains the same 16 bytes twice. */
export function haveBytesInCommon(bodies: readonly Buffer[]): boolean {
  const seen = new Set<string>();
  for (const body of bodies) {
    const text = body.toString('latin1');
    for (let at = 0; at + 16 <= text.length; at += 1) {
      const before = seen.size;
      if (seen.add(text.slice(at, at + 16)).size === before) return true;
    }
  }
  return false;
}

/** The envelopes of all POSTs in the callers' bytes; the path says how many a body holds. */
export function postedBodies(asked: Buffer): readonly Buffer[] {
  const bodies: Buffer[] = [];
  for (let at = 0; at < asked.length;) {
    const end = asked.indexOf('\r\n\r\n', at) + 4;
    if (end < 4) throw new Error('half a request');
    const head = asked.subarray(at, end).toString('latin1');
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const count = Number(/^POST \/messages\/(\d+) /.exec(head)?.[1] ?? 1);
    const size = length / count;
    for (let from = end; head.startsWith('POST') && from < end + length; from += size)
      bodies.push(asked.subarray(from, from + size));
    at = end + length;
  }
  return bodies;
}
