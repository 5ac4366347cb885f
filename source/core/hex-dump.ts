/** One row of a hex dump: its offset, its bytes in pairs, and their printable ASCII. */
export type HexRow = {
  readonly offset: string;
  /** Two digits a byte, a blank after every second byte; none at the end. */
  readonly hex: string;
  readonly ascii: string;
};

/** The rows of a hex dump of `bytes`, `perRow` bytes in each. */
export function hexRows(bytes: Uint8Array, perRow: number): readonly HexRow[] {
  return Array.from({ length: Math.ceil(bytes.length / perRow) }, (_, at) => {
    const part = bytes.subarray(at * perRow, (at + 1) * perRow);
    return {
      offset: (at * perRow).toString(16).padStart(8, '0'),
      hex: (
        Buffer.from(part)
          .toString('hex')
          .match(/.{1,4}/gu) ?? []
      ).join(' '),
      ascii: Buffer.from(part)
        .toString('latin1')
        .replaceAll(/[^\x20-\x7e]/gu, '.'),
    };
  });
}

/** A hex dump of `bytes` in the format of `xxd`, a line for every 16 bytes: `xxd -r` turns it back into the bytes. */
export function hexDump(bytes: Uint8Array): readonly string[] {
  return hexRows(bytes, 16).map(({ offset, hex, ascii }) => `${offset}: ${hex.padEnd(39)}  ${ascii}`);
}
