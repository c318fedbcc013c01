import type { Machine } from '../machine.ts';
import { addressOf, liveInterfaces, type Interface } from '../node/interfaces.ts';
import type { Program } from './program.ts';
import { done, failed } from './ran.ts';

/** `ip -j` and `ip -br`, of `addr` and `link`, of all interfaces or of one. */
export const ip: Program = ({ node, argv }) => {
  const words = argv.filter((word) => !word.startsWith('-'));
  const [what = '', ...rest] = words;
  const isJson = argv.includes('-j');
  const [device, ...more] = rest.filter((word) => !['show', 'ls', 'list', 'dev'].includes(word));
  if ((!isJson && !argv.includes('-br')) || !/^(?:a|addr|address|l|link)$/.test(what) || more.length > 0)
    return failed('ip: the lab simulates only `ip -j` and `ip -br`, of `addr` and `link`');
  const isAddr = what.startsWith('a');
  const all = liveInterfaces(node.machine).map((found, index) => ({ found, index: index + 1 }));
  const shown = all.filter(({ found }) => device === undefined || found.name === device);
  if (shown.length === 0) return failed(`Device "${device}" does not exist.`);
  if (!isJson) return done(shown.map(({ found }) => briefRow(node.machine, found, isAddr)).join(''));
  return done(
    `${JSON.stringify(shown.map((each) => jsonRow(node.machine, each.found, each.index, isAddr)))}\n`,
  );
};

function flagsOf({ name }: Interface): readonly string[] {
  return name === 'lo' ? ['LOOPBACK', 'UP', 'LOWER_UP'] : ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'];
}

function jsonRow(machine: Machine, found: Interface, index: number, isAddr: boolean): object {
  const { name, mac, bridge, state } = found;
  return {
    ifindex: index,
    ifname: name,
    flags: flagsOf(found),
    mtu: Number((machine.files.read(`/sys/class/net/${name}/mtu`) ?? '1500').trim()),
    ...(bridge === undefined ? {} : { master: bridge }),
    operstate: state.toUpperCase(),
    link_type: name === 'lo' ? 'loopback' : 'ether',
    address: mac,
    ...(isAddr ? { addr_info: addresses(machine, name) } : {}),
  };
}

function addresses(machine: Machine, name: string): readonly object[] {
  if (name === 'lo') return [{ family: 'inet', local: '127.0.0.1', prefixlen: 8, scope: 'host' }];
  const [local, prefix] = addressOf(machine, name)?.split('/') ?? [];
  return local === undefined ? [] : [{ family: 'inet', local, prefixlen: Number(prefix), scope: 'global' }];
}

/** The card of a node that is itself a container is one end of a pair. */
function briefRow(machine: Machine, found: Interface, isAddr: boolean): string {
  const { name, mac, state, bridge } = found;
  const shownName = machine.traits.confined && bridge !== undefined ? `${name}@if9` : name;
  const head = `${shownName.padEnd(16)} ${state.toUpperCase().padEnd(14)} `;
  if (!isAddr) return `${head}${mac} <${flagsOf(found).join(',')}> \n`;
  const own = name === 'lo' ? ['127.0.0.1/8', '::1/128'] : [addressOf(machine, name), linkLocal(found)];
  return `${head}${own.map((each) => (each === undefined ? '' : `${each} `)).join('')}\n`;
}

/** The address that IPv6 makes of the MAC; a port of a bridge has none. */
function linkLocal({ mac, bridge }: Interface): string | undefined {
  if (bridge !== undefined) return undefined;
  const bytes = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const [first = 0, ...others] = bytes;
  const all = [first ^ 2, ...others.slice(0, 2), 0xff, 0xfe, ...others.slice(2)];
  const groups = [0, 2, 4, 6].map((at) => (((all[at] ?? 0) << 8) | (all[at + 1] ?? 0)).toString(16));
  return `fe80::${groups.join(':')}/64`;
}
