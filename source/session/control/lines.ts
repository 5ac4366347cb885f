import type { Socket } from 'node:net';

/** The handling of the lines that arrive on a socket. */
type LineReader = {
  /** The longest line, in bytes without its end. */
  readonly limitBytes: number;
  readonly onLine: (line: string) => void;
  /** Called once when a line is longer; nothing is read after it. */
  readonly onTooLong: () => void;
};

const lineEnd = 0x0a;

/** Cuts what arrives on `socket` into lines of UTF-8; an unfinished last line is dropped. PROTOCOL.md "control". */
export function readLines(socket: Socket, { limitBytes, onLine, onTooLong }: LineReader): void {
  let parts: Buffer[] = [];
  let size = 0;
  const take = (piece: Buffer): boolean => {
    size += piece.length;
    parts.push(piece);
    return size <= limitBytes;
  };
  const onData = (chunk: Buffer): void => {
    let start = 0;
    for (let end = chunk.indexOf(lineEnd); end >= 0; end = chunk.indexOf(lineEnd, start)) {
      if (!take(chunk.subarray(start, end))) return stop();
      const line = Buffer.concat(parts).toString('utf8');
      parts = [];
      size = 0;
      start = end + 1;
      onLine(line);
    }
    if (!take(chunk.subarray(start))) stop();
  };
  const stop = (): void => {
    socket.off('data', onData);
    onTooLong();
  };
  socket.on('data', onData);
}

/** Writes one object as one line; does nothing once the socket cannot be written to. */
export function writeLine(socket: Socket, message: object): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}
