import { connect } from 'node:net';

/** Writes bytes to a listener on loopback, and answers everything that came back until it hung up. */
export function talk(port: number, bytes: string | Uint8Array, from = '127.0.0.1'): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', localAddress: from, allowHalfOpen: true });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    // It ends its side, or cuts; a listener that does neither would keep this waiting until its own timeouts.
    socket.on('end', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.write(bytes);
  });
}
