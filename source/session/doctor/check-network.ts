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

/** Checks whether messages can arrive: the listener, and every place where others reach it; somebody with a box needs no other. */
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
    // What lies at somebody else's listener is a mailbox, which is looked at as one.
    if (parsePlace(place.address)?.box) return checkAddress(at);
    return [...checkAddress(at), ...checkInterface(at), ...checkPort(at), ...checkConnection(at)];
  }
}

/** Checks whether the proxy is there, if everything goes out through one. */
export function checkProxy({ proxy }: MachineFacts): readonly Check[] {
  if (!proxy) return [];
  if (proxy.failure === null) return [check('proxy', proxy.shown, 'ok', ['it answers'])];
  const words = [
    `nothing can be sent, and nothing goes around it: ${proxy.failure}`,
    'start it, or change proxy in config.toml',
  ] as const;
  return [check('proxy', proxy.shown, 'problem', words)];
}

/** Checks whether the router passes a port on, if it is asked to. */
export function checkRouter({ mapped }: Pick<MachineFacts, 'mapped'>): readonly Check[] {
  if (!mapped) return [];
  if (mapped.place !== '')
    return [check('router', mapped.place, 'ok', [`your router passes the port on (${mapped.words})`])];
  const words = [
    `your router passes no port on: ${mapped.words}`,
    'pass it on by hand in the settings of the router, or set onion = true',
  ] as const;
  return [check('router', 'map_port', 'note', words)];
}

/** Checks whether there is a place at all. */
export function checkAny({ places }: MachineFacts): readonly Check[] {
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
      'no listener runs: nothing can arrive',
      'open the messenger, or run cryptochat listen',
    ] as const;
    return [check('listener', listen, 'problem', words)];
  }
  const bound = listener.host === '' ? 'nowhere' : formatAddress(listener);
  const wanted = bindingOf(listen);
  const isThere =
    wanted?.port === listener.port &&
    (wanted.host === listener.host || (wanted.host === '::' && listener.host === '0.0.0.0'));
  if (isThere) return [check('listener', bound, 'ok', [`your listener runs, as process ${listener.pid}`])];
  const words = [
    `your listener runs here, but config.toml says ${listen}`,
    'cryptochat listen --stop ends it; the next one takes what config.toml says',
  ] as const;
  return [check('listener', bound, 'note', words)];
}

/** Checks who can get through to where the listener is bound. */
export function checkBound({ listener, places, tor }: MachineFacts): readonly Check[] {
  // One that only collects lets nobody in.
  if (!listener || listener.host === '') return [];
  const bound = formatAddress(listener);
  const isHere = addressKind(listener.host) === 'loopback';
  if (isOnionsAlone(places)) {
    if (isHere)
      return [check('bound', bound, 'ok', ['bound to this machine alone: only Tor gets through to it'])];
    const words = [
      'other machines get through to it: who has your link can find out that your onion service is here',
      `listen = "127.0.0.1:${listener.port}" in config.toml lets Tor in, and nobody else`,
    ] as const;
    // A Tor elsewhere may have to get through.
    return [check('bound', bound, tor ? 'problem' : 'note', words)];
  }
  if (!isHere)
    return [
      check('bound', bound, 'ok', ['other machines can get through to it, as far as firewalls let them']),
    ];
  const words = [
    'bound to this machine alone: only programs on it get through, such as an onion service or a tunnel',
    `listen = "0.0.0.0:${listener.port}" in config.toml lets other machines in`,
  ] as const;
  return [check('bound', bound, 'note', words)];
}

/** True if nobody is to reach this home but through Tor. What lies at somebody else's listener says nothing of this machine. */
function isOnionsAlone(places: MachineFacts['places']): boolean {
  const own = places.map(({ address }) => parsePlace(address)).filter((place) => place?.box === '');
  return own.length > 0 && own.every((place) => addressKind(place?.host ?? '') === 'onion');
}

type Words = readonly [state: Check['state'], text: string, hint?: string];

