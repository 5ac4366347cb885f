// A D-Bus of a test's own, with a notification service on it that keeps what it is asked to show (D-Bus Specification 0.43).

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tempFolder } from './temp-home.ts';

/** True if there is a dbus-daemon here. */
export const hasBus = spawnSync('dbus-daemon', ['--version']).status === 0;

/** The notifications that the service was asked to show. */
export type Shown = { readonly app: string; readonly summary: string; readonly body: string };

const name = 'org.freedesktop.Notifications';
const description = `<node><interface name="${name}"><method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method></interface></node>`;

/** Starts the bus and the service; both end with the test. */
export async function notificationBus(): Promise<{
  readonly address: string;
  readonly shown: readonly Shown[];
}> {
  const path = join(await tempFolder(), 'bus');
  const address = `unix:path=${path}`;
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address', `--address=${address}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void daemon.kill('SIGKILL'));
  await once(daemon.stdout, 'data');
  const shown: Shown[] = [];
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  await once(socket, 'data');
  socket.write('BEGIN\r\n');
  const named = Promise.withResolvers<undefined>();
  follow(socket, (message) => {
    if (message.fields.get(5) === 2) named.resolve(undefined);
    if (message.type === 1) answer(socket, message, shown);
  });
  const bus = 'org.freedesktop.DBus';
  const head = { 1: ['o', '/org/freedesktop/DBus'], 2: ['s', bus], 6: ['s', bus] } as const;
  socket.write(written({ type: 1, serial: 1, fields: { ...head, 3: ['s', 'Hello'] } }));
  const body = Buffer.concat([stringOf(name), padTo(stringOf(name).length, 4), u32(4)]);
  socket.write(
    written({ type: 1, serial: 2, fields: { ...head, 3: ['s', 'RequestName'], 8: ['g', 'su'] }, body }),
  );
  await named.promise;
  return { address, shown };
}

type Heard = {
  readonly type: number;
  readonly serial: number;
  readonly fields: ReadonlyMap<number, string | number>;
  readonly body: Buffer;
};

function follow(socket: Socket, take: (message: Heard) => void): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 16) {
      const bodyAt = 16 + pending.readUInt32LE(12) + ((8 - (pending.readUInt32LE(12) % 8)) % 8);
      const end = bodyAt + pending.readUInt32LE(4);
      if (pending.length < end) return;
      take(heard(pending.subarray(0, end), bodyAt));
      pending = pending.subarray(end);
    }
  });
}

/** Reads the header fields that are strings or numbers, as all are that matter here. */
function heard(bytes: Buffer, bodyAt: number): Heard {
  const fields = new Map<number, string | number>();
  const end = 16 + bytes.readUInt32LE(12);
  for (let at = 16; at < end;) {
    at = Math.ceil(at / 8) * 8;
    const [code, type] = [bytes.readUInt8(at), String.fromCodePoint(bytes.readUInt8(at + 2))];
    at += 4;
    if (type === 'g') {
      fields.set(code, bytes.toString('utf8', at + 1, at + 1 + bytes.readUInt8(at)));
      at += bytes.readUInt8(at) + 2;
    } else if (type === 'u') {
      at = Math.ceil(at / 4) * 4;
      fields.set(code, bytes.readUInt32LE(at));
      at += 4;
    } else {
      at = Math.ceil(at / 4) * 4;
      const length = bytes.readUInt32LE(at);
      fields.set(code, bytes.toString('utf8', at + 4, at + 4 + length));
      at += length + 5;
    }
  }
  return { type: bytes.readUInt8(1), serial: bytes.readUInt32LE(8), fields, body: bytes.subarray(bodyAt) };
}

function answer(socket: Socket, { fields, serial, body }: Heard, shown: Shown[]): void {
  const to = { 5: ['u', serial], 6: ['s', String(fields.get(7))] } as const;
  const reply = (signature: string, content: Buffer): void =>
    void socket.write(
      written({ type: 2, serial: serial + 1000, fields: { ...to, 8: ['g', signature] }, body: content }),
    );
  if (fields.get(3) === 'Introspect') return reply('s', stringOf(description));
  // notify-send asks who the service is: its name, maker and version, and the version of the specification.
  if (fields.get(3) === 'GetServerInformation') return reply('ssss', strings('test', 'test', '1', '1.2'));
  if (fields.get(3) !== 'Notify') {
    const error = 'org.freedesktop.DBus.Error.UnknownMethod';
    return void socket.write(written({ type: 3, serial: serial + 1000, fields: { ...to, 4: ['s', error] } }));
  }
  let at = 0;
  const take = (): string => {
    at = Math.ceil(at / 4) * 4;
    const length = body.readUInt32LE(at);
    const text = body.toString('utf8', at + 4, at + 4 + length);
    at += length + 5;
    return text;
  };
  const app = take();
  at = Math.ceil(at / 4) * 4 + 4;
  take();
  shown.push({ app, summary: take(), body: take() });
  reply('u', u32(7));
}

type Value = readonly [type: string, value: string | number];

function written(message: {
  readonly type: number;
  readonly serial: number;
  readonly fields: Readonly<Record<number, Value>>;
  readonly body?: Buffer;
}): Buffer {
  const { type, serial, fields, body = Buffer.alloc(0) } = message;
  let header = Buffer.alloc(0);
  for (const [code, [kind, value]] of Object.entries(fields)) {
    const start = Buffer.concat([
      header,
      padTo(header.length, 8),
      Buffer.from([Number(code), 1]),
      Buffer.from(`${kind}\0`),
    ]);
    const text = String(value);
    const content = kind === 'u' ? u32(Number(value)) : kind === 'g' ? signatureOf(text) : stringOf(text);
    header = Buffer.concat([start, content]);
  }
  const first = Buffer.from([0x6c, type, 0, 1]);
  const whole = [
    first,
    u32(body.length),
    u32(serial),
    u32(header.length),
    header,
    padTo(header.length, 8),
    body,
  ];
  return Buffer.concat(whole);
}

function stringOf(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([u32(bytes.length), bytes, Buffer.alloc(1)]);
}

function strings(...texts: readonly string[]): Buffer {
  return texts.reduce<Buffer>(
    (before, text) => Buffer.concat([before, padTo(before.length, 4), stringOf(text)]),
    Buffer.alloc(0),
  );
}

function signatureOf(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text), Buffer.alloc(1)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function padTo(length: number, unit: number): Buffer {
  return Buffer.alloc((unit - (length % unit)) % unit);
}
