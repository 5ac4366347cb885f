// Machines with networks of their own between them: Linux network namespaces, veth cables, and routers with nftables.

import { spawnSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

/** A machine of its own: what is started behind `enter` sees its network and no other. */
export type Machine = {
  readonly name: string;
  /** The name of its network namespace. */
  readonly space: string;
  /** The words in front of a command that is to run on it. */
  readonly enter: readonly string[];
  /** Runs lines of `ip`, each without the word `ip`. */
  readonly ip: (...lines: readonly string[]) => void;
  /** Loads rules into its firewall. */
  readonly nft: (rules: string) => void;
};

/** The networks of one test. */
export type Networks = {
  readonly machine: (name: string) => Machine;
  /** Lays a cable between two machines; each end is the name of an interface and its address with prefix length, if it has one. */
  readonly cable: (one: End, other: End) => void;
  /** Connects a machine to the one public network; it has the device `wan` there. */
  readonly plugIn: (machine: Machine, address: string) => void;
  /** Pulls the plug of a machine's public network, or puts it back. */
  readonly plug: (machine: Machine, state: 'up' | 'down') => void;
  /**
   * A machine behind a router that lets out everything and lets in answers alone: `192.168.LAN.2` behind the public address
   * `203.0.113.LAN`. With `forward` the router passes this port on. `mtu` is that of the line between router and public network.
   */
  readonly behindRouter: (name: string, lan: number, more?: Router) => Machine;
  /**
   * A machine that gets nowhere but to its gate, `10.5.LAN.1`, which has the public address `203.0.113.LAN`; `tried` says how many packets
   * the machine sent that were to go around the gate.
   */
  readonly behindGate: (
    name: string,
    lan: number,
  ) => { readonly machine: Machine; readonly gate: Machine; readonly tried: () => number };
};

export type End = { readonly on: Machine; readonly device: string; readonly address?: string };
export type Router = { readonly forward?: number; readonly mtu?: number };

const prefix = 'cryptochat-test-';

function tryOut(words: readonly string[], input = ''): string | null {
  const [program = '', ...args] = words;
  const ran = spawnSync(program, args, { input, encoding: 'utf8' });
  if (ran.error) return `${program}: ${ran.error.message}`;
  return ran.status === 0 ? null : `${words.join(' ')}: ${ran.stderr.trim().slice(0, 300)}`;
}

function must(words: readonly string[], input = ''): void {
  const failure = tryOut(words, input);
  if (failure !== null) throw new Error(`${failure}\n${input}`);
}

function read([program = '', ...args]: readonly string[]): string {
  return spawnSync(program, args, { encoding: 'utf8' }).stdout ?? '';
}

/** Says why no networks can be made here, in words for the name of a test; null when they can. */
function findObstacle(): string | null {
  if (process.platform !== 'linux') return 'Linux';
  if (process.getuid?.() !== 0) return 'root';
  if (tryOut(['ip', '-Version']) !== null) return 'iproute2';
  if (tryOut(['nft', '--version']) !== null) return 'nftables';
  const name = `${prefix}${process.pid}-probe`;
  const failure =
    tryOut(['ip', 'netns', 'add', name]) ??
    tryOut(
      ['ip', 'netns', 'exec', name, 'nft', '-f', '-'],
      'table ip t {\n chain c {\n type nat hook postrouting priority 100;\n masquerade\n }\n}\n',
    ) ??
    tryOut(['ip', '-n', name, 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'other']) ??
    tryOut(['ip', '-n', name, 'link', 'add', 'switch', 'type', 'bridge']);
  tryOut(['ip', 'netns', 'del', name]);
  return failure === null ? null : 'a kernel that allows network namespaces, veth and nft';
}

/** The thing that is missing here to make networks; null when nothing is. */
export const missingForNetworks = findObstacle();

let made = 0;

/** Makes networks that are gone, with all that runs in them, when the test is over. */
export function makeNetworks(): Networks {
  sweep();
  made += 1;
  const own = `${prefix}${process.pid}-${made}-`;
  const machines: Machine[] = [];
  onTestFinished(() => {
    for (const { name } of machines) remove(`${own}${name}`);
  });

  const machine = (name: string): Machine => {
    const space = `${own}${name}`;
    must(['ip', 'netns', 'add', space]);
    const enter = ['ip', 'netns', 'exec', space];
    const ip = (...lines: readonly string[]): void =>
      must(['ip', '-n', space, '-batch', '-'], `${lines.join('\n')}\n`);
    const one: Machine = {
      name,
      space,
      enter,
      ip,
      nft: (rules) => must([...enter, 'nft', '-f', '-'], `${rules}\n`),
    };
    machines.push(one);
    ip('link set dev lo up');
    return one;
  };

  const cable: Networks['cable'] = (one, other) => {
    const ends = [one, other].map(({ on, device }) => ['name', device, 'netns', on.space]);
    must(['ip', 'link', 'add', ...(ends[0] ?? []), 'type', 'veth', 'peer', ...(ends[1] ?? [])]);
    for (const { on, device, address } of [one, other])
      on.ip(...(address === undefined ? [] : [addressLine(address, device)]), `link set dev ${device} up`);
  };

  let world: Machine | null = null;
  const sockets = new Map<Machine, string>();
  const plugIn: Networks['plugIn'] = (on, address) => {
    if (world === null) {
      world = machine('world');
      world.ip('link add name switch type bridge', 'link set dev switch up');
    }
    const device = `socket${sockets.size}`;
    sockets.set(on, device);
    cable({ on, device: 'wan', address }, { on: world, device });
    world.ip(`link set dev ${device} master switch`);
  };

  return {
    machine,
    cable,
    plugIn,
    plug: (on, state) => world?.ip(`link set dev ${sockets.get(on)} ${state}`),
    behindRouter(name, lan, { forward, mtu } = {}) {
      const [router, inside] = [machine(`r-${name}`), machine(name)];
      plugIn(router, `203.0.113.${lan}/24`);
      const inner = `192.168.${lan}`;
      cable(
        { on: router, device: 'lan', address: `${inner}.1/24` },
        { on: inside, device: 'eth0', address: `${inner}.2/24` },
      );
      inside.ip(`route add default via ${inner}.1`);
      if (mtu !== undefined) router.ip(`link set dev wan mtu ${mtu}`);
      must([...router.enter, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
      router.nft(routerRules(`${inner}.2`, forward));
      return inside;
    },
    behindGate(name, lan) {
      const [gate, inside] = [machine(`g-${name}`), machine(name)];
      plugIn(gate, `203.0.113.${lan}/24`);
      cable(
        { on: gate, device: 'lan', address: `10.5.${lan}.1/24` },
        { on: inside, device: 'eth0', address: `10.5.${lan}.2/24` },
      );
      inside.ip(`route add default via 10.5.${lan}.1`);
      must([...gate.enter, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
      gate.nft(gateRules);
      const tried = (): number => {
        const list = [...gate.enter, 'nft', 'list', 'chain', 'ip', 't', 'through'];
        return Number(/packets (\d+)/u.exec(read(list))?.[1] ?? Number.NaN);
      };
      return { machine: inside, gate, tried };
    },
  };
}

const gateRules = `table ip t {
  chain through {
    type filter hook forward priority 0; policy drop;
    counter reject with icmp type admin-prohibited
  }
}`;

/** Without `nodad` a new IPv6 address is not there for two seconds. */
function addressLine(address: string, device: string): string {
  return `address add ${address} dev ${device}${address.includes(':') ? ' nodad' : ''}`;
}

function routerRules(inside: string, forward: number | undefined): string {
  const inbound = `chain inbound {
    type nat hook prerouting priority -100;
    iifname "wan" tcp dport ${forward} dnat to ${inside}:${forward}
  }`;
  return `table ip t {
    ${forward === undefined ? '' : inbound}
    chain outbound {
      type nat hook postrouting priority 100;
      oifname "wan" masquerade
    }
    chain through {
      type filter hook forward priority 0; policy drop;
      iifname "lan" accept
      ct state established,related accept
      ct status dnat accept
    }
  }`;
}

/** Ends what runs in a namespace, and takes it away; its cables go with it. */
function remove(space: string): void {
  for (const pid of read(['ip', 'netns', 'pids', space]).split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
  tryOut(['ip', 'netns', 'del', space]);
}

/** Takes away what runs left that were killed: those whose process is gone. */
function sweep(): void {
  for (const line of read(['ip', 'netns', 'list']).split('\n')) {
    const [space = ''] = line.split(' ');
    const [, pid] = new RegExp(`^${prefix}(\\d+)-`, 'u').exec(space) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) remove(space);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
