import { isIP } from 'node:net';
import {
  addressKind,
  formatAddress,
  parseAddress,
  type Address,
  whatHelps,
  whoIsLetIn,
  type AddressKind,
} from '../../core/address.ts';
import { bindingOf, parsePlace } from '../../core/place.ts';
import type { Check } from '../../core/check.ts';
import type { MachineFacts, OwnPlace } from './facts.ts';
import { checkOnionOff, checkTor } from './check-tor.ts';
import { check } from './words.ts';

/** The facts of one place of this home, with those of the machine. */
type At = MachineFacts & OwnPlace;

/** Checks whether messages can arrive: the listener, and every place where others reach it; a home with a mailbox needs no other. */
export function checkNetwork(facts: MachineFacts, hasBox = false): readonly Check[] {
  return [
    ...checkListener(facts),
    ...checkBound(facts),
    ...checkProxy(facts),
    ...checkOnionOff(facts),
    ...checkTor(facts),
    ...checkRouter(facts),
    ...(hasBox ? [] : checkAny(facts)),
    ...facts.places.flatMap(checkAt),
  ];

  function checkAt(place: OwnPlace): readonly Check[] {
    const at = { ...facts, ...place };
    // A place at someone else's listener is a mailbox, and is checked as one.
    if (parsePlace(place.address)?.box) return checkAddress(at);
    return [...checkAddress(at), ...checkInterface(at), ...checkPort(at), ...checkConnection(at)];
  }
}

/** Checks whether the proxy answers, if there is one. */
export function checkProxy({ proxy }: MachineFacts): readonly Check[] {
  if (!proxy) return [];
  if (proxy.failure === null) return [check('proxy', proxy.shown, 'ok', ['it answers'])];
  const words = [
    `nothing can be sent, because cryptochat never bypasses the proxy: ${proxy.failure}`,
    'start it, or change proxy in config.toml',
  ] as const;
  return [check('proxy', proxy.shown, 'problem', words)];
}

/** Checks whether the router forwards a port, if it is asked to. */
function checkRouter({ mapped }: Pick<MachineFacts, 'mapped'>): readonly Check[] {
  if (!mapped) return [];
  if (mapped.place !== '')
    return [check('router', mapped.place, 'ok', [`your router forwards the port (${mapped.words})`])];
  const words = [
    `your router does not forward the port: ${mapped.words}`,
    'forward it by hand in the settings of your router, or set onion = true',
  ] as const;
  return [check('router', 'map_port', 'note', words)];
}

/** Checks whether there is a place at all. */
function checkAny({ places }: MachineFacts): readonly Check[] {
  if (places.length > 0) return [];
  const words = [
    'your links carry no address: nobody can write to you',
    `set address in config.toml; ${whatHelps.whole}`,
  ] as const;
  return [check('address', 'none', 'problem', words)];
}

/** Checks whether a listener runs, and whether it is where config.toml says. */
export function checkListener({ listener, listen }: MachineFacts): readonly Check[] {
  if (!listener) {
    const words = [
      'no listener is running: nothing can arrive',
      'open the messenger, or run cryptochat listen',
    ] as const;
    return [check('listener', listen, 'problem', words)];
  }
  const bound = listener.host === '' ? 'nowhere' : formatAddress(listener);
  const wanted = bindingOf(listen);
  const isThere =
    wanted?.port === listener.port &&
    (wanted.host === listener.host || (wanted.host === '::' && listener.host === '0.0.0.0'));
  if (isThere)
    return [check('listener', bound, 'ok', [`your listener is running as process ${listener.pid}`])];
  const words = [
    `your listener runs here, but config.toml says ${listen}`,
    'cryptochat listen --stop stops it; the next one follows config.toml',
  ] as const;
  return [check('listener', bound, 'note', words)];
}

/** Checks who can connect to the address that the listener is bound to. */
export function checkBound({ listener, places, tor }: MachineFacts): readonly Check[] {
  // A listener that only collects accepts no connections.
  if (!listener || listener.host === '') return [];
  const bound = formatAddress(listener);
  const isHere = addressKind(listener.host) === 'loopback';
  if (isOnionsAlone(places)) {
    if (isHere)
      return [check('bound', bound, 'ok', ['listening on this machine only: only Tor can connect'])];
    const words = [
      'other machines can connect to it: anyone with your link can find out that your onion service runs here',
      `set listen = "127.0.0.1:${listener.port}" in config.toml to let only Tor in`,
    ] as const;
    // A Tor on another machine may need to connect.
    return [check('bound', bound, tor ? 'problem' : 'note', words)];
  }
  if (!isHere)
    return [
      check('bound', bound, 'ok', ['other machines can connect to it (a firewall may still block them)']),
    ];
  const words = [
    'listening on this machine only: other machines need an onion service or a tunnel',
    `set listen = "0.0.0.0:${listener.port}" in config.toml to let other machines connect`,
  ] as const;
  return [check('bound', bound, 'note', words)];
}

