import { printableLine } from '../core/printable.ts';
import type { OnionReport } from '../core/own-onion.ts';
import type { Status } from '../core/types.ts';
import { print, type Invocation } from './invocation.ts';
import { withHome } from './with-home.ts';
import { jsonLine } from './shapes.ts';

/** `status`: the identity of this home, whether messages can arrive, and how many wait. */
export async function status(call: Invocation): Promise<void> {
  const now = await withHome(call, 'read', ({ calls }) => calls.status());
  if (call.flags.json) return print(call, jsonLine(now));
  for (const line of statusLines(now)) print(call, line);
}

function statusLines(now: Status): string[] {
  const { running, port, pid } = now.listener;
  // Without a port it lets nobody in, and only collects.
  const where = port === 0 ? 'collecting' : `running on port ${port ?? '?'}`;
  const listener = running ? `${where}, process ${pid ?? '?'}` : 'not running';
  const bad = now.quarantined > 0 ? [`set aside:    ${now.quarantined} files that could not be opened`] : [];
  const bugs =
    now.bugs > 0 ? [`bugs:         ${now.bugs} files were set aside because of a bug in cryptochat`] : [];
  const revoked = now.revoked ? ['key:          revoked, you can no longer send'] : [];
  return [
    `name:         ${printableLine(now.name)}`,
    `fingerprint:  ${now.fingerprint}`,
    `home:         ${printableLine(now.home)}`,
    `address:      ${printableLine(now.address || 'none, nobody can reach you')}`,
    `listener:     ${listener}`,
    ...wayLines(now),
    `contacts:     ${now.contacts}`,
    `unread:       ${now.unread}`,
    `queued:       ${now.queued}`,
    ...leftLines(now),
    `passphrase:   ${now.passphrase ? 'yes' : 'no'}`,
    ...revoked,
    ...bad,
    ...bugs,
  ];
}

function leftLines({ carried }: Status): readonly string[] {
  return carried > 0 ? [`carried:      ${carried} envelopes, which the listener sends`] : [];
}

function wayLines({ proxy, onion }: Status): string[] {
  return [
    ...(onion === null ? [] : [`onion:        ${onionWords(onion)}`]),
    ...(proxy === null ? [] : [`proxy:        ${printableLine(proxy)}`]),
  ];
}

function onionWords({ place, running, percent, announced }: OnionReport): string {
  if (!running) return `${place ?? 'no address yet'}, Tor is not running`;
  if (percent < 100) return `${place ?? 'no address yet'}, Tor is connecting (${percent} %)`;
  return `${place ?? 'no address yet'}, ${announced ? 'announced' : 'Tor is connected'}`;
}