const kinds: Readonly<Record<AddressKind, Words>> = {
  public: ['ok', 'a public address: everybody can try it'],
  name: ['ok', 'a name: whoever has your link asks the DNS where it leads'],
  onion: ['note', letIn('onion'), 'your contacts need Tor, too'],
  private: ['note', letIn('private'), whatHelps.whole],
  shared: ['note', letIn('shared'), whatHelps.whole],
  'link-local': ['note', letIn('link-local'), whatHelps.whole],
  'local-name': [
    'note',
    letIn('local-name'),
    'set address in config.toml to a number of this machine, or to a name that the DNS knows',
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

/** Checks whether a plain place belongs to this machine; asks nobody about a name. */
export function checkInterface({ address, interfaces }: At): readonly Check[] {
  const parsed = parseAddress(address);
  if (!parsed || isIP(parsed.host) === 0) return [];
  if (isOwn(parsed.host, interfaces))
    return [check('interface', address, 'ok', ['an interface of this machine has it'])];
  const kind = addressKind(parsed.host);
  if (kind === 'nowhere') return [];
  if (kind === 'public') {
    const words = [
      'no interface of this machine has it: a router or a tunnel must pass connections on to you',
      `let the router pass port ${parsed.port} on to this machine`,
    ] as const;
    return [check('interface', address, 'note', words)];
  }
  const words = [
    'no interface of this machine has it: it may have been yours in another network',
    'set address in config.toml to one that you have now; your contacts are told when they are reached',
  ] as const;
  return [check('interface', address, 'problem', words)];
}

function isOwn(host: string, interfaces: readonly string[]): boolean {
  const same = (one: string): boolean => one.toLowerCase() === host.toLowerCase();
  return interfaces.some(same) || (addressKind(host) === 'loopback' && isIP(host) === 4);
}

/** Checks whether a place has the port of the listener, or what must pass it on. */
export function checkPort({ address, listener }: At): readonly Check[] {
  const place = parsePlace(address);
  // The port of a box is its host's.
  if (!place || !listener || place.box !== '') return [];
  if (parseAddress(address) === null) {
    const words = [
      `a reverse proxy must answer there, and pass all on to port ${listener.port} of your listener`,
      'the manual has what nginx and caddy need for that',
    ] as const;
    return [check('port', address, 'note', words)];
  }
  if (place.port === listener.port) return [check('port', address, 'ok', ['the port of your listener'])];
  const words = [
    `your listener has port ${listener.port}: something must pass port ${place.port} on to it`,
    'if nothing does, make the ports of listen and address in config.toml the same',
  ] as const;
  return [check('port', address, 'note', words)];
}

/** What a connection from here to a place goes through. */
function throughOf({ proxy, tor }: MachineFacts, { host }: Address): string {
  if (tor && (!tor.isForOnionsOnly || addressKind(host) === 'onion')) return 'Tor';
  return proxy ? 'the proxy' : '';
}

const othersMayFail = 'others may fail, too: look at the firewall, the router or the onion service';

/** Checks whether a connection from here to a place of this home was taken. */
export function checkConnection(facts: At): readonly Check[] {
  const { connection, address, interfaces, listener } = facts;
  const place = parsePlace(address);
  if (!place || !connection) return [];
  const way = throughOf(facts, place);
  const from = way === '' ? 'a connection from here' : `a connection from here, through ${way},`;
  if (connection.taken && !listener) {
    const words = [
      `${from} was taken, but by another program: no listener of yours runs`,
      'choose another port for listen and address in config.toml',
    ] as const;
    return [check('connection', address, 'problem', words)];
  }
  if (connection.taken) return [check('connection', address, 'ok', [`${from} was taken`])];
  if (!listener) return [];
  const text = `${from} failed: ${connection.reason}`;
  if (way !== '') return [check('connection', address, 'note', [text, othersMayFail])];
  return isOwn(place.host, interfaces)
    ? [check('connection', address, 'problem', [text, 'look at the firewall of this machine'])]
    : [
        check('connection', address, 'note', [
          text,
          'many routers do not let one in from inside: let somebody outside try',
        ]),
      ];
}