/** True if this home wants to be reached only through Tor. A mailbox at someone else's listener says nothing about this machine. */
function isOnionsAlone(places: MachineFacts['places']): boolean {
  const own = places.map(({ address }) => parsePlace(address)).filter((place) => place?.box === '');
  return own.length > 0 && own.every((place) => addressKind(place?.host ?? '') === 'onion');
}

type Words = readonly [state: Check['state'], text: string, hint?: string];

const kinds: Readonly<Record<AddressKind, Words>> = {
  public: ['ok', 'a public address: anyone can try to connect'],
  name: ['ok', 'a name: people with your link look it up in the DNS'],
  onion: ['note', letIn('onion'), 'your contacts need Tor too'],
  private: ['note', letIn('private'), whatHelps.whole],
  shared: ['note', letIn('shared'), whatHelps.whole],
  'link-local': ['note', letIn('link-local'), whatHelps.whole],
  'local-name': [
    'note',
    letIn('local-name'),
    'set address in config.toml to an IP address of this machine, or to a name in the DNS',
  ],
  loopback: ['note', letIn('loopback'), whatHelps.whole],
  nowhere: ['problem', letIn('nowhere'), 'set address in config.toml'],
};

function letIn(kind: AddressKind): string {
  return whoIsLetIn[kind] ?? '';
}

/** Checks who can reach a place. */
export function checkAddress({ address }: Pick<At, 'address'>): readonly Check[] {
  const place = parsePlace(address);
  if (!place) return [];
  const [state, text, hint] = kinds[addressKind(place.host)];
  return [check('address', address, state, hint === undefined ? [text] : [text, hint])];
}

/** Checks whether a plain place belongs to this machine; looks no name up. */
export function checkInterface({ address, interfaces }: At): readonly Check[] {
  const parsed = parseAddress(address);
  if (!parsed || isIP(parsed.host) === 0) return [];
  if (isOwn(parsed.host, interfaces))
    return [check('interface', address, 'ok', ['the address belongs to this machine'])];
  const kind = addressKind(parsed.host);
  if (kind === 'nowhere') return [];
  if (kind === 'public') {
    const words = [
      'no interface of this machine has this address: a router or a tunnel must forward connections to you',
      `forward port ${parsed.port} to this machine in your router`,
    ] as const;
    return [check('interface', address, 'note', words)];
  }
  const words = [
    'no interface of this machine has this address: it was perhaps yours in another network',
    'set address in config.toml to one that you have now; your contacts are told automatically',
  ] as const;
  return [check('interface', address, 'problem', words)];
}

function isOwn(host: string, interfaces: readonly string[]): boolean {
  const same = (one: string): boolean => one.toLowerCase() === host.toLowerCase();
  return interfaces.some(same) || (addressKind(host) === 'loopback' && isIP(host) === 4);
}

/** Checks whether a place has the port of the listener, or what must forward to it. */
export function checkPort({ address, listener }: At): readonly Check[] {
  const place = parsePlace(address);
  // The port of a box is its host's.
  if (!place || !listener || place.box !== '') return [];
  if (parseAddress(address) === null) {
    const words = [
      `a reverse proxy must answer there and forward everything to port ${listener.port} of your listener`,
      'the manual shows how to set up nginx and caddy',
    ] as const;
    return [check('port', address, 'note', words)];
  }
  if (place.port === listener.port)
    return [check('port', address, 'ok', ['this is the port of your listener'])];
  const words = [
    `your listener uses port ${listener.port}: something must forward port ${place.port} to it`,
    'if nothing does, use the same port for listen and address in config.toml',
  ] as const;
  return [check('port', address, 'note', words)];
}

/** The means of a connection from here to a place. */
function throughOf({ proxy, tor }: MachineFacts, { host }: Address): string {
  if (tor && (!tor.isForOnionsOnly || addressKind(host) === 'onion')) return 'Tor';
  return proxy ? 'the proxy' : '';
}

const othersMayFail = 'others may fail too: check the firewall, the router or the onion service';

/** Checks whether a connection from here to a place of this home works. */
export function checkConnection(facts: At): readonly Check[] {
  const { connection, address, interfaces, listener } = facts;
  const place = parsePlace(address);
  if (!place || !connection) return [];
  const way = throughOf(facts, place);
  const from = way === '' ? 'connecting to it from here' : `connecting to it from here through ${way}`;
  if (connection.taken && !listener) {
    const words = [
      `${from} reaches another program: your listener is not running`,
      'choose another port for listen and address in config.toml',
    ] as const;
    return [check('connection', address, 'problem', words)];
  }
  if (connection.taken) return [check('connection', address, 'ok', [`${from} works`])];
  if (!listener) return [];
  const text = `${from} failed: ${connection.reason}`;
  if (way !== '') return [check('connection', address, 'note', [text, othersMayFail])];
  return isOwn(place.host, interfaces)
    ? [check('connection', address, 'problem', [text, 'check the firewall of this machine'])]
    : [
        check('connection', address, 'note', [
          text,
          'many routers refuse connections from inside: ask someone outside to try',
        ]),
      ];
}
